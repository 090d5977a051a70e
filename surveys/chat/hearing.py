"""What friends tap and write while a survey is asked in the chat, and how a survey begins there."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone, translation

from channels import handlers
from channels.handlers import Received
from composing import taps
from events import timeline
from events.timeline import NewEvent
from friends import replies
from friends import services as friends
from friends.models import Friend
from friends.prefectures import NAMES
from surveys.answering import taking
from surveys.answering.kept import answers_of, current
from surveys.chat import data, typed
from surveys.chat.data import Tapped
from surveys.errors import Refused, Unanswerable
from surveys.models import Response, Survey
from surveys.questions import OTHER, Question, Said, types

ASK, DOOR = "surveys.ask", "surveys.door"  # who answers: with the question at hand, or why there is none
LISTENS = timedelta(hours=1)  # a text that comes later is said to somebody else
DOUBLE = timedelta(seconds=10)  # within which the same tap again is a slip of the finger
STOP_WORDS = frozenset({"やめる", "中止", "stop"})


@handlers.register("postback", "message")
def on_event(events: list[Received]) -> None:
    """In the order of time: what is tapped may be followed by what is written."""
    direct = [event for event in events if event.is_direct]
    batch = _Batch(direct)
    meant = [event for event in direct if batch.may_mean(event)]
    if not meant:
        return
    numbers = friends.know(event.line_user_id for event in meant)
    speaking = {friend.pk: friend for friend in Friend.objects.filter(pk__in=numbers.values())}
    for event in meant:
        friend = speaking[numbers[event.line_user_id]]
        with translation.override(language_of(friend)):
            owed = _heard(event, friend, batch)
        if owed:
            composer, about = owed
            replies.owe(composer, [event], numbers, about=about)


def waits_for(events: Iterable[Received]) -> set[str]:
    """The messages that are answers or that begin a survey: nobody else has to answer them."""
    texts = {event.id: (event.line_user_id, text) for event in events if (text := _text(event))}
    if not texts:
        return set()
    if not Survey.objects.running().exists():  # most batches are of clients that ask nothing
        return set()
    words = _words()
    asked = _asked([user for user, _said in texts.values()])
    return {
        number
        for number, (user, text) in texts.items()
        if replies.plain(text) in words or (user in asked and _is_answer(asked[user], text))
    }


def language_of(friend: Friend) -> str:
    language = friend.language or settings.LANGUAGE_CODE
    return "ja" if language.startswith("ja") else "en"


Owed = tuple[str, int] | None


class _Batch:
    """What has to be known of many events at once, so that those of no survey ask nothing each."""

    def __init__(self, events: list[Received]) -> None:
        taps_of = {event.id: tap for event in events if (tap := taps.read(_data(event)))}
        codes = {tap.code for tap in taps_of.values()}
        published = Survey.objects.exclude(status=Survey.Status.DRAFT).select_related("version")
        self.surveys = {each.code: each for each in published.filter(code__in=codes)} if codes else {}
        writing = [event.line_user_id for event in events if _text(event)]
        tapping = {event.line_user_id for event in events if _data(event)}
        is_asking = bool(writing) and Survey.objects.running().exists()
        self.words = _words() if is_asking else {}
        self._asked = {*tapping, *_asked(writing)} if is_asking else tapping

    def may_mean(self, event: Received) -> bool:
        if text := _text(event):
            return replies.plain(text) in self.words or event.line_user_id in self._asked
        tap = taps.read(_data(event))
        return data.read(_data(event)) is not None or (tap is not None and tap.code in self.surveys)


def _heard(event: Received, friend: Friend, batch: _Batch) -> Owed:
    if text := _text(event):
        return _on_text(text, friend, batch)
    tapped = data.read(_data(event))
    return _on_tap(tapped, event, friend) if tapped else _on_start(event, friend, batch)


def _on_start(event: Received, friend: Friend, batch: _Batch) -> Owed:
    """A button that begins a survey: it has a code like a tap action's."""
    tap = taps.read(_data(event))
    if tap is None:
        return None
    survey = batch.surveys[tap.code]
    about = {"action": survey.name, "broadcast": tap.broadcast, "bubble": tap.bubble}
    properties = {name: value for name, value in about.items() if value is not None}
    timeline.record(
        [NewEvent("tapped", event.at, friend_id=friend.pk, properties=properties, key=f"tap:{event.id}")]
    )
    return _begin(survey, friend)


def _begin(survey: Survey, friend: Friend) -> Owed:
    try:
        response = taking.begin(survey, friend.pk, channel=Response.Channel.CHAT)
    except Refused:
        return DOOR, survey.pk
    return _ask(response)


def _on_tap(tapped: Tapped, event: Received, friend: Friend) -> Owed:
    """Only the friend's own response; what others forward of it does nothing."""
    rows = Response.objects.select_related("survey", "version")
    response = rows.filter(pk=tapped.response, friend=friend).first()
    if response is None:
        return None
    if response.state == Response.State.FINISHED:
        return None if _is_double(response.finished_at) else (DOOR, response.survey_id)
    if tapped.act == data.STOP:
        return _stop(response)
    if tapped.question == response.question and (change := _noted(tapped, response)) is not None:
        return _ask(response, pending=change)
    said = _said(tapped, event, response)
    return _ask_again(response) if said is None else _answer(response, tapped.question, said)


