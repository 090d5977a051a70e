"""The quick replies under the last message.

Source: https://developers.line.biz/en/reference/messaging-api/#quick-reply
"""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from composing.actions import QuickReplyAction
from composing.fields import MediaAddress
from composing.parts import Part, Repeated, Values
from line.validation.limits import MOST_QUICK_REPLIES


class QuickReply(Part):
    """A chip above the keyboard."""

    new: ClassVar = {"action": QuickReplyAction.new}
    folded = ("imageUrl",)
    parts: ClassVar = {"action": Repeated(QuickReplyAction, most=1, least=1, is_single=True)}
    imageUrl = MediaAddress(shape="square", label=_("Icon (square PNG, up to 1 MB)"), required=False)  # noqa: N815  (LINE's word)

    def value(self) -> dict:
        return {"type": "action"} | super().value()


QUICK = Repeated(QuickReply, most=MOST_QUICK_REPLIES, label=_("Quick reply"), add=_("Quick reply"))


def items_of(message: dict) -> list[Values] | None:
    """The values of a message's quick replies; None if the forms cannot say them."""
    reply = message.get("quickReply")
    if reply is None:
        return []
    items = reply.get("items", []) if isinstance(reply, dict) else []
    if not items or reply.keys() != {"items"} or not all(QuickReply.can_show(item) for item in items):
        return None
    return [QuickReply.values_of(item) for item in items]
