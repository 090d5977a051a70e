"""What friends are answered while a survey is asked, in their language."""

from collections.abc import Callable

from django.utils import translation
from django.utils.translation import gettext as _

from composing import taps
from friends.models import Friend, Reply
from line.validation.limits import BUTTONS
from surveys.answering import taking
from surveys.chat.asking import Asked, messages
from surveys.chat.hearing import language_of
from surveys.errors import AlreadyAnswered, Refused
from surveys.models import Response, Survey
from surveys.questions import read

Messages = dict[int, list[dict]]


def questions(owed: list[Reply]) -> Messages:
    """The question at which each stands. Of several answers owed to one person, the last one says it."""
    newest = {reply.about: reply.pk for reply in sorted(owed, key=lambda reply: reply.pk)}
    rows = Response.objects.select_related("survey", "version").in_bulk([reply.about for reply in owed])
    return {
        reply.pk: _in_language_of(reply.friend, said_to, rows[reply.about])
        if reply.about in rows and newest[reply.about] == reply.pk
        else []
        for reply in owed
    }


def doors(owed: list[Reply]) -> Messages:
    """Why there is nothing to answer."""
    surveys = Survey.objects.select_related("version").in_bulk([reply.about for reply in owed])
    return {
        reply.pk: _in_language_of(reply.friend, _refused, surveys[reply.about], reply.friend)
        if reply.about in surveys
        else []
        for reply in owed
    }


def said_to(response: Response) -> list[dict]:
    """What somebody is told who has just begun, answered, stopped or finished; at most three messages."""
    if response.state == Response.State.FINISHED:
        return _thanks(response)
    if response.state == Response.State.STOPPED:
        return [_stopped(response)]
    return [*_before(response), *_asked(response)]


def _in_language_of(friend: Friend, say: Callable[..., list[dict]], *about: object) -> list[dict]:
    with translation.override(language_of(friend)):
        return say(*about)


def _before(response: Response) -> list[dict]:
    """The words at the beginning, or what was wrong with the last answer."""
    opening = response.survey.opening if response.started_at is None and not response.pending else ""
    said = str(response.pending.get("hint") or opening)
    return [_text(said)] if said else []


def _asked(response: Response) -> list[dict]:
    asked = read(response.version.questions)
    place = next((place for place, each in enumerate(asked) if each.id == response.question), None)
    if place is None:
        return []
    where = f"【{place + 1}/{len(asked)}】"
    return messages(Asked(response.pk, asked[place], where, response.pending))


def _thanks(response: Response) -> list[dict]:
    said = [_text(response.survey.thanks or _("Thank you for your answers!"))]
    if not response.reward_words:
        return said
    if not response.reward_address.startswith("https://"):
        return [*said, _text(f"{response.reward_words}\n{response.reward_address}".strip())]
    action = {"type": "uri", "label": _("Open it"), "uri": response.reward_address}
    words = response.reward_words[: BUTTONS.most]
    template = {"type": "buttons", "text": words, "actions": [action]}
    return [*said, {"type": "template", "altText": words, "template": template}]


def _stopped(response: Response) -> dict:
    label = _("Go on with it")
    action = {
        "type": "postback",
        "label": label,
        "data": f"{taps.PREFIX}{response.survey.code}",
        "displayText": label,
    }
    said = _text(_("Stopped. Your answers so far are kept; tap “Go on with it” whenever you like."))
    return said | {"quickReply": {"items": [{"type": "action", "action": action}]}}


def _refused(survey: Survey, friend: Friend) -> list[dict]:
    last = taking.latest(survey, friend.pk)
    try:
        if last and last.state == Response.State.FINISHED and survey.is_once:
            raise AlreadyAnswered
        taking.check_open(survey)
    except Refused as refusal:
        return [_text(refusal.message)]
    return []


def _text(words: str) -> dict:
    return {"type": "text", "text": words}
