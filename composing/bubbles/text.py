"""Text."""

from django import forms
from django.utils.translation import gettext_lazy as _

from composing.bubbles.base import BubbleForm


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
