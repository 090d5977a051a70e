"""What a tap does: one form part for a LINE action object, wherever it stands.

Source: https://developers.line.biz/en/reference/messaging-api/#action-objects
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from composing.fields import LineAddress, LineText
from composing.parts import Part, Values
from line.validation import limits

TAP = "tap:"


class _Taps:
    """The tap actions that a client has made, and what else a tap begins, told by the apps that know them."""

    def __init__(self) -> None:
        self._offered: list[Callable[[], list[tuple[str, str]]]] = []

    def register(self, choices: Callable[[], list[tuple[str, str]]]) -> None:
        """`choices` gives the code and the name of each, of the present client."""
        self._offered.append(choices)

    def choices(self) -> list[tuple[str, str]]:
        return [pair for offered in self._offered for pair in offered()]


taps = _Taps()

KINDS = {
    "uri": _("Open an address"),
    "message": _("Say a text"),
    "tap": _("Do something here"),
    "postback": _("Tell a program (postback)"),
    "datetimepicker": _("Choose a date or time"),
    "clipboard": _("Copy a text"),
    "camera": _("Open the camera"),
    "cameraRoll": _("Open the photos"),
    "location": _("Send the place"),
}
EVERYWHERE = ("uri", "message", "tap", "postback", "datetimepicker", "clipboard")
IN_QUICK_REPLY = (*EVERYWHERE, "camera", "cameraRoll", "location")
_MODES = [("date", _("Date")), ("time", _("Time of day")), ("datetime", _("Date and time"))]
_INPUTS = [
    ("", _("Leave everything as it is")),
    ("openKeyboard", _("Open the keyboard")),
    ("openVoice", _("Open the voice recorder")),
    ("openRichMenu", _("Open the rich menu")),
    ("closeRichMenu", _("Close the rich menu")),
]
_FIELDS: dict[str, tuple[str, ...]] = {
    "uri": ("uri", "desktop"),
    "message": ("text",),
    "tap": ("tap", "displayText"),
    "postback": ("data", "displayText", "inputOption", "fillInText"),
    "datetimepicker": ("data", "mode", "initial", "min", "max"),
    "clipboard": ("clipboardText",),
}
_NEEDED = ("uri", "text", "tap", "data", "mode", "clipboardText")
_PICKERS = {"date": "date", "time": "time", "datetime": "datetime-local"}


class TapField(forms.ChoiceField):
    """One of the client's tap actions, or one that was chosen and is gone, of which the checks tell."""

    def valid_value(self, value: object) -> bool:
        return True


