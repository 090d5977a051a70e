"""Flex messages."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from composing.bubbles.base import BubbleForm, JsonField


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
