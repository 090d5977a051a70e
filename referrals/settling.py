"""Bringing referrals up to date with what is known: who is credited, who counts, what is held and due.

One client's referrals are settled one after the other, under a lock, so that of many who claim the same
friend at once one wins. Rows are locked before they are judged: what is being rewarded is waited for, and
stays.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts import board, current
from coupons.giving import customers_of
from events import timeline, versions
from events.models import Event
from events.timeline import NewEvent
from friends.models import Friend
from linking.models import Link
from referrals import actions, crowds, holding, judging
from referrals import rules as ruling
from referrals.judging import Claim, Credit, Judged, Step
from referrals.models import Opening, Participant, Referral
from referrals.rules import Rules
from referrals.work import KIND, LOCK, MEDIUM, TOPIC
from routes.models import Arrival

FRIENDSHIP = ("followed", "unblocked", "blocked")
MOST_UP = 100  # inviters of inviters that are looked at for a circle
State, Reason = Referral.State, Referral.Reason
JUDGED = (
    *("state", "reason", "is_credited", "followed_at", "acted_at", "counted_at", "due_at", "is_flagged"),
    *("held_at", "is_held", "holds_each", "holds_tier", "held_yen", "frozen_at", "undone_at", "undone"),
)


@transaction.atomic
def settle(friend_ids: Iterable[int], *, now: datetime | None = None) -> None:
    """Bring the referrals of these friends, as the invited, up to date with all that is known."""
    ids = sorted(set(friend_ids))
    now = now or timezone.now()
    lock()
    claims = _claimed(ids)
    held = Referral.objects.filter(friend__in=ids).select_for_update().order_by("pk")
    first: dict[int, datetime] = {}
    for friend, at in held.values_list("friend", "at"):
        first[friend] = min(at, first.get(friend, at))
    rows = Referral.objects.select_related("version", "participant", "programme", "friend").order_by("pk")
    for friend in sorted(first, key=first.__getitem__):
        # Read one friend after the other: what one gives back may be held for another of the same inviter.
        _settle_one(list(rows.filter(friend=friend)), claims, now)


def lock() -> None:
    """Wait until nobody else settles referrals of this client, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, current.tenant().pk])


def concerned(
    friend_ids: Iterable[int], arrived: Iterable[int], *, inviters: Iterable[int] = ()
) -> list[int]:
    """Of these friends those about whom there may be something to settle; `arrived` came by some route.

    So it may be about all whom `inviters` have invited, until they are rewarded.
    """
    since = timezone.now() - judging.REGRET
    rows = Referral.objects.filter(friend__in=sorted(set(friend_ids)))
    known = rows.exclude(counted_at__lt=since, frozen_at__isnull=False).values_list("friend", flat=True)
    invited = Referral.objects.filter(participant__friend__in=sorted(set(inviters)), frozen_at=None)
    visits = Arrival.objects.filter(
        friend__in=sorted(set(arrived)), route__referral_programme__isnull=False, visit__utm_medium=MEDIUM
    )
    ways = (known, invited.values_list("friend", flat=True), visits.values_list("friend", flat=True))
    return sorted({number for way in ways for number in way})


def _settle_one(rows: list[Referral], claims: dict[int, list[Arrival]], now: datetime) -> None:
    friend = rows[0].friend
    steps = _steps(friend)
    fixed = next((row.pk for row in rows if row.frozen_at and row.is_credited), None)
    credited = judging.credit(_claims(rows, claims), steps, now=now, fixed=fixed)
    before = {row.pk: [getattr(row, name) for name in JUDGED] for row in rows}
    had_reward = {row.pk for row in rows if row.is_held}
    known = [row for row in rows if row.pk in credited]
    for row in sorted(known, key=lambda row: credited[row.pk].is_credited):  # who loses it gives way first
        _judge(row, credited[row.pk], steps, now)
        if before[row.pk] != [getattr(row, name) for name in JUDGED]:
            row.save(update_fields=JUDGED)
            _tell(row)
        if row.state == State.COUNTED:
            holding.grant(row, _rules(row), now)
            if row.frozen_at:
                row.save(update_fields=["frozen_at"])
        else:
            holding.take_back(row, was_held=row.pk in had_reward)
        if row.due_at:
            board.call(KIND, row.due_at)


