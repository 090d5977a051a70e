"""What the snippet shows: the invitations of an entry point, as JSON."""

from django.utils.translation import gettext as _

from invitations import starts
from invitations.models import EntryPoint, Invitation
from linking.models import LinkSettings

LINE_GREEN = "#06c755"
DARK, LIGHT = "#10151f", "#ffffff"


def of(entry_point: EntryPoint) -> list[dict]:
    """Those that take turns at present; where the client has written none, one in our words."""
    shown = list(entry_point.invitations.shown())
    if not shown:
        return [_offer(entry_point, standard(entry_point))]
    return [_offer(entry_point, invitation) for invitation in shown]


def standard(entry_point: EntryPoint) -> Invitation:
    """What is shown while the client has no wording of its own here: its reason to link, or ours."""
    reason = LinkSettings.present().reason
    text = reason or _("Link your LINE account, and order updates and offers for you come to your chat.")
    return Invitation(
        entry_point=entry_point, text=text, button=_("Link with LINE"), colour=LINE_GREEN, weight=1
    )


def ink_on(colour: str) -> str:
    """Black or white, whichever is read more easily on this colour.

    Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    light = _luminance(colour) + 0.05
    return DARK if light / (_luminance(DARK) + 0.05) >= 1.05 / light else LIGHT


def _offer(entry_point: EntryPoint, invitation: Invitation) -> dict:
    return {
        "variant": invitation.code,
        "weight": invitation.weight,
        "text": invitation.text,
        "button": invitation.button,
        "colour": invitation.colour,
        "ink": ink_on(invitation.colour),
        "close": _("Close"),
        "link": starts.begin(entry_point.code),
    }


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
