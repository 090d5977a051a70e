"""Who must leave now, asked of the tables themselves: exits, and the goal."""

from collections.abc import Callable, Iterable

from django.db import connection

from events import registry
from scenarios.engine.acting import Turn
from scenarios.engine.people import Person, array
from scenarios.flow.reading import Exit, Flow
from scenarios.models import Entry
from segments import services as segments
from segments.leaves import Query
from segments.types import occurrences

Reason = Entry.Reason

# An event that names only a customer is the friend's who is that customer at present.
HAPPENED = """
SELECT DISTINCT entry.id FROM unnest(%s::bigint[], %s::timestamptz[]) AS person (id, arrived_at)
JOIN scenarios_entry entry ON entry.id = person.id
LEFT JOIN linking_link link ON link.friend_id = entry.friend_id AND link.unlinked_at IS NULL
CROSS JOIN LATERAL (
    SELECT FROM events_event event
    WHERE event.friend_id = entry.friend_id AND {which}
    UNION ALL
    SELECT FROM events_event event
    WHERE event.customer_id = coalesce(link.customer_id, entry.customer_id)
      AND (event.friend_id IS NULL OR entry.friend_id IS NULL) AND {which}
) AS event"""
# Of whom it is not known what they are in it about any event of the type counts: better no reminder than one
# of what was bought.
ABOUT = (
    "coalesce(nullif(entry.subject, ''), nullif(entry.context ->> 'product', ''),"
    " nullif(entry.context ->> 'order', ''))"
)
ABOUT_THE_SAME = (
    f" AND ({ABOUT} IS NULL OR {ABOUT} IN (event.properties ->> 'product', event.properties ->> 'order'))"
)
OUT_OF_REACH = """
SELECT entry.id FROM scenarios_entry entry JOIN friends_friend friend ON friend.id = entry.friend_id
WHERE entry.id = ANY(%s) AND friend.status <> 'friend'"""
UNLINKED = """
SELECT entry.id FROM scenarios_entry entry
WHERE entry.id = ANY(%s)
  AND NOT EXISTS (SELECT FROM linking_link link
                  WHERE link.friend_id = entry.friend_id AND link.unlinked_at IS NULL)
  AND EXISTS (SELECT FROM linking_link link
              WHERE link.friend_id = entry.friend_id AND link.unlinked_at >= entry.since)"""


def leaving(people: list[Person], turn: Turn) -> dict[int, Reason]:
    """Of these people, by entry, who must leave now and why; whoever has reached the goal is marked so.

    Nothing remembered is used: what was committed a moment ago counts.
    """
    found: dict[int, Reason] = {}
    for ask in _questions(turn.flow):
        rest = [person for person in people if person.entry_id not in found]
        if rest:
            found |= ask(rest, turn)
    return found


def happened(
    people: list[Person], event: str, where: list[dict] | None, since: str, *, same_subject: bool = False
) -> set[int]:
    """Entries of whose people there is such an event. `since` is the condition on its time in SQL, which may
    name `entry` and `person.arrived_at`.
    """
    which = occurrences.which(event, where)
    about = ABOUT_THE_SAME if same_subject else ""
    condition = Query(f"{which.sql} AND {since}{about}", which.params)
    sql = HAPPENED.format(which=condition.sql)
    with connection.cursor() as cursor:
        arrivals = array(person.arrived_at.isoformat() for person in people)
        cursor.execute(sql, [_ids(people), arrivals, *condition.params, *condition.params])
        return {pk for (pk,) in cursor.fetchall()}


def after_entering(flow: Flow, event: str) -> str:
    """When an event counts: after what let them in, at the earliest; never what let them in itself."""
    own = getattr(flow.trigger, "event", None)
    is_own = own is not None and registry.canonical(own) == registry.canonical(event)
    return "event.at > entry.since" if is_own else "event.at >= entry.since"


Ask = Callable[[list[Person], Turn], dict[int, Reason]]


def _questions(flow: Flow) -> Iterable[Ask]:
    """The goal first: who has bought what it is about has reached it, whichever exit that also is."""
    if flow.goal:
        yield _at_goal
    for exit_ in flow.exits:
        match exit_.type:
            case "event":
                yield _by_event(exit_)
            case "unlinked":
                yield _unlinked
            case "blocked":
                yield _blocked
            case "condition" if flow.condition:
                yield _unmet


def _at_goal(people: list[Person], turn: Turn) -> dict[int, Reason]:
    goal = turn.flow.goal
    assert goal is not None  # noqa: S101  (asked only of flows that have one)
    within = f"event.at < entry.since + interval '{goal.within_days} days'"
    since = f"{after_entering(turn.flow, goal.event)} AND {within}"
    there = happened(people, goal.event, goal.where, since)
    Entry.objects.filter(pk__in=there, goal_at=None).update(goal_at=turn.now)
    return dict.fromkeys(there, Reason.GOAL) if goal.ends else {}


def _by_event(exit_: Exit) -> Ask:
    def ask(people: list[Person], turn: Turn) -> dict[int, Reason]:
        assert exit_.event is not None  # noqa: S101  (`Exit.check` sees to it)
        since = after_entering(turn.flow, exit_.event)
        same = bool(exit_.same_subject)
        there = happened(people, exit_.event, exit_.where, since, same_subject=same)
        return dict.fromkeys(there, Reason.EVENT)

    return ask


def _unlinked(people: list[Person], turn: Turn) -> dict[int, Reason]:
    """Of whom there was a link since they entered and is none any more."""
    return dict.fromkeys(_asked(UNLINKED, people), Reason.UNLINKED)


def _blocked(people: list[Person], turn: Turn) -> dict[int, Reason]:
    return dict.fromkeys(_asked(OUT_OF_REACH, people), Reason.BLOCKED)


def _unmet(people: list[Person], turn: Turn) -> dict[int, Reason]:
    assert turn.flow.condition is not None  # noqa: S101  (asked only of flows that have one)
    friends = {person.friend_id for person in people if person.friend_id}
    met = segments.among(turn.flow.condition, friends)
    return {
        person.entry_id: Reason.SEGMENT
        for person in people
        if person.friend_id and person.friend_id not in met
    }


def _asked(sql: str, people: list[Person]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [_ids(people)])
        return {pk for (pk,) in cursor.fetchall()}


def _ids(people: list[Person]) -> str:
    return array(person.entry_id for person in people)
