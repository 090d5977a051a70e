"""Which follow a visit explains: LINE's follow event names no route, so person and time join the two.

A visit is known once its person has signed in. It explains the follow that comes nearest

- after the sign-in, within AFTER, unless the person was a friend at that moment; or
- up to BEFORE earlier, if LINE says that this very sign-in made the friendship. LIFF does not say; there
  the follow must have come while the link was open.

One visit explains one follow, and one follow is explained by one visit. All is worked out anew from all that
is known of a friend, whenever something more is: so order, repetition and delay make no difference. What
nothing explains stays unknown.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts import board, current
from events import versions
from events.models import Event
from friends import services as friends
from friends.models import Tag
from routes.models import Arrival, Visit

AFTER = timedelta(hours=24)
BEFORE = timedelta(minutes=5)
SKEW = timedelta(seconds=10)  # by which LINE's clock and ours may differ
LOCK = 1_413_829_461  # a number that nothing else takes for its advisory locks
KIND = "arrivals"  # the kind of work on the board
LEFT_BEHIND = timedelta(seconds=10)
TOPIC = "arrivals"  # the data version that grows when it changes who came by which route
Kind = Arrival.Kind
FRIENDSHIP = ["followed", "unblocked", "blocked"]
TAGGED = {Kind.NEW, Kind.RETURNED}


@dataclass(frozen=True)
class Step:
    """A follow or a block, as the timeline has it."""

    at: datetime
    type: str

    @property
    def is_follow(self) -> bool:
        return self.type != "blocked"


@dataclass(frozen=True)
class Coming:
    """A visit whose person is known, as far as it matters here."""

    id: int
    opened_at: datetime
    at: datetime
    is_liff: bool
    has_changed: bool | None
    is_friend: bool | None


@dataclass(frozen=True)
class Verdict:
    """What a visit did. `followed_at` is the follow it explains; `is_newest`: the friend's newest."""

    kind: str
    followed_at: datetime | None = None
    is_newest: bool = False


def explain(comings: Iterable[Coming], steps: Iterable[Step]) -> dict[int, Verdict]:
    """What each visit of one friend did, by its id."""
    past = sorted(steps, key=lambda step: (step.at, not step.is_follow))
    known = sorted(comings, key=lambda coming: coming.id)
    follows = [step for step in past if step.is_follow]
    explained = _match(known, follows, past)
    verdicts = {each.id: _verdict(each, explained.get(each.id), past) for each in known}
    newest = _newest(verdicts, known, follows)
    return {
        number: Verdict(verdict.kind, verdict.followed_at, number == newest)
        for number, verdict in verdicts.items()
    }


@transaction.atomic
def settle(friend_ids: Iterable[int]) -> None:
    """Bring the arrivals of these friends up to date. What is new must have been written before.

    It waits until others who do the same for this client have committed, and so sees what they wrote.
    """
    ids = sorted(set(friend_ids))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, current.tenant().pk])
    arrivals = list(Arrival.objects.filter(friend__in=ids).select_related("visit", "route"))
    if not arrivals:
        return
    changed = _changed(arrivals)
    _save(arrivals, changed)
    _tag([arrival for arrival in arrivals if arrival.tagged_at is None])
    if changed:
        versions.touch(TOPIC, friends=[arrival.friend_id for arrival in changed])


def settle_left_behind() -> None:
    """Settle what a process that died has kept and not settled."""
    seen = board.version(KIND)
    settle(Arrival.objects.filter(settled_at=None).values_list("friend", flat=True))
    board.settle(KIND, None, seen=seen)


def _match(known: list[Coming], follows: list[Step], past: list[Step]) -> dict[int, Step]:
    pairs = [
        (rank, coming.at, coming.id, step)
        for coming in known
        for step in follows
        if (rank := _rank(coming, step, past)) is not None
    ]
    matched: dict[int, Step] = {}
    taken: set[datetime] = set()
    for *_how_well, number, step in sorted(pairs, key=lambda pair: pair[:3]):
        if number not in matched and step.at not in taken:
            matched[number] = step
            taken.add(step.at)
    return matched


def _rank(coming: Coming, follow: Step, past: list[Step]) -> tuple[bool, timedelta] | None:
    """How well the visit explains the follow, best first; None if it cannot."""
    distance = abs(follow.at - coming.at)
    if _made_by_sign_in(coming, follow):
        return (False, distance)
    is_after = coming.at <= follow.at <= coming.at + AFTER
    return (True, distance) if is_after and not _was_friend(coming, past) else None


def _made_by_sign_in(coming: Coming, follow: Step) -> bool:
    if not coming.at - BEFORE <= follow.at <= coming.at + SKEW:
        return False
    if coming.is_liff:
        return coming.opened_at - SKEW <= follow.at and coming.is_friend is not False
    return coming.has_changed is True