def _judge(row: Referral, credit: Credit, steps: list[Step], now: datetime) -> None:
    """Put on the row what is to be thought of it now."""
    if row.frozen_at:
        _note_undone(row, steps)
        return
    row.is_credited = credit.is_credited
    row.followed_at = credit.followed_at if credit.is_credited else None
    if not credit.is_credited:
        judged = Judged(State.OUT, credit.reason)
    elif row.followed_at is None:
        judged = _not_followed(row, credit)
    else:
        rules = _rules(row)
        crowds.flag(row, rules)
        done = actions.done_by(rules.action, [row.friend_id]).get(row.friend_id, [])
        judged = judging.count(
            rules,
            row.followed_at,
            steps,
            done,
            now=now,
            decision=row.decision,
            is_flagged=row.is_flagged,
        )
    row.state, row.reason, row.acted_at = judged.state, judged.reason, judged.acted_at
    row.counted_at, row.due_at = judged.counted_at, judged.due_at
    if row.followed_at and row.state in Referral.LIVE:
        holding.hold(row, _rules(row), now)
    else:
        holding.release(row, _rules(row))


def _not_followed(row: Referral, credit: Credit) -> Judged:
    if row.decision == Referral.Decision.REFUSED:
        return Judged(State.REFUSED, Reason.BY_HAND)
    return Judged(State.OPENED, due_at=credit.ends_at)


def _note_undone(row: Referral, steps: list[Step]) -> None:
    if row.undone_at or row.state != State.COUNTED or not row.counted_at or not row.followed_at:
        return
    rules = _rules(row)
    done = actions.done_by(rules.action, [row.friend_id]).get(row.friend_id, [])
    if found := judging.undone(rules, row.counted_at, row.followed_at, steps, done):
        row.undone_at, row.undone = found


def _claimed(ids: list[int]) -> dict[int, list[Arrival]]:
    """The sign-ins of these friends by links of others, by referral; who is new among those gets a row."""
    found = Arrival.objects.filter(
        friend__in=ids, route__referral_programme__isnull=False, visit__utm_medium=MEDIUM
    )
    arrivals = list(found.select_related("visit", "route__referral_programme__version").order_by("pk"))
    codes = {arrival.visit.utm_content for arrival in arrivals}
    parts = {part.code: part for part in Participant.objects.filter(code__in=codes)}
    pairs: dict[tuple[int, int], list[Arrival]] = defaultdict(list)
    for arrival in arrivals:
        part = parts.get(arrival.visit.utm_content)
        if part and part.programme_id == arrival.route.referral_programme.pk:
            pairs[part.pk, arrival.friend_id].append(arrival)
    known = _rows_of(pairs)
    openings = _openings(arrivals)
    new = [
        _new(pair, group, openings)
        for pair, group in pairs.items()
        if pair not in known and _opened(pair[0], group, openings)
    ]
    if new:
        Referral.objects.bulk_create(new, ignore_conflicts=True)
        known = _rows_of(pairs)
    return {known[pair]: group for pair, group in pairs.items() if pair in known}


