import json
from typing import ClassVar

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from broadcasts.models import Batch
from segments.models import Segment


class BroadcastForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("For your own lists; friends do not see it.")
    )
    segment = forms.ModelChoiceField(
        label=_("Segment"), queryset=Segment.objects.all(), empty_label=_("Choose a segment")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class JsonField(forms.JSONField):
    """JSON as people read it, indented."""

    widget = forms.Textarea(attrs={"rows": 12, "class": "code", "spellcheck": "false"})

    def prepare_value(self, value: object) -> str:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


class BubbleForm(forms.Form):
    """One message of a broadcast. `new` is what a fresh one says."""

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


class ScheduleForm(forms.Form):
    """`version` is the one that was looked at: nothing else is sent than what was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    send_at = forms.DateTimeField(
        label=_("Send at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": 60}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["send_at"].help_text = _("Time zone: %(zone)s") % {
            "zone": timezone.get_current_timezone_name()
        }


class ReviewForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    verdict = forms.ChoiceField(choices=[("approve", _("Approve")), ("send_back", _("Send back"))])

    def clean(self) -> dict:
        super().clean()
        asked = self.cleaned_data
        if asked.get("verdict") == "send_back" and not asked.get("comment"):
            self.add_error("comment", _("Say what should change."))
        return asked


class SettleForm(forms.Form):
    """What a person has found out about a batch of unknown outcome."""

    batch = forms.ModelChoiceField(queryset=Batch.objects.filter(state=Batch.State.NEEDS_CHECK))
    outcome = forms.ChoiceField(choices=[("sent", _("It arrived")), ("not_sent", _("It did not arrive"))])