def _was_friend(coming: Coming, past: list[Step]) -> bool | None:
    """Whether the person was a friend when they signed in: by LINE's word, else by what we know; or None."""
    if coming.is_friend is not None:
        return coming.is_friend and coming.has_changed is not True
    before = [step for step in past if step.at <= coming.at]
    return before[-1].is_follow if before else None


def _verdict(coming: Coming, explained: Step | None, past: list[Step]) -> Verdict:
    if explained:
        return Verdict(_kind(explained.at, past, explained.type == "unblocked"), explained.at)
    if coming.has_changed and not _follows_near(coming, past):
        return Verdict(_kind(coming.at - BEFORE, past, False))
    was_friend = True if coming.has_changed else _was_friend(coming, past)
    return Verdict({True: Kind.ALREADY, False: Kind.NOT_YET, None: Kind.UNKNOWN}[was_friend])


def _kind(at: datetime, past: list[Step], is_return: bool) -> str:
    """Who was a friend, or had blocked the account, at any time before has returned."""
    return Kind.RETURNED if is_return or any(step.at < at for step in past) else Kind.NEW


def _follows_near(coming: Coming, past: list[Step]) -> bool:
    return any(step.is_follow and coming.at - BEFORE <= step.at <= coming.at + AFTER for step in past)


def _newest(verdicts: dict[int, Verdict], known: list[Coming], follows: list[Step]) -> int | None:
    """The visit that explains the newest follow, also one of which only the sign-in has told."""
    last = follows[-1].at if follows else None
    told = [
        coming
        for coming in known
        if verdicts[coming.id].kind in TAGGED
        and verdicts[coming.id].followed_at is None
        and (last is None or coming.at > last)
    ]
    if told:
        return max(told, key=lambda coming: (coming.at, coming.id)).id
    return next(
        (number for number, verdict in verdicts.items() if last and verdict.followed_at == last), None
    )


def _changed(arrivals: list[Arrival]) -> list[Arrival]:
    """Those of which we now think otherwise, with what we think."""
    steps: dict[int, list[Step]] = defaultdict(list)
    friends_of = {arrival.friend_id for arrival in arrivals}
    past = Event.objects.filter(friend_id__in=friends_of, type__in=FRIENDSHIP)
    for friend_id, at, type_ in past.values_list("friend_id", "at", "type"):
        steps[friend_id or 0].append(Step(at, type_))
    changed = []
    for friend_id in friends_of:
        own = {arrival.pk: arrival for arrival in arrivals if arrival.friend_id == friend_id}
        verdicts = explain(map(_coming, own.values()), steps[friend_id])
        changed += [own[number] for number, verdict in verdicts.items() if _apply(own[number], verdict)]
    return changed


def _coming(arrival: Arrival) -> Coming:
    return Coming(
        id=arrival.pk,
        opened_at=arrival.visit.at,
        at=arrival.at,
        is_liff=arrival.visit.way == Visit.Way.LIFF,
        has_changed=arrival.has_changed,
        is_friend=arrival.is_friend,
    )


def _apply(arrival: Arrival, verdict: Verdict) -> bool:
    before = (arrival.kind, arrival.followed_at, arrival.is_newest)
    arrival.kind, arrival.followed_at = verdict.kind, verdict.followed_at
    arrival.is_newest = verdict.is_newest
    return before != (arrival.kind, arrival.followed_at, arrival.is_newest)


def _save(arrivals: list[Arrival], changed: list[Arrival]) -> None:
    """What was the newest gives way first: a friend has one at a time."""
    if changed:
        numbers = [arrival.pk for arrival in changed]
        Arrival.objects.filter(pk__in=numbers, is_newest=True).update(is_newest=False)
        Arrival.objects.bulk_update(changed, ["kind", "followed_at", "is_newest"], batch_size=500)
    if fresh := [arrival.pk for arrival in arrivals if arrival.settled_at is None]:
        Arrival.objects.filter(pk__in=fresh).update(settled_at=timezone.now())


def _tag(arrivals: list[Arrival]) -> None:
    """Put the routes' tags on, once for each arrival: what people take off again stays off."""
    due = [
        arrival
        for arrival in arrivals
        if arrival.kind in TAGGED or (arrival.kind == Kind.ALREADY and arrival.route.tags_for_all)
    ]
    if not due:
        return
    Arrival.objects.filter(pk__in=[arrival.pk for arrival in due]).update(tagged_at=timezone.now())
    prefetch_related_objects(due, "route__tags")
    by_tag: dict[Tag, list[int]] = defaultdict(list)
    for arrival in due:
        for tag in arrival.route.tags.all():
            by_tag[tag].append(arrival.friend_id)
    for tag in sorted(by_tag, key=lambda tag: tag.pk):
        friends.tag_friends(by_tag[tag], tag)
