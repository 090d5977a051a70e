"""Any message object, as JSON."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from composing.bubbles.base import BubbleForm, JsonField


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
