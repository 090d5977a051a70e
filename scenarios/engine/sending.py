"""What a sending step does: it lays out one push to each person. `scenarios/engine/pushing.py` sends them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import uuid5

import orjson
from django.db import connection
from django.utils.translation import gettext_noop

from accounts import current
from broadcasts.models import Broadcast
from broadcasts.sending.claims import LEASE
from channels.models import Channel
from friends.models import Friend
from scenarios import mails
from scenarios.engine import acting, refusals, room
from scenarios.engine.acting import Go, Stay, Then, Turn, Wait
from scenarios.engine.claimed import Claimed
from scenarios.engine.people import Person, array
from scenarios.flow import steps
from scenarios.manners import gate
from scenarios.models import Halt, Send, StepText
from scenarios.texts import filling

TRIED_AGAIN = timedelta(minutes=10)  # who could not be sent to, for no reason of their own
NO_FRIEND, BLOCKED, STOPPED = "no_friend", "blocked", "stopped"  # what came of the step for them
NOTHING = "nothing"  # there was nothing to send

# Twice is once; what was never sent may be laid out anew, with the same key.
LAY_OUT = """
INSERT INTO scenarios_send (entry_id, scenario_id, text_id, step, friend_id, line_user_id, values, retry_key,
    priority, is_test, state, due_at, attempts, is_uncertain, request_id, error,
    first_tried_at)
SELECT entry_id, %(scenario)s, %(text)s, %(step)s, friend_id, line_user_id, values, retry_key,
    priority, is_test, %(state)s, now() + %(lease)s, %(tries)s, false, '', '',
    CASE WHEN %(tries)s > 0 THEN now() END
FROM jsonb_to_recordset(%(given)s::jsonb) AS given (
    entry_id bigint, friend_id int, line_user_id text, values text, retry_key uuid, priority smallint,
    is_test bool)
