"""What is refused of an agency's templates, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class BadTemplateName(AppError):
    code = "bad_template_name"

    def text(self) -> str:
        return _("A template needs a name of 1 to 100 characters.")


class BadSetName(AppError):
    code = "bad_kpi_set"

    def text(self) -> str:
        return _("A KPI set needs a name of 1 to 100 characters and at least one indicator.")
