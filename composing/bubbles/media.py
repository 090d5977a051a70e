"""Pictures, films and sounds.

Sources: https://developers.line.biz/en/reference/messaging-api/#image-message and the two after it
"""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from composing.bubbles.base import BubbleForm
from composing.fields import LineText, MediaAddress
from line.validation import limits

LONGEST_MS = 24 * 3600 * 1000


class MediaBubble(BubbleForm):
    """A file that LINE fetches, and what a phone needs to show it before that."""

    template_name = "composing/bubbles/media.html"

    @property
    def main(self) -> forms.BoundField:
        return self["originalContentUrl"]

    @property
    def others(self) -> list[forms.BoundField]:
        """Filled by choosing a file of the library; written by hand for an address from elsewhere."""
        return [self[name] for name in self.fields if name != "originalContentUrl"]


class ImageBubble(MediaBubble):
    type, label, icon = "image", _("Image"), "image"
    new: ClassVar = {"originalContentUrl": "", "previewImageUrl": ""}
    originalContentUrl = MediaAddress(  # noqa: N815  (LINE's word)
        "image",
        fills={"previewImageUrl": "preview"},
        label=_("Address of the picture"),
        help_text=_("HTTPS, JPEG or PNG, up to 10 MB"),
    )
    previewImageUrl = MediaAddress(  # noqa: N815
        "image",
        required=False,
        label=_("Address of the preview"),
        help_text=_("HTTPS, JPEG or PNG, up to 1 MB. Left empty: the picture itself."),
    )

    def value(self) -> dict:
        picture = self.cleaned_data["originalContentUrl"]
        preview = self.cleaned_data["previewImageUrl"] or picture
        return {"originalContentUrl": picture, "previewImageUrl": preview}


class VideoBubble(MediaBubble):
    type, label, icon = "video", _("Video"), "video"
    new: ClassVar = {"originalContentUrl": "", "previewImageUrl": ""}
    originalContentUrl = MediaAddress(  # noqa: N815
        "video",
        fills={"previewImageUrl": "preview"},
        label=_("Address of the video"),
        help_text=_("HTTPS, MP4, up to 200 MB"),
    )
    previewImageUrl = MediaAddress(  # noqa: N815
        "image",
        label=_("Address of the preview"),
        help_text=_("HTTPS, JPEG or PNG, up to 1 MB, of the shape of the video"),
    )
    trackingId = LineText(  # noqa: N815
        limits.TRACKING_ID,
        required=False,
        label=_("Name under which LINE tells who watched to the end"),
    )


class AudioBubble(MediaBubble):
    type, label, icon = "audio", _("Audio"), "audio"
    new: ClassVar = {"originalContentUrl": ""}
    originalContentUrl = MediaAddress(  # noqa: N815
        "audio",
        fills={"duration": "duration"},
        label=_("Address of the audio file"),
        help_text=_("HTTPS, M4A or MP3, up to 200 MB"),
    )
    duration = forms.IntegerField(
        min_value=1,
        max_value=LONGEST_MS,
        label=_("Length in milliseconds"),
        help_text=_("One minute is 60,000. Filled in for files of the library."),
    )
