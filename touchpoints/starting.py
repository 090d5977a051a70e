"""From plan to draft: each class once."""

import json
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from broadcasts import services as broadcasts
from broadcasts.models import Broadcast
from composing import content
from events import versions
from segments import services as segments
from touchpoints import admitting, classes, judging, plans
from touchpoints.errors import AlreadySent, BrokenClass, NoMessages, NothingPlanned
from touchpoints.judging import Judged
from touchpoints.leaves import SENDING, topic
from touchpoints.models import Period, TouchClass

NAME_LENGTH = 100
Action = TouchClass.Action


@transaction.atomic
def start(started: TouchClass, *, by: User | None) -> TouchClass:
    """Make what is planned for a class: a draft to its people with message, time and campaign filled in, or
    their entry into a scenario. Started already, it is left as it is, and so it is by two at once.

    The first one begins the period: who is in which class is kept, and drafts choose their people by the
    sends that are known now. Raises NothingPlanned, NoMessages, BrokenClass, InvalidMessages, Archived,
    ScenarioNotRunning, MayNotAdmit, and as `plans.held_period`.
    """
    found = classes.held(started)
    if not found.is_started:
        _check(found)
        begin(found.period)
        _make(found, by)
    return found


@transaction.atomic
def start_all(period: Period, *, by: User | None) -> list[TouchClass]:
    """All that are planned, not started, and not empty: those that were started now. Raises as `start`."""
    period = plans.held_period(period)
    waiting = startable(judging.judge(period))
    return [start(each, by=by) for each in waiting]


def startable(judged: Judged) -> list[TouchClass]:
    """Classes that have people and a plan, and are not started."""
    return [each for each in judged.classes if is_ready(each) and judged.count(each)]


def is_ready(found: TouchClass) -> bool:
    """Whether something is planned that can be started."""
    if found.is_started or not found.takes_messages:
        return False
    return bool(messages_of(found)) or (found.action == Action.SCENARIO and found.scenario_id is not None)


@transaction.atomic
def detach(found: TouchClass, *, by: User | None) -> TouchClass:
    """Undo the start: a draft stays among the broadcasts and the plan forgets it; who has not yet entered a
    scenario does not. Raises AlreadySent once it is out of people's hands, and as `plans.held_period`.
    """
    found = classes.held(found)
    if found.action == Action.SCENARIO and found.is_started:
        is_over = admitting.stop(found)
    else:
        is_over = bool(found.broadcast and found.broadcast.status not in Broadcast.EDITABLE)
    if is_over:
        raise AlreadySent(name=found.label)
    found.broadcast, found.started_at = None, None
    found.save(update_fields=["broadcast", "started_at"])
    activity.record("touchpoints.detached", found.period.plan, by=by, name=found.label)
    return found


def messages_of(found: TouchClass) -> list[dict]:
    """What is planned to be said; empty if nothing is."""
    if found.action != Action.MESSAGE:
        return []
    if found.template:
        return list(found.template.messages)
    return [{"type": "text", "text": found.text}] if found.text.strip() else []


def begin(period: Period) -> None:
    """Keep who is in which class and by which sends, once. In a transaction. Raises BrokenClass."""
    if period.begun_at:
        return
    judged = judging.judge(period, exact=True)
    check_whole(judged)
    for each in judged.classes:
        each.start_members, each.start_count = stored(judged, each)
    TouchClass.objects.bulk_update(judged.classes, ["start_members", "start_count"])
    period.begun_at, period.sends = timezone.now(), [each.pk for each in judged.sends]
    period.save(update_fields=["begun_at", "sends"])
    versions.touch(*(topic(each.pk) for each in judged.classes))


def stored(judged: Judged, of: TouchClass) -> tuple[bytes, int]:
    """The people of a class as they are kept, and how many."""
    people = judged.members[of.pk]
    people.run_optimize()
    return people.serialize(), len(people)


def check_whole(judged: Judged) -> None:
    """Raise BrokenClass if one cannot be asked: whom it should have would be counted elsewhere."""
    for each in judged.classes:
        if each.pk in judged.problems:
            raise BrokenClass(name=each.label, problem=judged.problems[each.pk])


def _check(found: TouchClass) -> None:
    if not found.takes_messages:
        raise NoMessages(name=found.label)
    if found.action == Action.SCENARIO:
        admitting.check(found)
    elif not messages_of(found):
        raise NothingPlanned(name=found.label)


def _make(found: TouchClass, by: User | None) -> None:
    now = timezone.now()
    if found.action == Action.SCENARIO:
        admitting.begin(found, at=_later(found, now) or now, by=by)
    else:
        found.broadcast = _draft(found, now, by)
    found.started_at = now
    found.save(update_fields=["broadcast", "started_at"])
    activity.record(
        "touchpoints.started", found.period.plan, by=by, name=found.label, broadcast=found.broadcast_id
    )


def _draft(found: TouchClass, now: datetime, by: User | None) -> Broadcast:
    plan = found.period.plan
    name = f"{plan.name[: NAME_LENGTH - len(found.label) - 3]} · {found.label}"
    said = messages_of(found)
    tree = {"all": [{"type": "touchpoint", "class": found.pk, "at": SENDING}]}
    campaign = plan.campaign if plan.campaign and plan.campaign.archived_at is None else None
    made = broadcasts.create_broadcast(
        name=name,
        segment=segments.create_segment(name, tree, by=by),
        messages=said,
        by=by,
        campaign=campaign,
        # Only links can tell who clicked: to pages of each friend's own, such as coupons, too.
        tracks_people="http" in json.dumps(said) or bool(content.own_pages(said)),
    )
    if at := _later(found, now):
        made = broadcasts.move(made, send_at=at, by=by)
    return made


def _later(found: TouchClass, now: datetime) -> datetime | None:
    """The planned moment, if it is still to come."""
    at = found.moment
    return at if at and at > now else None