def _rows_of(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    wanted = set(pairs)
    rows = Referral.objects.filter(
        participant__in={part for part, _friend in wanted}, friend__in={friend for _part, friend in wanted}
    )
    found = {(part, friend): pk for part, friend, pk in rows.values_list("participant", "friend", "pk")}
    return {pair: pk for pair, pk in found.items() if pair in wanted}


def _openings(arrivals: list[Arrival]) -> dict[int, Opening]:
    """By visit; that of a visit may be on the screen on which it began."""
    seen = {number for each in arrivals for number in (each.visit_id, each.visit.parent_id) if number}
    return {each.visit_id: each for each in Opening.objects.filter(visit__in=seen)}


def _opened(part: int, arrivals: list[Arrival], openings: dict[int, Opening]) -> bool:
    """Whether they opened the inviter's link: whoever writes its words to a route's address has not."""
    found = (_opening(each, openings) for each in arrivals)
    return any(each is not None and each.participant_id == part for each in found)


def _opening(arrival: Arrival, openings: dict[int, Opening]) -> Opening | None:
    return openings.get(arrival.visit_id) or openings.get(arrival.visit.parent_id or 0)


def _new(pair: tuple[int, int], arrivals: list[Arrival], openings: dict[int, Opening]) -> Referral:
    """Under the rules that hold now; from which network, its opening says or that on another screen."""
    first = next(each for each in arrivals if _opened(pair[0], [each], openings))
    programme = first.route.referral_programme
    opening = _opening(first, openings)
    return Referral(
        programme=programme,
        version=programme.version,
        participant_id=pair[0],
        friend_id=pair[1],
        at=first.at,
        network=opening.network if opening else "",
        network_range=opening.network_range if opening else "",
    )


def _claims(rows: list[Referral], claims: dict[int, list[Arrival]]) -> list[Claim]:
    bars = _bars(rows)
    return [
        Claim(
            referral=row.pk,
            number=arrival.pk,
            opened_at=arrival.visit.at,
            at=arrival.at,
            lasts=timedelta(days=_rules(row).link_days),
            has_changed=arrival.has_changed,
            is_friend=arrival.is_friend,
            is_open=row.programme.takes(arrival.at),
            bar=bars.get(row.pk, ""),
        )
        for row in rows
        for arrival in claims.get(row.pk, ())
    ]


def _bars(rows: list[Referral]) -> dict[int, str]:
    """By referral, why its inviter cannot have invited this person."""
    friend = rows[0].friend_id
    inviters = {row.participant.friend_id for row in rows}
    customers: dict[int, set[int]] = defaultdict(set)
    for who, customer in Link.objects.filter(friend__in={friend, *inviters}).values_list(
        "friend", "customer"
    ):
        customers[who].add(customer)
    found: dict[int, str] = {}
    for row in rows:
        inviter = row.participant.friend_id
        if inviter == friend:
            found[row.pk] = Reason.SELF
        elif customers[inviter] & customers[friend]:
            found[row.pk] = Reason.SAME_CUSTOMER
        elif _is_above(friend, inviter):
            found[row.pk] = Reason.CIRCLE
    return found


def _is_above(friend: int, inviter: int) -> bool:
    """Whether this friend has invited the inviter, or whoever invited them, and so on."""
    if not Referral.objects.credited().filter(participant__friend=friend).exists():
        return False
    above: int | None = inviter
    for _step in range(MOST_UP):
        rows = Referral.objects.credited().filter(friend=above)
        above = rows.values_list("participant__friend", flat=True).first()
        if above is None or above == friend:
            break
    return above == friend


def _steps(friend: Friend) -> list[Step]:
    """From the timeline, and what else the row knows: imports and LINE's lists write no event."""
    past = Event.objects.filter(friend_id=friend.pk, type__in=FRIENDSHIP)
    steps = {Step(at, type_) for type_, at in past.values_list("type", "at")}
    moments = {step.at for step in steps}
    rest = ((friend.followed_at, judging.FOLLOW), (friend.blocked_at, judging.BLOCK))
    steps |= {Step(at, type_) for at, type_ in rest if at and at not in moments}
    if friend.listed_at:
        steps.add(Step(friend.listed_at, judging.LISTED))
    return sorted(steps, key=lambda step: step.at)


def _tell(row: Referral) -> None:
    """On the timelines of both, and to whoever asks segments."""
    inviter = row.participant.friend_id
    versions.touch(TOPIC, friends=sorted({row.friend_id, inviter}))
    customers = customers_of([row.friend_id, inviter])
    said = {"programme": str(row.programme_id), "name": row.programme.name}
    told: list[NewEvent] = []
    if row.is_credited and row.followed_at:
        about = said | {"inviter": str(inviter)}
        at, who = row.followed_at, row.friend_id
        told.append(NewEvent("invited", at, who, customers.get(who), about, f"invited:{row.pk}"))
    if row.state == State.COUNTED and row.counted_at:
        others = Referral.objects.filter(participant=row.participant_id, state=State.COUNTED)
        told_count: dict[str, object] = said | {"count": others.exclude(pk=row.pk).count() + 1}
        at, who = row.counted_at, inviter
        key = f"referral_counted:{row.pk}"
        if row.frozen_at is None and not Event.objects.filter(key=key).exists():
            told.append(NewEvent("referral_counted", at, who, customers.get(who), told_count, key))
    keys = {f"invited:{row.pk}"} | ({f"referral_counted:{row.pk}"} if row.state != State.COUNTED else set())
    timeline.correct(told, gone=keys - {event.key for event in told if event.key})


def _rules(row: Referral) -> Rules:
    return ruling.read(row.version.rules)