ON CONFLICT (entry_id, step) DO NOTHING RETURNING entry_id, id"""
WAITING: dict[str, Any] = {"state": Send.State.PENDING, "lease": timedelta(), "tries": 0}
OURS: dict[str, Any] = {"state": Send.State.CLAIMED, "lease": LEASE, "tries": 1}


SENT_TO = "SELECT entry_id FROM scenarios_send WHERE entry_id = ANY(%s) AND step = %s"
FRIENDS = "SELECT id, line_user_id, status, stopped_at FROM friends_friend WHERE id = ANY(%s)"


class Reached(NamedTuple):
    """A person whom LINE reaches."""

    person: Person
    line_user_id: str


def send(step: steps.Send, people: list[Person], turn: Turn) -> dict[int, Then]:
    """Lay out what may be sent now. Whom LINE does not reach goes on without it, unless there is a mail."""
    settled = _settled(step, people, turn)
    new = [person for person in people if person.entry_id not in settled]
    held = gate.of(step, new, turn)
    free = [person for person in new if person.entry_id not in held]
    if step.by == "mail":
        return settled | held | mails.queue(step, free, turn)
    reached, others = _reached(free)
    if step.by != "line" and others:
        others |= mails.queue(step, [person for person in free if person.entry_id in others], turn)
    laid_out = _lay_out(step, reached, turn)
    if step.by == "both":
        mails.queue_beside(step, [each.person for each in reached if _leaves(each, laid_out)], turn)
    return settled | held | others | laid_out


def _leaves(each: Reached, laid_out: dict[int, Then]) -> bool:
    return isinstance(laid_out[each.person.entry_id], Stay)


def _settled(step: steps.Send, people: list[Person], turn: Turn) -> dict[int, Then]:
    """Of those who have been sent this already: then it may be time for the mail."""
    with connection.cursor() as cursor:
        cursor.execute(SENT_TO, [array(person.entry_id for person in people), step.id])
        had = {entry for (entry,) in cursor.fetchall()}
    sent_to = [person for person in people if person.entry_id in had]
    if step.by != "line_then_mail" or not sent_to:
        return {person.entry_id: Go() for person in sent_to}
    quiet = gate.in_quiet_hours(step, sent_to, turn)
    awake = [person for person in sent_to if person.entry_id not in quiet]
    return quiet | mails.queue_unless_clicked(step, awake, turn)


def _reached(people: list[Person]) -> tuple[list[Reached], dict[int, Then]]:
    """Whom LINE reaches, and what became of the others."""
    with connection.cursor() as cursor:
        cursor.execute(FRIENDS, [array(person.friend_id for person in people if person.friend_id)])
        known = {pk: found for pk, *found in cursor.fetchall()}
    reached: list[Reached] = []
    others: dict[int, Then] = {}
    for person in people:
        line_user_id, status, stopped_at = known.get(person.friend_id or 0, ("", "", None))
        if status != Friend.Status.FRIEND:
            others[person.entry_id] = Go(what=BLOCKED if line_user_id else NO_FRIEND)
        elif stopped_at is not None:
            others[person.entry_id] = Go(what=STOPPED)
        else:
            reached.append(Reached(person, line_user_id))
    return reached, others


def _lay_out(step: steps.Send, reached: list[Reached], turn: Turn) -> dict[int, Then]:
    text = StepText.objects.filter(version=turn.version, step=step.id).only("refused_at", "refusal").first()
    if text is None:
        return {each.person.entry_id: Go(what=NOTHING) for each in reached}
    if not reached:
        return {}
    if text.refused_at:
        return _later(reached, turn, refusals.problem(text), refusals.LOOKED_AGAIN)
    if problem := _hindrance():
        return _later(reached, turn, problem)
    ordered = sorted(reached, key=lambda each: (each.person.priority, each.person.arrived_at))
    count, problem = room.of(len(ordered), turn, keeps_budgets=_keeps_budgets(step, ordered, turn))
    _write(step, ordered[:count], turn, text)
    stays: dict[int, Then] = {each.person.entry_id: Stay() for each in ordered[:count]}
    return stays | _later(ordered[count:], turn, problem)


def _keeps_budgets(step: steps.Send, reached: list[Reached], turn: Turn) -> bool:
    """An order on its way is told of, and a scenario tried out, whatever has been spent on advertising."""
    is_notice = (step.nature or turn.flow.manners.nature) == Broadcast.Nature.NOTICE
    return not is_notice and not all(each.person.is_test for each in reached)


def _hindrance() -> str:
    """Why nothing can be sent to anybody now; "" if it can."""
    if halt := Halt.present():
        return halt.problem
    if not Channel.objects.filter(tenant=current.tenant().pk).exists():
        return gettext_noop("No LINE account is connected yet.")
    return ""


def _later(
    reached: Iterable[Reached], turn: Turn, problem: str, after: timedelta = TRIED_AGAIN
) -> dict[int, Then]:
    until = turn.now + after
    return {each.person.entry_id: Wait(until, problem=problem) for each in reached}


def _write(step: steps.Send, reached: list[Reached], turn: Turn, text: StepText) -> None:
    people = [each.person for each in reached]
    if not people:
        return
    values, key = filling.values_of(step, people, turn), turn.version.scenario.key
    rows = [
        {
            "entry_id": person.entry_id,
            "friend_id": person.friend_id,
            "line_user_id": line_user_id,
            "values": values.get(person.entry_id, ""),
            "retry_key": uuid5(key, f"{step.id}/{person.entry_id}"),
            "priority": person.priority,
            "is_test": person.is_test,
        }
        for person, line_user_id in reached
    ]
    given: dict[str, Any] = {"scenario": turn.version.scenario_id, "text": text.pk, "step": step.id}
    given |= {"given": orjson.dumps(rows).decode()} | (WAITING if turn.pushes is None else OURS)
    with connection.cursor() as cursor:
        cursor.execute(LAY_OUT, given)
        if turn.pushes is not None:
            written = dict(cursor.fetchall())
            mine = [row for row in rows if row["entry_id"] in written]
            turn.pushes.extend(_claimed(row, written[row["entry_id"]], given) for row in mine)


def _claimed(row: dict[str, Any], pk: int, given: dict[str, Any]) -> Claimed:
    names = "friend_id", "line_user_id", "values", "retry_key"
    return Claimed(pk, given["text"], given["step"], *(row[name] for name in names))


acting.register("send", send)  # type: ignore[arg-type]
