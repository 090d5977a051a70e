"""Text."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from composing.bubbles.base import BubbleForm
from composing.fields import LineText
from line.validation import limits


class TextBubble(BubbleForm):
    type, label, icon = "text", _("Text"), "chats"
    new: ClassVar = {"text": ""}
    text = LineText(
        limits.TEXT,
        lines=5,
        label=_("Text"),
        help_text=_("{{display_name|dear customer}} becomes each friend's name, or the words after the bar."),
    )
