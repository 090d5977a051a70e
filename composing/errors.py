"""What is refused of messages, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class InvalidMessages(AppError):
    """`problems` has a path and a text for each fault; the first may be told in another language later."""

    code = "invalid_messages"

    def __init__(self, problems: list[dict]) -> None:
        self.problems = [each | {"text": str(each["text"])} for each in problems]
        super().__init__(**problems[0])

    def text(self) -> str:
        return _("%(path)s: %(text)s")
