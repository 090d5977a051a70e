"""Letting people in: by a trigger, by hand, by a program, by another scenario.

Who comes in is decided here alone: whether the scenario takes anybody, whether they meet its condition,
whether they have been in before. Two workers take turns per scenario; the unique constraints of entries are
the last wall.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from events import outbox
from scenarios.engine import versions
from scenarios.flow.program import END, Program
from scenarios.flow.reading import Flow
from scenarios.models import Entry, Scenario, Version
from scenarios.work import KIND
from segments import services as segments

Status = Scenario.Status
TAKING = (Status.RUNNING, Status.PAUSED)
SUBJECT_LENGTH = 200
BY_SEGMENT = "segment:"  # begins the key of who got a tag, or came into a segment or out of it
MOST_A_DAY = 10  # times that somebody comes in so: scenarios whose steps let people into each other end there
BESIDE_LINE = {"mail", "both", "line_or_mail", "line_then_mail"}

TURNS = "SELECT pg_advisory_xact_lock(hashtext('scenarios.enter:' || current_schema()), %s)"
# Who they are now: a customer's friend and a friend's customer are whoever is linked at present; a merged
# customer is the one into whom it was merged. Nobody is left who is gone or erased.
PEOPLE = """
SELECT given.place, friend.id, customer.id, friend.status = 'friend'
FROM jsonb_to_recordset(%s::jsonb) AS given (place int, friend_id int, customer_id int)
LEFT JOIN LATERAL (
    SELECT alias.customer_id FROM customers_customeralias alias
    WHERE alias.former_id = given.customer_id ORDER BY alias.id DESC LIMIT 1) AS merged ON true
LEFT JOIN linking_link own ON own.friend_id = given.friend_id AND own.unlinked_at IS NULL
LEFT JOIN customers_customer customer
    ON customer.id = coalesce(merged.customer_id, given.customer_id, own.customer_id)
   AND customer.erased_at IS NULL
LEFT JOIN linking_link theirs
    ON given.friend_id IS NULL AND theirs.customer_id = customer.id AND theirs.unlinked_at IS NULL
LEFT JOIN friends_friend friend ON friend.id = coalesce(given.friend_id, theirs.friend_id)
WHERE (friend.id IS NOT NULL OR customer.id IS NOT NULL)"""
# Who is inside, and who has been in and may not come again (yet); also as the customer whom they are linked
# to now.
KEPT_OUT = """
WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(given)s::jsonb) AS given (
        place int, friend_id int, customer_id int, subject text, by_segment bool)),
known AS (
    SELECT given.place, given.subject AS asked, given.by_segment, entry.* FROM given
    JOIN scenarios_entry entry ON entry.friend_id = given.friend_id
    UNION ALL
    SELECT given.place, given.subject, given.by_segment, entry.* FROM given
    JOIN scenarios_entry entry ON entry.customer_id = given.customer_id AND entry.friend_id IS NULL)
SELECT DISTINCT place FROM known
WHERE scenario_id = %(scenario)s AND NOT is_test AND (subject = asked OR NOT %(per_subject)s)
  AND (state <> 'ended' OR {again})
UNION
SELECT place FROM known
WHERE scenario_id = %(scenario)s AND NOT is_test AND by_segment AND starts_with(key, %(segment)s)
  AND entered_at > %(now)s - interval '24 hours'
GROUP BY place HAVING count(*) >= %(most)s"""
AGAIN = {
    "never": "true",
    "after_days": "ended_at > %(now)s - %(days)s * interval '1 day'",
    "always": "false",
}
ENTER = """
INSERT INTO scenarios_entry (scenario_id, version_id, friend_id, customer_id, subject, context, key, step,
    state, priority, due_at, waits_for, problem, is_test, entered_at, since, arrived_at, ended_at, reason)
SELECT %(scenario)s, %(version)s, friend_id, customer_id, subject, context, key, %(step)s,
    %(state)s, %(priority)s, %(due_at)s, '', '', is_test, %(now)s, since, %(now)s, %(ended_at)s, %(reason)s
FROM jsonb_to_recordset(%(given)s::jsonb) AS given (friend_id int, customer_id int, subject text,
    context jsonb, key text, is_test bool, since timestamptz)
ON CONFLICT DO NOTHING RETURNING id"""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is to come in. `key` names what lets them in: the same one lets nobody in twice.

    `subject` is what it is about, as a product's code; it counts only where each subject counts by itself.
    `at` is when it happened: what they did since then counts for exits and for the goal.
    """

    friend_id: int | None
    customer_id: int | None
    subject: str
    context: dict = field(hash=False)
    key: str
    at: datetime
    is_test: bool = False


