"""Who tapped a button of ours: what the tap action says is done at once, and stands on the timeline."""

from itertools import groupby

from channels import handlers
from channels.handlers import Received
from composing import taps
from composing.taps import Tap
from events import timeline
from events.timeline import NewEvent
from friends import replies
from friends import services as friends
from friends.models import Reply
from taps import services
from taps.models import TapAction

ANSWER = "taps.answer"


@handlers.register("postback")
def on_postback(events: list[Received]) -> None:
    """Actions are done in the order of the taps: what is put on by one may be taken off by the next."""
    tapped = [(event, tap) for event in events if event.is_direct and (tap := _read(event))]
    known = {action.code: action for action in _actions({tap.code for _event, tap in tapped})}
    tapped = [(event, tap) for event, tap in tapped if tap.code in known]
    if not tapped:
        return
    numbers = friends.know(event.line_user_id for event, _tap in tapped)
    for tap, group in groupby(tapped, key=lambda pair: pair[1]):
        _apply(known[tap.code], tap, [event for event, _tap in group], numbers)


def answers(owed: list[Reply]) -> dict[int, list[dict]]:
    """What each tap is answered with."""
    texts = dict(TapAction.objects.filter(pk__in={reply.about for reply in owed}).values_list("pk", "answer"))
    return {reply.pk: _said(texts.get(reply.about or 0, "")) for reply in owed}


def _said(text: str) -> list[dict]:
    return [{"type": "text", "text": text}] if text else []


def _read(event: Received) -> Tap | None:
    return taps.read(event.payload["postback"].get("data"))


def _actions(codes: set[str]) -> list[TapAction]:
    found = TapAction.objects.filter(code__in=codes).select_related("field")
    return list(found.prefetch_related("tags_put", "tags_taken"))


def _apply(action: TapAction, tap: Tap, events: list[Received], numbers: dict[str, int]) -> None:
    timeline.record(
        NewEvent(
            "tapped",
            event.at,
            friend_id=numbers[event.line_user_id],
            properties=_properties(action, tap),
            key=f"tap:{event.id}",
        )
        for event in events
    )
    friend_ids = sorted({numbers[event.line_user_id] for event in events})
    services.apply(action, friend_ids, at=events[-1].at, broadcast=tap.broadcast)
    if action.answer:
        replies.owe(ANSWER, events, numbers, about=action.pk)


def _properties(action: TapAction, tap: Tap) -> dict:
    facts = {"action": action.name, "number": action.pk, "broadcast": tap.broadcast, "bubble": tap.bubble}
    return {name: value for name, value in facts.items() if value is not None}