class ActionForm(Part):
    """A LINE action object. Subclasses say how long the label may be, and which kinds are allowed.

    Fields of the kinds that are not chosen keep what was typed while the page is open, and say nothing.
    """

    template_name = "composing/action.html"
    kinds: ClassVar[tuple[str, ...]] = EVERYWHERE
    new: ClassVar = {"type": "uri", "label": "", "uri": ""}

    label = LineText(limits.LABEL, label=_("Words on it"))
    # Django takes fields out of the class: the form keeps its own `data`, `initial` and `type`.
    type = forms.ChoiceField(label=_("When tapped"), choices=KINDS.items())  # type: ignore[assignment]
    uri = LineAddress(label=_("Address"), required=False)
    desktop = LineAddress(label=_("Another address for LINE on a computer"), required=False)
    text = LineText(limits.SAID, label=_("What the friend says by it"), required=False)
    tap = TapField(label=_("Tap action"), required=False)
    data = LineText(  # type: ignore[assignment]
        limits.DATA, label=_("Data for the program"), required=False
    )
    displayText = LineText(limits.SAID, label=_("What the friend says by it"), required=False)  # noqa: N815
    inputOption = forms.ChoiceField(label=_("And then"), choices=_INPUTS, required=False)  # noqa: N815
    fillInText = LineText(limits.SAID, label=_("What then stands in the text box"), required=False)  # noqa: N815
    mode = forms.ChoiceField(label=_("What is chosen"), choices=_MODES, required=False)
    initial = forms.CharField(  # type: ignore[assignment]
        label=_("Shown first"), strip=False, required=False
    )
    min = forms.CharField(label=_("Not before"), strip=False, required=False)
    max = forms.CharField(label=_("Not after"), strip=False, required=False)
    clipboardText = LineText(limits.COPIED, label=_("Text to copy"), required=False)  # noqa: N815

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.kind = self._typed("type") or self.kinds[0]
        self._offer("type", [(kind, KINDS[kind]) for kind in self.kinds])
        self._offer("tap", self._tap_choices)
        for name in ("initial", "min", "max"):
            self.fields[name].widget.input_type = _PICKERS.get(self._typed("mode"), "text")

    @property
    def near(self) -> list[forms.BoundField]:
        """The fields without which the chosen kind does nothing."""
        return [self[name] for name in _FIELDS.get(self.kind, ()) if name in _NEEDED]

    @property
    def far(self) -> list[forms.BoundField]:
        """The other fields of the chosen kind."""
        return [self[name] for name in _FIELDS.get(self.kind, ()) if name not in _NEEDED]

    @property
    def kept(self) -> list[forms.BoundField]:
        """What was typed for other kinds."""
        others = self.fields.keys() - {"label", "type", "imageUrl", *_FIELDS.get(self.kind, ())}
        return [self[name] for name in sorted(others) if self._typed(name)]

    @classmethod
    def values_of(cls, value: dict) -> Values:
        values = super().values_of(value) | {"desktop": value.get("altUri", {}).get("desktop", "")}
        code = str(value.get("data", ""))
        if value.get("type") == "postback" and code.startswith(TAP):
            values |= {"type": "tap", "tap": code.removeprefix(TAP), "data": ""}
        return values

    def value(self) -> dict:
        said = self.cleaned_data
        value: dict[str, Any] = {"type": "postback" if self.kind == "tap" else self.kind}
        for name in ("label", *_FIELDS.get(self.kind, ())):
            if said.get(name) or name in _NEEDED:
                value |= self._part_of_value(name, said.get(name) or "")
        return value

    def clean(self) -> dict:
        super().clean()
        for name in _FIELDS.get(self.kind, ()):
            if name in _NEEDED and name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, self.fields[name].error_messages["required"])
        return self.cleaned_data

    def _part_of_value(self, name: str, typed: str) -> dict:
        if name == "desktop":
            return {"altUri": {"desktop": typed}}
        if name == "tap":
            return {"data": f"{TAP}{typed}"}
        return {name: typed}

    def _offer(self, name: str, choices: list | Callable[[], list]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def _typed(self, name: str) -> str:
        return cast("Mapping[str, str]", self.data).get(self.add_prefix(name), "")

    def _tap_choices(self) -> list[tuple[str, str | Promise]]:
        """Those of the client; one that is gone stays chosen, so that nothing changes unseen."""
        known = taps.choices()
        chosen = self._typed("tap")
        gone = [(chosen, chosen)] if chosen and chosen not in dict(known) else []
        return [("", _("Choose a tap action")), *known, *gone]


class ButtonAction(ActionForm):
    """Of a button of a template."""


class AreaAction(ActionForm):
    """Of a picture or a whole card, where the label is only read aloud."""

    label = LineText(limits.LABEL, label=_("Read aloud"), required=False)


class PictureAction(ActionForm):
    """Of a picture in an image carousel."""

    label = LineText(limits.LABEL_ON_PICTURE, label=_("Words on it"), required=False)


class FlexButtonAction(ActionForm):
    """Of a button in a Flex message."""

    label = LineText(limits.LABEL_IN_FLEX, label=_("Words on it"))


class FlexAction(ActionForm):
    """Of any other part of a Flex message."""

    label = LineText(limits.LABEL_IN_FLEX, label=_("Read aloud"), required=False)


class QuickReplyAction(ActionForm):
    """Of a quick reply, the only place from which a phone opens its camera."""

    kinds = IN_QUICK_REPLY
    new: ClassVar = {"type": "message", "label": "", "text": ""}