def _on_text(text: str, friend: Friend, batch: _Batch) -> Owed:
    word = replies.plain(text)
    if number := batch.words.get(word):
        return _begin(Survey.objects.select_related("version").get(pk=number), friend)
    response = _asked([friend.line_user_id]).get(friend.line_user_id)
    if response is None:
        return None
    if word in STOP_WORDS:
        return _stop(response)
    question = current(response)
    said = typed.said(question, response.pending, text) if question else None
    if question is None or said is None:
        return None
    if types.of(question).is_several:  # beside “other”, more may be chosen
        change = {"options": list(said.options), "text": said.text[: types.SHORT_TEXT]}
        return _ask(response, pending=change)
    return _answer(response, question.id, said)


def _noted(tapped: Tapped, response: Response) -> dict | None:
    """What a tap changes of what is chosen and not confirmed yet; None if it is an answer."""
    pending = {name: value for name, value in response.pending.items() if name != "hint"}
    options = [each for each in pending.get("options", []) if each != tapped.value]
    match tapped.act:
        case data.REGION:
            is_one = tapped.value.isdecimal() and int(tapped.value) < len(types.REGIONS)
            return {"region": int(tapped.value)} if is_one else {}
        case data.PAGE:
            return pending | {"page": int(tapped.value) if tapped.value.isdecimal() else 0}
        case data.ADD:
            asks = {"asks_other": True} if tapped.value == OTHER and not pending.get("text") else {}
            return pending | {"options": [*options, tapped.value]} | asks
        case data.DROP:
            kept = pending | {"options": options}
            return kept | {"text": "", "asks_other": False} if tapped.value == OTHER else kept
        case data.CHOOSE if tapped.value == OTHER:
            return {"options": [OTHER], "asks_other": True}
    return None


def _said(tapped: Tapped, event: Received, response: Response) -> Said | None:
    """The answer that a tap gives; None for one that means nothing (any more)."""
    value = tapped.value
    match tapped.act:
        case data.CHOOSE if value != OTHER:
            return Said((value,))
        case data.NUMBER if value.removeprefix("-").isdecimal():
            return Said(number=int(value))
        case data.PREFECTURE if value.isdecimal() and 1 <= int(value) <= len(NAMES):
            return Said((NAMES[int(value) - 1],))
        case data.DATE:
            return _picked(event)
        case data.SKIP:
            return Said()
        case data.DONE if tapped.question == response.question:
            return Said(tuple(response.pending.get("options", ())), text=response.pending.get("text", ""))
    return None


def _picked(event: Received) -> Said | None:
    params = event.payload["postback"].get("params")
    try:
        return Said(date=date.fromisoformat(str(params["date"]))) if isinstance(params, dict) else None
    except (KeyError, ValueError):
        return None


def _answer(response: Response, question: str, said: Said) -> Owed:
    """An answer to an earlier question corrects it; one that is the same again changes nothing."""
    if question != response.question and answers_of(response).get(question) == said:
        return _ask_again(response)
    try:
        return _ask(taking.answer(response, question, said))
    except Unanswerable as problem:
        pending = {name: response.pending[name] for name in ("options", "text") if name in response.pending}
        return _ask(response, pending=pending | {"hint": problem.message})
    except Refused:
        return DOOR, response.survey_id


def _ask(response: Response, *, pending: dict | None = None) -> Owed:
    """Have the question at hand asked, and listen to what is written next."""
    response.asked_at = timezone.now()
    response.pending = response.pending if pending is None else pending
    response.channel = Response.Channel.CHAT
    response.save(update_fields=["asked_at", "pending", "channel"])
    return ASK, response.pk


def _ask_again(response: Response) -> Owed:
    return None if _is_double(response.asked_at) else _ask(response)


def _stop(response: Response) -> Owed:
    try:
        stopped = taking.stop(response)
    except Refused:
        return DOOR, response.survey_id
    return ASK, stopped.pk


def _is_double(at: object) -> bool:
    return at is not None and timezone.now() - at < DOUBLE  # type: ignore[operator]


def _is_answer(response: Response, text: str) -> bool:
    question: Question | None = current(response)
    if question is None:
        return False
    return replies.plain(text) in STOP_WORDS or typed.said(question, response.pending, text) is not None


def _asked(line_user_ids: Sequence[str]) -> dict[str, Response]:
    """The responses that wait for an answer of these friends in the chat; of several, the one asked last."""
    rows = Response.objects.under_way().filter(
        channel=Response.Channel.CHAT,
        asked_at__gt=timezone.now() - LISTENS,
        friend__line_user_id__in=line_user_ids,
        survey__status=Survey.Status.RUNNING,
    )
    found = rows.select_related("version", "survey").annotate(user=F("friend__line_user_id"))
    return {row.user: row for row in found.order_by("asked_at")}


def _words() -> dict[str, int]:
    """The words by which surveys that were published begin, as they are compared."""
    rows = Survey.objects.running().exclude(keyword="").values_list("keyword", "pk")
    return {replies.plain(word): number for word, number in rows}


def _data(event: Received) -> object:
    """What a tapped button says; None of a message."""
    return (event.payload.get("postback") or {}).get("data")


def _text(event: Received) -> str | None:
    said = event.payload.get("message") or {}
    text = said.get("text") if said.get("type") == "text" else None
    return text if isinstance(text, str) and text.strip() else None
