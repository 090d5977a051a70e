from django.utils.translation import gettext as _

from accounts.errors import AppError


class PlanExceeded(AppError):
    """A send needs more messages than the plan, the owner's cap or LINE's own limit leaves this month."""

    code = "plan_exceeded"

    def __init__(self, *, messages: int, remaining: int) -> None:
        super().__init__(messages=f"{messages:,}", remaining=f"{remaining:,}")
        self.messages = messages
        self.remaining = remaining

    def text(self) -> str:
        return _(
            "This needs %(messages)s messages, but only %(remaining)s are left this month. "
            "Send to fewer people, raise the limit of extra messages in LINE Official Account Manager, "
            "or change the LINE plan."
        )
