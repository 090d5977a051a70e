"""What the account answers about linking, in the friend's language."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import current
from channels.models import Channel
from channels.services import client_for
from friends.models import Friend, Reply
from line.errors import LineError, Rejected, Unauthorized
from linking import attempts, welcome
from linking.attempts import LINK_WORD

Messages = dict[int, list[dict]]


def invitations(owed: list[Reply]) -> Messages:
    """A button to the sign-in page; who LINE gives no token for is told to add the account."""
    channel = Channel.objects.get(tenant=current.tenant().pk)
    answers = attempts.invite(client_for(channel), [reply.friend for reply in owed])
    return {
        reply.pk: [_in_language_of(reply.friend, _invitation, answer)]
        for reply in owed
        for answer in [answers[reply.friend_id]]
        if not isinstance(answer, LineError) or _is_final(answer)
    }


def linked(owed: list[Reply]) -> Messages:
    return {reply.pk: welcome.messages_for(reply.friend) for reply in owed}


def unlinked(owed: list[Reply]) -> Messages:
    return {reply.pk: [_in_language_of(reply.friend, _unlinked)] for reply in owed}


def not_linked(owed: list[Reply]) -> Messages:
    return {reply.pk: [_in_language_of(reply.friend, _not_linked)] for reply in owed}


def _is_final(error: LineError) -> bool:
    return isinstance(error, Rejected) and not isinstance(error, Unauthorized)


def _in_language_of(friend: Friend, message, *arguments: object) -> dict:
    language = friend.language or settings.LANGUAGE_CODE
    with translation.override("ja" if language.startswith("ja") else "en"):
        return message(*arguments)


def _invitation(answer: str | LineError) -> dict:
    return _refusal() if isinstance(answer, LineError) else _button(answer)


def _button(url: str) -> dict:
    """Within LINE's limits for a buttons template: text 160, label 20 characters."""
    text = _("Link your LINE account to your customer record. The button works for 10 minutes.")
    action = {"type": "uri", "label": _("Link now"), "uri": url}
    template = {"type": "buttons", "text": text, "actions": [action]}
    return {"type": "template", "altText": text, "template": template}


def _refusal() -> dict:
    return _text(
        _("Please add this account as a friend first, then send “%(word)s” again.") % {"word": LINK_WORD}
    )


def _unlinked() -> dict:
    return _text(_("Your account is no longer linked. To link again, send “%(word)s”.") % {"word": LINK_WORD})


def _not_linked() -> dict:
    return _text(_("Your account is not linked. To link it, send “%(word)s”.") % {"word": LINK_WORD})


def _text(text: str) -> dict:
    return {"type": "text", "text": text}
