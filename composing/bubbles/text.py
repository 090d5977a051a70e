"""Text."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from composing import emoji
from composing.bubbles.base import BubbleForm
from composing.fields import LineText
from composing.parts import Values
from composing.variables import VARIABLE
from line.validation import limits
from line.validation.limits import MOST_EMOJIS, Limit

_TOO_MANY = gettext_lazy("At most %(limit)s LINE emoji in one text.")


class _Counted(Limit):
    """LINE's emoji count as the one character by which they are sent."""

    def length(self, text: str) -> int:
        return super().length(emoji.TOKEN.sub("$", text))


class TextBubble(BubbleForm):
    type, label, icon = "text", gettext_lazy("Text"), "text"
    template_name = "composing/bubbles/text.html"
    new: ClassVar = {"text": ""}
    text = LineText(_Counted(limits.TEXT.most), lines=6, label=gettext_lazy("Text"))

    @classmethod
    def values_of(cls, message: dict) -> Values:
        return {"text": emoji.written(message["text"], message.get("emojis", []))}

    def message(self) -> dict:
        text, emojis = emoji.read(self.cleaned_data["text"])
        return {"type": "text", "text": text} | ({"emojis": emojis} if emojis else {})

    def clean_text(self) -> str:
        """The place of an emoji is a number, which a name of another length before it would make wrong."""
        text = self.cleaned_data["text"]
        tokens = list(emoji.TOKEN.finditer(text))
        if len(tokens) > MOST_EMOJIS:
            raise ValidationError(_TOO_MANY % {"limit": MOST_EMOJIS})
        variable = VARIABLE.search(text)
        if variable and tokens and variable.start() < tokens[-1].start():
            raise ValidationError(_("LINE emoji must stand before the first variable."))
        return text
