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


class BadLogo(AppError):
    code = "bad_logo"

    def text(self) -> str:
        return _("This is no picture that can be a logo. Choose a PNG or JPEG of at least 24 × 24 pixels.")


class LargeLogo(AppError):
    code = "large_logo"

    def text(self) -> str:
        return _("The logo is larger than 2 MB. Save it smaller and choose it again.")


class BadColor(AppError):
    code = "bad_color"

    def text(self) -> str:
        return _("Give the colour as # and six digits, such as #1f3a5f.")


class PaleColor(AppError):
    code = "pale_color"

    def text(self) -> str:
        return _(
            "White text cannot be read on this colour: the contrast is %(contrast)s, it takes 4.5. "
            "%(better)s is the same hue, dark enough."
        )
