"""Pictures."""

from django import forms
from django.utils.translation import gettext_lazy as _

from composing.bubbles.base import BubbleForm


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
