"""The work of this app: what has happened is heard, what is due is looked at, rewards are given.

It may be killed at any line, and run twice at once: what was heard is taken off the queue in the transaction
that settles it, and rewards have keys.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts import board
from events import outbox
from events.outbox import EVENTS, Heard
from linking.models import Link
from referrals import crowds, rewarding, settling
from referrals import rules as ruling
from referrals.models import Programme, Referral, RuleSet
from referrals.work import KIND, MERGED

PORTION = 200
RETRY = timedelta(minutes=1)
ARRIVED, LINKED = "arrived", "linked"
ALWAYS = {ARRIVED, "followed", "unblocked", "blocked", LINKED}
# Two who start programmes at once: the second hears of what the first has started.
ALONE = "SELECT pg_advisory_xact_lock(hashtext('referrals.listen:' || current_schema()))"


def listen() -> None:
    """Hear of what the rules of all programmes need that were ever started; of nothing while none was."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
    types: set[str] = set()
    for raw in RuleSet.objects.filter(programme__in=Programme.objects.published()).values_list(
        "rules", flat=True
    ):
        types |= ALWAYS | ruling.read(raw).action.heard
    outbox.listen(KIND, {f"{EVENTS}{type_}" for type_ in types} | ({MERGED} if types else set()))


def run() -> None:
    """See to all that is there to do now, and say when there will be more."""
    seen = board.version(KIND)
    while _hear_some():
        board.renew(KIND)
    while _look_at_due(timezone.now()):
        board.renew(KIND)
    has_failed = rewarding.give_due()
    crowds.forget(timezone.now())
    board.settle(KIND, _next_moment(has_failed), seen=seen)


@transaction.atomic
def _hear_some() -> bool:
    heard, has_more = outbox.take(KIND, PORTION)
    friends, tied = _friends(heard), _tied(heard)
    arrived = [each.event.friend_id for each in heard if each.event and each.event.type == ARRIVED]
    concerned = settling.concerned(friends | tied, [number for number in arrived if number], inviters=tied)
    if concerned:
        settling.settle(concerned)
    return has_more


def _friends(heard: list[Heard]) -> set[int]:
    """Whom the news are about; of a customer those friends who are that customer."""
    events = [each.event for each in heard if each.event]
    customers = {event.customer_id for event in events if event.friend_id is None}
    linked = Link.objects.active().filter(customer__in=customers).values_list("friend", flat=True)
    return {event.friend_id for event in events if event.friend_id} | set(linked)


def _tied(heard: list[Heard]) -> set[int]:
    """Who is tied to a customer since, or to another one: inviter and invited may be the same person."""
    linked = {each.event.friend_id for each in heard if each.event and each.event.type == LINKED}
    customers = {number for each in heard if each.topic == MERGED for number in each.numbers or ()}
    merged = Link.objects.filter(customer__in=customers).values_list("friend", flat=True)
    return {number for number in linked if number} | set(merged)


@transaction.atomic
def _look_at_due(now: datetime) -> bool:
    rows = Referral.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    friends = list(rows.values_list("friend", flat=True)[:PORTION])
    if friends:
        settling.settle(friends, now=now)
        Referral.objects.filter(friend__in=friends, due_at__lte=now).update(due_at=None)
    return len(friends) == PORTION


def _next_moment(has_failed: bool) -> datetime | None:
    if outbox.is_waiting(KIND):
        return timezone.now()
    first = Referral.objects.exclude(due_at=None).order_by("due_at").values_list("due_at", flat=True).first()
    moments = [first] if first else []
    if has_failed:
        moments.append(timezone.now() + RETRY)
    return min(moments, default=None)
