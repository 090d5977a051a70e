"""How an agency looks on what its clients get: logo, colour, foot, and in whose name mails leave."""

import re
import warnings
from io import BytesIO
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts import activity
from accounts.models import User
from agency_library.errors import BadColor, BadLogo, LargeLogo, PaleColor
from agency_library.models import AgencyBranding

MOST_BYTES = 2_000_000  # of the file that somebody brings
MOST_PIXELS = 25_000_000
LEAST_SIDE = 24
KEPT_SIZE = (1_200, 400)  # into which a logo is made smaller: sharp on paper at 8 cm
READABLE = 4.5  # contrast of text, says WCAG 2.2 §1.4.3
COLOR = re.compile(r"#[0-9a-f]{6}")
WRITTEN = ("accent", "footer", "contact", "sender_name", "reply_to")


def of(agency_id: int) -> AgencyBranding:
    """What is kept, or what holds until somebody says more: no logo, a dark blue."""
    return AgencyBranding.objects.filter(agency=agency_id).first() or AgencyBranding(agency_id=agency_id)


@transaction.atomic
def change(
    agency_id: int,
    *,
    by: User | None,
    logo: BinaryIO | None = None,
    drops_logo: bool = False,
    **changes: str,
) -> AgencyBranding:
    """Keep what is given; of the rest nothing changes. Holds for what is made from now on.

    Raises BadLogo, LargeLogo, BadColor, PaleColor.
    """
    given = {name: " ".join(changes[name].split()) for name in WRITTEN if name in changes}
    if "accent" in given:
        given["accent"] = checked_color(given["accent"])
    AgencyBranding.objects.get_or_create(agency_id=agency_id)
    found = AgencyBranding.objects.select_for_update().get(agency_id=agency_id)
    if logo is not None:
        found.logo, found.logo_width, found.logo_height = read_logo(logo)
    elif drops_logo:
        found.logo, found.logo_width, found.logo_height = None, None, None
    for name, value in given.items():
        setattr(found, name, value)
    found.changed_at = timezone.now()
    found.save()
    activity.record("agency_branding.changed", found, by=by, fields=sorted(given), logo=logo is not None)
    return found


def read_logo(file: BinaryIO) -> tuple[bytes, int, int]:
    """The picture written anew as PNG, in at most 1,200 × 400 pixels, with its size. PNG or JPEG alone.

    Raises BadLogo, LargeLogo.
    """
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise LargeLogo()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=("PNG", "JPEG"))
            if picture.width * picture.height > MOST_PIXELS or min(picture.size) < LEAST_SIDE:
                raise BadLogo()
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        raise BadLogo() from None
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail(KEPT_SIZE)
    written = BytesIO()
    upright.save(written, "PNG", optimize=True)
    return written.getvalue(), upright.width, upright.height


def checked_color(text: str) -> str:
    """As it is kept: #1f3a5f. Raises BadColor, or PaleColor for one that white text cannot be read on."""
    color = text.lower()
    if not COLOR.fullmatch(color):
        raise BadColor()
    if (found := contrast(color)) < READABLE:
        raise PaleColor(contrast=f"{found:.1f}", better=darkened(color))
    return color


def contrast(color: str) -> float:
    """With white, from 1 to 21. Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def darkened(color: str) -> str:
    """The same hue, as dark as it has to be."""
    parts = [int(color[place : place + 2], 16) for place in (1, 3, 5)]
    for step in range(100, -1, -1):
        darker = "#" + "".join(f"{part * step // 100:02x}" for part in parts)
        if contrast(darker) >= READABLE:
            return darker
    return "#000000"
