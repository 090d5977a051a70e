"""What somebody is told who has just linked: the client's own words, or ours."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from composing import content
from friends.models import Friend
from linking.attempts import UNLINK_WORD
from linking.models import LinkSettings


def messages_for(friend: Friend) -> list[dict]:
    """1 to 5 LINE message objects, in the friend's language and with their name."""
    own = LinkSettings.present().welcome
    if not own:
        return [_ours(friend)]
    return content.filled(own, friend.pk)


def _ours(friend: Friend) -> dict:
    language = friend.language or settings.LANGUAGE_CODE
    with translation.override("ja" if language.startswith("ja") else "en"):
        text = _("Your account is linked. To unlink at any time, send “%(word)s”.")
        return {"type": "text", "text": text % {"word": UNLINK_WORD}}
