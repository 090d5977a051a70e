"""What a file of a scenario is refused for."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import AppError


class InvalidScenarioFile(AppError):
    """Not a file of a scenario, or not one that can be read."""

    code = "invalid_scenario_file"

    def text(self) -> str:
        return _("This is not a scenario that can be read: %(problem)s")


class ImportIncomplete(AppError):
    """The scenario names what this client does not have; `more` lists it for programs."""

    code = "import_incomplete"

    def __init__(self, missing: list[dict[str, Any]]) -> None:
        self.more = {"missing": missing}
        super().__init__(names=", ".join(f"{each['kind']} “{each['name']}”" for each in missing))

    def text(self) -> str:
        return _("The scenario names what is not known here. Say what to take instead: %(names)s")


class NotOfThisKind(AppError):
    code = "import_wrong_choice"

    def text(self) -> str:
        return _("“%(choice)s” is nothing that “%(name)s” could stand for here.")
