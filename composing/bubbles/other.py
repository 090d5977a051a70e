"""Any message object, as JSON."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from composing.bubbles.base import BubbleForm, JsonField
from composing.parts import Repeated, Values


class JsonBubble(BubbleForm):
    """Any message object, as it is written, its sender with it."""

    type, label, icon = "", _("Other (JSON)"), "data"
    new: ClassVar = {"type": ""}
    json = JsonField(label=_("Message as JSON"))

    @classmethod
    def all_parts(cls) -> dict[str, Repeated]:
        return {}

    @classmethod
    def can_show(cls, message: dict) -> bool:
        return True

    @classmethod
    def values_of(cls, message: dict) -> Values:
        return {"json": message}

    def message(self) -> dict:
        said = self.cleaned_data["json"]
        return said if isinstance(said, dict) else {"type": "unfinished"}
