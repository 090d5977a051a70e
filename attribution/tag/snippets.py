"""What is pasted into pages of the shop: the script that invites to link, with the tag in it."""

from pathlib import Path

from django.conf import settings

from accounts import current
from attribution.models import PageTag
from invitations import public

PIECE = "tag"
SOURCE = Path(__file__).with_name("tag.js")
FIRST = "window.musubi=window.musubi||function(){(musubi.q=musubi.q||[]).push(arguments)}"


def register() -> None:
    """Have the script of the shop's pages served with the tag where it is asked for."""
    public.register_piece(PIECE, SOURCE)


def address() -> str:
    """Of the script; browsers look for a newer one once a day."""
    return f"{_base()}i/musubi.js?with={PIECE}"


def fixed_address() -> str:
    """Of the script as it is now: browsers keep it for good, and `integrity` holds for it."""
    return f"{address()}&v={public.version(PIECE)}"


def integrity() -> str:
    return public.integrity(PIECE)


def usual(tag: PageTag) -> str:
    """For the head of every page."""
    return f'<script>{FIRST}</script>\n<script async src="{address()}" data-tag="{tag.key}"></script>'


def fixed(tag: PageTag) -> str:
    """The same for shops that let in no script that may change."""
    return (
        f"<script>{FIRST}</script>\n"
        f'<script async src="{fixed_address()}" integrity="{integrity()}"'
        f' crossorigin="anonymous" data-tag="{tag.key}"></script>'
    )


def report_address(tag: PageTag) -> str:
    return f"{_base()}cv/{tag.key}/"


def _base() -> str:
    return f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}/"
