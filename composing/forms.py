"""The fields of one bubble, by kind of message."""

import json
from typing import ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class JsonField(forms.JSONField):
    """JSON as people read it, indented."""

    widget = forms.Textarea(attrs={"rows": 12, "class": "code", "spellcheck": "false"})

    def prepare_value(self, value: object) -> str:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


class BubbleForm(forms.Form):
    """One message. `new` is what a fresh one says."""

    type: ClassVar[str]
    label: ClassVar[str | Promise]
    new: ClassVar[dict] = {}

    @classmethod
    def can_show(cls, message: dict) -> bool:
        """Whether the fields can say all that this message says."""
        return message.get("type") == cls.type and message.keys() - {"type"} <= cls.base_fields.keys()

    @classmethod
    def values_of(cls, message: dict) -> dict:
        """What stands in the fields for this message."""
        return {name: value for name, value in message.items() if name != "type"}

    @property
    def blank(self) -> "BubbleForm":
        """The same fields without complaints, for while it is being written."""
        values = {name: self.data.get(self.add_prefix(name), "") for name in self.base_fields}
        return type(self)(initial=values, prefix=self.prefix)

    def message(self) -> dict:
        """The LINE message object that a valid form says."""
        return {"type": self.type} | self.cleaned_data


class TextBubble(BubbleForm):
    type, label = "text", _("Text")
    text = forms.CharField(
        label=_("Text"),
        strip=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("{{display_name|dear customer}} becomes each friend's name, or the words after the bar."),
    )

    def message(self) -> dict:
        """Browsers send line ends as CR LF; LINE counts and shows both characters."""
        return {"type": self.type, "text": self.cleaned_data["text"].replace("\r\n", "\n")}


class ImageBubble(BubbleForm):
    type, label = "image", _("Image")
    originalContentUrl = forms.URLField(  # noqa: N815  (LINE's word)
        label=_("Address of the picture"),
        assume_scheme="https",
        help_text=_("HTTPS, JPEG or PNG, up to 10 MB"),
    )
    previewImageUrl = forms.URLField(  # noqa: N815
        label=_("Address of the preview"),
        assume_scheme="https",
        help_text=_("HTTPS, JPEG or PNG, up to 1 MB"),
    )


class FlexBubble(BubbleForm):
    type, label = "flex", _("Flex")
    new: ClassVar = {
        "contents": {
            "type": "bubble",
            "body": {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": ""}]},
        }
    }
    altText = forms.CharField(  # noqa: N815
        label=_("Text in the notification"),
        max_length=1500,
        help_text=_("Shown in the notice and the chat list."),
    )
    contents = JsonField(label=_("Flex JSON"))


class JsonBubble(BubbleForm):
    """Any message object, as it is written."""

    type, label = "", _("Other (JSON)")
    new: ClassVar = {"json": {"type": ""}}
    json = JsonField(label=_("Message as JSON"))

    @classmethod
    def can_show(cls, message: dict) -> bool:
        return True

    @classmethod
    def values_of(cls, message: dict) -> dict:
        return {"json": message}

    def message(self) -> dict:
        return self.cleaned_data["json"]


BUBBLES: dict[str, type[BubbleForm]] = {
    form.type: form for form in (TextBubble, ImageBubble, FlexBubble, JsonBubble)
}