def enter(scenario: Scenario, newcomers: list[Newcomer], *, now: datetime) -> list[int]:
    """Let people in, in the caller's transaction; the numbers of the new entries.

    Left out are: everybody while the scenario neither runs nor is paused; who does not meet its condition;
    who is inside, or has been and may not come again; who came MOST_A_DAY times today by a tag or a segment;
    a key that was seen before; who has blocked the account if that is an exit; a customer without a friend,
    unless the flow reaches people beside LINE and has no condition (conditions are on friends). Who only
    tries it out (`is_test`) is left out by none of these but the key.
    """
    version = _version(scenario)
    if version is None or not newcomers:
        return []
    program = versions.of(version)
    with connection.cursor() as cursor:
        cursor.execute(TURNS, [scenario.pk])
    people = _known(newcomers, program.flow)
    people = _meeting(people, program.flow)
    people = _allowed(scenario, people, program.flow, now)
    return _write(version, program, people, now) if people else []


def reaches_beside_line(flow: Flow) -> bool:
    """Whether it has steps for people who are no friends: mails or notification messages."""
    return any(
        step.type == "notice" or step.type == "send" and getattr(step, "by", "") in BESIDE_LINE
        for _path, step in flow.walk()
    )


def _version(scenario: Scenario) -> Version | None:
    """That which people enter now; None if the scenario takes nobody."""
    taking = Scenario.objects.filter(pk=scenario.pk, status__in=TAKING).values("version")
    return Version.objects.filter(pk__in=taking).first()


def _known(newcomers: list[Newcomer], flow: Flow) -> list[Newcomer]:
    """Who they are at present, as far as the flow has anything for them."""
    given = [
        {"place": place, "friend_id": each.friend_id, "customer_id": each.customer_id}
        for place, each in enumerate(newcomers)
    ]
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [orjson.dumps(given).decode()])
        rows = sorted(cursor.fetchall())
    return [
        replace(
            newcomers[place],
            friend_id=friend_id,
            customer_id=customer_id,
            subject=newcomers[place].subject if flow.reentry.per_subject else "",
        )
        for place, friend_id, customer_id, is_reachable in rows
        if newcomers[place].is_test or _is_for(flow, friend_id, is_reachable)
    ]


def _is_for(flow: Flow, friend_id: int | None, is_reachable: bool) -> bool:
    if friend_id is None:
        return flow.condition is None and reaches_beside_line(flow)
    return is_reachable or all(each.type != "blocked" for each in flow.exits)


def _meeting(people: list[Newcomer], flow: Flow) -> list[Newcomer]:
    """Those who meet the entry condition now."""
    if flow.condition is None:
        return people
    asked = {each.friend_id for each in people if each.friend_id and not each.is_test}
    met = segments.among(flow.condition, asked)
    return [each for each in people if each.is_test or each.friend_id in met]


def _allowed(scenario: Scenario, people: list[Newcomer], flow: Flow, now: datetime) -> list[Newcomer]:
    """Those whom re-entry lets in; of several calls for the same person the first."""
    kept_out = _kept_out(scenario, people, flow, now)
    seen: set[tuple] = set()
    allowed = []
    for place, each in enumerate(people):
        who = (each.friend_id, None if each.friend_id else each.customer_id, each.subject)
        if each.is_test or (place not in kept_out and who not in seen):
            allowed.append(each)
        if not each.is_test:
            seen.add(who)
    return allowed


def _kept_out(scenario: Scenario, people: list[Newcomer], flow: Flow, now: datetime) -> set[int]:
    given = [
        {
            "place": place,
            "friend_id": each.friend_id,
            "customer_id": each.customer_id,
            "subject": each.subject,
            "by_segment": each.key.startswith(BY_SEGMENT),
        }
        for place, each in enumerate(people)
    ]
    asked: dict[str, Any] = {
        "given": orjson.dumps(given).decode(),
        "scenario": scenario.pk,
        "per_subject": flow.reentry.per_subject,
        "now": now,
        "days": flow.reentry.days,
        "segment": BY_SEGMENT,
        "most": MOST_A_DAY,
    }
    with connection.cursor() as cursor:
        cursor.execute(KEPT_OUT.format(again=AGAIN[flow.reentry.mode]), asked)
        return {place for (place,) in cursor.fetchall()}


def _write(version: Version, program: Program, people: list[Newcomer], now: datetime) -> list[int]:
    is_over = program.first == END
    given = [
        {
            "friend_id": each.friend_id,
            "customer_id": each.customer_id,
            "subject": each.subject[:SUBJECT_LENGTH],
            "context": each.context,
            "key": each.key,
            "is_test": each.is_test,
            "since": min(each.at, now),
        }
        for each in people
    ]
    row: dict[str, Any] = {
        "scenario": version.scenario_id,
        "version": version.pk,
        "step": program.first,
        "state": Entry.State.ENDED if is_over else Entry.State.WAITING,
        "priority": program.flow.manners.priority,
        "due_at": None if is_over else now,
        "ended_at": now if is_over else None,
        "reason": Entry.Reason.FINISHED if is_over else "",
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(ENTER, row | {"given": orjson.dumps(given).decode()})
        entered = [pk for (pk,) in cursor.fetchall()]
    if entered:
        outbox.call(KIND)
    return entered
