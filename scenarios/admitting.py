"""Letting people in by name, by hand or by another program; and taking them out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import activity
from accounts.models import User
from events import people
from scenarios.engine import enrolling, leaving
from scenarios.engine.enrolling import Newcomer
from scenarios.errors import WrongStatus
from scenarios.models import Entry, Scenario

MOST = 500  # people at once
MOST_CONTEXT = 10_000  # bytes of JSON


@dataclass(frozen=True)
class Caller:
    """Somebody who is to come in. `who` has `friend`, `line_user_id` or `customer`, as events do.

    `key` is the caller's own id of what happened; the same again lets nobody in twice.
    """

    who: dict[str, Any]
    context: dict[str, Any] = field(default_factory=dict)
    subject: str = ""
    key: str = ""


@dataclass(frozen=True)
class Answer:
    """What became of one of them: the number of their entry, or why there is none."""

    entry: int | None = None
    code: str = ""
    detail: str = ""


@transaction.atomic
def admit(scenario: Scenario, callers: list[Caller], *, now: datetime, by: User | None) -> list[Answer]:
    """Let these people in, each as far as they may; the answers in their order.

    Raises WrongStatus of a scenario that is a draft or archived.
    """
    if scenario.status not in enrolling.TAKING:
        raise WrongStatus(status=scenario.get_status_display())
    found = _found(callers)
    keys = [f"api:{caller.key}" if caller.key else f"call:{uuid4()}" for caller in callers]
    before = _entries(scenario, keys)
    newcomers = [
        Newcomer(*found[place], subject=caller.subject, context=caller.context, key=keys[place], at=now)
        for place, caller in enumerate(callers)
        if place in found and keys[place] not in before
    ]
    enrolling.enter(scenario, newcomers, now=now)
    entered = _entries(scenario, keys)
    if len(entered) > len(before):
        activity.record("scenario.admitted", scenario, by=by, people=len(entered) - len(before))
    return [_answer(place in found, entered.get(key), key in before) for place, key in enumerate(keys)]


@transaction.atomic
def remove(entry: Entry, *, by: User | None) -> bool:
    """Take somebody out by hand; False: they were out."""
    is_out = leaving.leave(Entry.objects.filter(pk=entry.pk), Entry.Reason.REMOVED) > 0
    if is_out:
        activity.record("scenario.removed", entry.scenario, by=by, entry=entry.pk)
    return is_out


def _answer(is_known: bool, entry: int | None, is_repeated: bool) -> Answer:
    if entry and is_repeated:
        return Answer(entry, "repeated", _("This key came before."))
    if entry:
        return Answer(entry, "entered", "")
    if not is_known:
        return Answer(None, "unknown", _("There is nobody of this name or number."))
    said = _("They are inside already, may not come in again, or do not meet the condition for coming in.")
    return Answer(None, "left_out", said)


def _entries(scenario: Scenario, keys: Iterable[str]) -> dict[str, int]:
    return dict(Entry.objects.filter(scenario=scenario, key__in=keys).values_list("key", "pk"))


def _found(callers: list[Caller]) -> dict[int, tuple[int | None, int | None]]:
    """Friend and customer, by place; those whom nobody knows are left out."""
    found: dict[int, dict[str, int]] = {}
    for name in people.all_names():
        asked = {place: each.who[name.word] for place, each in enumerate(callers) if name.word in each.who}
        known = name.find(set(asked.values())) if asked else {}
        for place, value in asked.items():
            if value in known:
                found.setdefault(place, {})[name.column] = known[value]
    return {place: (each.get("friend_id"), each.get("customer_id")) for place, each in found.items()}


def is_too_large(context: dict) -> bool:
    return len(orjson.dumps(context)) > MOST_CONTEXT
