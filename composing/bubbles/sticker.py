"""Stickers: those that LINE lets accounts send.

Source: https://developers.line.biz/en/docs/messaging-api/sticker-list/
"""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from composing.bubbles.base import BubbleForm
from composing.fields import LineText
from line.validation import limits

PICTURE = "https://stickershop.line-scdn.net/stickershop/v1/sticker/{sticker}/android/sticker.png"


@dataclass(frozen=True)
class Package:
    """Stickers whose numbers follow each other."""

    number: int
    first: int
    last: int


PACKAGES = [
    Package(446, 1988, 2027),
    Package(789, 10855, 10894),
    Package(1070, 17839, 17878),
    Package(6136, 10551376, 10551399),
    Package(6325, 10979904, 10979927),
    Package(6359, 11069848, 11069871),
    Package(6362, 11087920, 11087943),
    Package(6370, 11088016, 11088039),
    Package(6632, 11825374, 11825397),
    Package(8515, 16581242, 16581265),
    Package(8522, 16581266, 16581289),
    Package(8525, 16581290, 16581313),
    Package(11537, 52002734, 52002773),
    Package(11538, 51626494, 51626533),
    Package(11539, 52114110, 52114149),
]


class StickerBubble(BubbleForm):
    """Any sticker by its numbers: LINE may list more than we know of."""

    type, label, icon = "sticker", _("Sticker"), "smile"
    template_name = "composing/bubbles/sticker.html"
    new: ClassVar = {"packageId": "", "stickerId": ""}
    packageId = LineText(limits.ID, label=_("Package"))  # noqa: N815  (LINE's word)
    stickerId = LineText(limits.ID, label=_("Sticker number"))  # noqa: N815

    @property
    def packages(self) -> list[Package]:
        return PACKAGES
