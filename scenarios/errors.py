"""Refusals of this app."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class InvalidFlow(AppError):
    """A flow that cannot be read. `path` is the place in it, `steps[1].paths[0].when`; "" is the whole."""

    code = "invalid_flow"

    def __init__(self, problem: str, *, path: str = "") -> None:
        self.path = path
        super().__init__(path=path, problem=problem)

    def text(self) -> str:
        return _("%(path)s: %(problem)s") if self.path else "%(problem)s"


class ScenarioNameTaken(AppError):
    code = "scenario_name_taken"

    def text(self) -> str:
        return _("There is already a scenario “%(name)s”. Choose another name.")


class ScenarioChanged(AppError):
    code = "scenario_changed"

    def text(self) -> str:
        return _("Somebody else has changed the scenario “%(name)s” in the meantime. Load it again.")


class NotReady(AppError):
    """`findings` are what must be mended first (`scenarios.flow.checking`)."""

    code = "scenario_not_ready"

    def text(self) -> str:
        return _("The scenario cannot run yet: %(findings)s")


class WrongStatus(AppError):
    code = "scenario_wrong_status"

    def text(self) -> str:
        return _("That cannot be done with a scenario that is “%(status)s”.")


class NoSuchPlace(AppError):
    """The flow has been changed meanwhile, and what was meant is not there any more."""

    code = "no_such_place"

    def text(self) -> str:
        return _("This place is not in the scenario any more. Look at it as it is now.")


class WayNotEmpty(AppError):
    code = "way_not_empty"

    def text(self) -> str:
        return _("Steps still stand on the path “%(name)s”. Move or delete them first.")


class WebhookUnderWay(AppError):
    code = "scenario_webhook_under_way"

    def text(self) -> str:
        return _("It is being sent already. Look again in a moment.")


class NotWithinTenYears(AppError):
    code = "not_within_ten_years"

    def text(self) -> str:
        return _("Choose a time within ten years from now.")


class SendSettled(AppError):
    code = "scenario_send_settled"

    def text(self) -> str:
        return _("Somebody has written down meanwhile whether these messages arrived. Load the list again.")
