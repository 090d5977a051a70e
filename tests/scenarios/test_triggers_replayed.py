"""Any history, told in any order, twice or late, lets in exactly whom a replay in plain Python lets in."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from events import timeline
from events.timeline import NewEvent
from scenarios.models import Entry
from scenarios.triggers.kinds import LATE
from tests.factories import make_customer, make_friend, make_link
from tests.scenarios.entering import hear, make_running

START = datetime(2026, 11, 16, 3, tzinfo=UTC)
PEOPLE = 3
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Told:
    """Something that happened `at` hours after the start, and that we hear of `late` hours later."""

    number: int
    person: int
    type: str
    product: str
    at: int
    late: int
    is_by_customer: bool

    @property
    def happened(self) -> datetime:
        return START + self.at * HOUR + timedelta(minutes=self.number)


histories = st.lists(
    st.tuples(
        st.integers(0, PEOPLE - 1),
        st.sampled_from(["carted", "carted", "bought", "viewed"]),
        st.sampled_from(["tea", "cup"]),
        st.integers(0, 40),
        st.sampled_from([0, 0, 0, 1, 5, 80]),
        st.booleans(),
    ),
    min_size=1,
    max_size=14,
).map(lambda rows: [Told(number, *row) for number, row in enumerate(rows)])


@pytest.mark.usefixtures("tenant")
@settings(max_examples=25, deadline=None)
@given(
    history=histories,
    per_subject=st.booleans(),
    mode=st.sampled_from(["never", "always"]),
    seed=st.integers(0, 1000),
    portion=st.sampled_from([1, 3, 100]),
)
def test_a_replay_lets_in_the_same(history, per_subject, mode, seed, portion):
    with transaction.atomic():
        found = _enrolled(history, Random(seed), portion, reentry={"mode": mode, "per_subject": per_subject})
        transaction.set_rollback(True)

    assert found == sorted(_replayed(_in_order(history), per_subject=per_subject, mode=mode, portion=portion))


def _in_order(history: list[Told]) -> list[Told]:
    """As we hear of it."""
    return sorted(history, key=lambda told: (told.at + told.late, told.number))


def _enrolled(
    history: list[Told], random: Random, portion: int, **parts: object
) -> list[tuple[int, datetime]]:
    people = [make_link(make_friend(), make_customer()) for _each in range(PEOPLE)]
    with time_machine.travel(START - HOUR, tick=False):
        make_running(
            {"type": "event", "event": "carted"},
            exits=[{"type": "event", "event": "bought"}],
            **parts,
        )
    _tell(_in_order(history), people, random, portion)
    place = {link.friend_id: each for each, link in enumerate(people)}
    return sorted((place[entry.friend_id], entry.since) for entry in Entry.objects.all())


def _tell(heard: list[Told], people: list, random: Random, portion: int) -> None:
    """In portions, each disordered and with somethings told twice."""
    for begin in range(0, len(heard), portion):
        some = heard[begin : begin + portion]
        again = random.choices(heard[: begin + portion], k=2)
        random.shuffle(some)
        for told in (*some, *again):
            _record(told, people[told.person])
        hear(_moment(heard[begin : begin + portion]))


def _record(told: Told, link: object) -> None:
    who = {"customer_id": link.customer_id} if told.is_by_customer else {"friend_id": link.friend_id}
    properties = {"product": told.product}
    timeline.record(
        [NewEvent(told.type, told.happened, properties=properties, key=f"told:{told.number}", **who)]
    )


def _moment(some: list[Told]) -> datetime:
    return START + max(told.at + told.late for told in some) * HOUR + HOUR


def _replayed(heard: list[Told], *, per_subject: bool, mode: str, portion: int) -> list[tuple[int, datetime]]:
    """One thing after the other as they happened, of what was heard together; as the brief says it."""
    known: list[Told] = []
    entries: dict[tuple, list[dict]] = defaultdict(list)
    for begin in range(0, len(heard), portion):
        some = heard[begin : begin + portion]
        known += some
        for told in sorted(some, key=lambda told: (told.happened, told.number)):
            _end(entries, known, told.person)
            if told.type == "carted" and told.happened >= _moment(some) - LATE:
                _enter(entries, known, told, per_subject=per_subject, mode=mode)
    return [(who[0], entry["since"]) for who, all_ in entries.items() for entry in all_]


def _end(entries: dict, known: list[Told], person: int) -> None:
    for who, theirs in entries.items():
        for entry in theirs if who[0] == person else ():
            entry["inside"] &= not _bought_since(known, person, entry["since"])


def _enter(entries: dict, known: list[Told], told: Told, *, per_subject: bool, mode: str) -> None:
    theirs = entries[told.person, told.product if per_subject else ""]
    if any(entry["inside"] for entry in theirs) or (theirs and mode == "never"):
        return
    if not _bought_since(known, told.person, told.happened):
        theirs.append({"since": told.happened, "inside": True})


def _bought_since(known: list[Told], person: int, since: datetime) -> bool:
    return any(each.type == "bought" and each.person == person and each.happened >= since for each in known)
