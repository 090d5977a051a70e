"""Fields that count as LINE does, and say their limit to the page (`composing/limits.js`)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from composing import own_addresses
from composing.variables import VARIABLE
from line.validation.actions import SCHEMES
from line.validation.limits import ACTION_ADDRESS, MEDIA_ADDRESS, Limit
from line.validation.node import MESSAGES, is_address


def check_length(text: str, limit: Limit) -> None:
    """Raises ValidationError."""
    if not limit.holds(text):
        said = MESSAGES["too_long"]
        raise ValidationError(_(said) % {"limit": f"{limit.most:,}"}, code="too_long")


class LineText(forms.CharField):
    """A text within one of LINE's limits. Nothing of it is changed, but line ends are LF.

    `lines`: how many the box shows; one makes it an input. `beside`: the limit where it has a picture or a
    title beside it; the form then checks it.
    """

    def __init__(self, limit: Limit, *, lines: int = 1, beside: Limit | None = None, **options) -> None:
        self.limit, self.beside = limit, beside
        options.setdefault("widget", forms.Textarea(attrs={"rows": lines}) if lines > 1 else forms.TextInput)
        super().__init__(strip=False, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict:
        count = {
            "data-limit": self.limit.most,
            "data-count": "graphemes" if self.limit.graphemes else "utf16",
        }
        if self.beside:
            count["data-beside"] = self.beside.most
        return super().widget_attrs(widget) | count

    def to_python(self, value: object) -> str:
        """Browsers send line ends as CR LF; LINE would count and show both characters."""
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.required and not value.strip():
            raise ValidationError(self.error_messages["required"], code="required")
        check_length(value, self.limit)


class LineAddress(LineText):
    """An address that a tap opens. It may have variables (`own_addresses`); whether they are known is asked
    of the whole message.
    """

    schemes: tuple[str, ...] = SCHEMES

    def __init__(self, limit: Limit = ACTION_ADDRESS, **options) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}))
        super().__init__(limit, **options)

    def to_python(self, value: object) -> str:
        return super().to_python(value).strip()

    def validate(self, value: str) -> None:
        super().validate(value)
        address = own_addresses.filled(value, {}) if VARIABLE.search(value) else value
        if value and not is_address(address, self.schemes):
            schemes = ", ".join(f"{scheme}:" for scheme in self.schemes)
            said = MESSAGES["bad_url"]
            raise ValidationError(_(said) % {"limit": schemes}, code="bad_url")


class MediaAddress(LineAddress):
    """An address from which LINE fetches a file. `kind`: `image`, `video` or `audio`.

    A page with `composing/head.html` offers to choose the file. `shape` (`card`, `square`, `rectangle`,
    `hero`) asks for a cut of the picture; `fills` names fields beside this one that are filled along, with
    what is known of the file: `{"previewImageUrl": "preview"}`. `takes` is what this one gets of it.
    """

    schemes = ("https",)

    def __init__(
        self,
        kind: str = "image",
        *,
        shape: str = "",
        fills: dict[str, str] | None = None,
        takes: str = "address",
        **options,
    ) -> None:
        filled = " ".join(f"{name}:{what}" for name, what in (fills or {}).items())
        told = {"shape": shape, "fills": filled, "takes": takes if takes != "address" else ""}
        self.told = {"data-media": kind} | {
            f"data-media-{name}": value for name, value in told.items() if value
        }
        super().__init__(MEDIA_ADDRESS, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict:
        return super().widget_attrs(widget) | self.told


class Number(forms.FloatField):
    """A number, whole where it can be."""

    def to_python(self, value: object) -> float | int | None:  # type: ignore[override]  # the stubs say int
        number = super().to_python(value)
        return int(number) if number is not None and number.is_integer() else number


class OrUsual(forms.ChoiceField):
    """A choice that may be left open; `usual` is what LINE takes then, and passes if it is said outright."""

    def __init__(self, usual: str, **options) -> None:
        self.usual = usual
        super().__init__(required=False, **options)

    def valid_value(self, value: object) -> bool:
        return value == self.usual or super().valid_value(value)


class Color(forms.RegexField):
    """A colour as LINE takes it, `#RRGGBB`."""

    def __init__(self, **options) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"placeholder": "#FFFFFF", "class": "color"}))
        super().__init__(r"^#[0-9A-Fa-f]{6}\Z", strip=False, **options)
