"""Fields that count as LINE does, and say their limit to the page (`composing/limits.js`)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from line.validation.actions import SCHEMES
from line.validation.limits import ACTION_ADDRESS, MEDIA_ADDRESS, Limit
from line.validation.node import MESSAGES, is_address


class LineText(forms.CharField):
    """A text within one of LINE's limits. Nothing of it is changed, but line ends are LF.

    `lines`: how many the box shows; one makes it an input.
    """

    def __init__(self, limit: Limit, *, lines: int = 1, **options) -> None:
        self.limit = limit
        options.setdefault("widget", forms.Textarea(attrs={"rows": lines}) if lines > 1 else forms.TextInput)
        super().__init__(strip=False, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict:
        count = {
            "data-limit": self.limit.most,
            "data-count": "graphemes" if self.limit.graphemes else "utf16",
        }
        return super().widget_attrs(widget) | count

    def to_python(self, value: object) -> str:
        """Browsers send line ends as CR LF; LINE would count and show both characters."""
        return super().to_python(value).replace("\r\n", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.required and not value.strip():
            raise ValidationError(self.error_messages["required"], code="required")
        if not self.limit.holds(value):
            raise ValidationError(
                _(MESSAGES["too_long"]) % {"limit": f"{self.limit.most:,}"}, code="too_long"
            )


class LineAddress(LineText):
    """An address that a tap opens."""

    schemes = SCHEMES

    def __init__(self, limit: Limit = ACTION_ADDRESS, **options) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}))
        super().__init__(limit, **options)

    def to_python(self, value: object) -> str:
        return super().to_python(value).strip()

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not is_address(value, self.schemes):
            schemes = ", ".join(f"{scheme}:" for scheme in self.schemes)
            raise ValidationError(_(MESSAGES["bad_url"]) % {"limit": schemes}, code="bad_url")


class MediaAddress(LineAddress):
    """An address from which LINE fetches a file. `kind`: `image`, `video` or `audio`."""

    schemes = ("https",)

    def __init__(self, kind: str = "image", **options) -> None:
        self.kind = kind
        super().__init__(MEDIA_ADDRESS, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict:
        return super().widget_attrs(widget) | {"data-media": self.kind}


class Number(forms.FloatField):
    """A number, whole where it can be."""

    def to_python(self, value: object) -> float | int | None:
        number = super().to_python(value)
        return int(number) if number is not None and number.is_integer() else number
