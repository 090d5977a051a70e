"""Tying friends to customers and untying them, many at once, by when it happened.

At any moment a friend has one link at most, and so has a customer: a later link ends the earlier one. What is
heard of late goes into the history where it belongs. All of it happens in the caller's transaction.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from customers.models import Customer
from events import timeline, versions
from events.timeline import NewEvent
from friends.models import Friend
from friends.signals import send_on_commit
from linking import after, signals
from linking.models import Link


@dataclass(frozen=True)
class Bond:
    """A link to be: whose, since when, and until when if the friend is known to have ended it since."""

    friend_id: int
    customer_id: int
    at: datetime
    method: str
    consent: str = ""
    consent_at: datetime | None = None
    until: datetime | None = None
    entry: str = ""
    variant: str = ""
    reason: str = ""
    by_id: int | None = None


@transaction.atomic
def tie(bonds: list[Bond]) -> list[Link]:
    """Make links, and answer with them. Some may have ended already, by what is known to have happened since.

    A list may name a pair that is linked already: it is passed over. Who agrees again is linked anew, since a
    wish to end the link may have come between, of which we hear later.
    """
    if not bonds:
        return []
    lock({bond.friend_id for bond in bonds}, {bond.customer_id for bond in bonds})
    book = _Book(_known(bonds))
    new: list[Link] = []
    ended: list[Link] = []
    for bond in sorted(bonds, key=lambda bond: bond.at):
        rivals = book.rivals(bond)
        if any(_is_same(link, bond) for link in rivals):
            continue
        ended += _end_earlier(rivals, bond)
        new.append(_link(bond, rivals))
        book.add(new[-1])
    Link.objects.bulk_update(
        [link for link in ended if link.pk], ["unlinked_at", "ended", "ended_recorded_at", "ended_by_id"]
    )
    Link.objects.bulk_create(new)
    _tell(new, [*ended, *(link for link in new if link.unlinked_at and link not in ended)])
    return new


class _Book:
    """Links by friend and by customer."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._by_friend: dict[int, list[Link]] = defaultdict(list)
        self._by_customer: dict[int, list[Link]] = defaultdict(list)
        for link in links:
            self.add(link)

    def add(self, link: Link) -> None:
        self._by_friend[link.friend_id].append(link)
        self._by_customer[link.customer_id].append(link)

    def rivals(self, bond: Bond) -> list[Link]:
        """Links of the same friend or customer that the bond ends, or that end it."""
        own = self._by_friend[bond.friend_id] + self._by_customer[bond.customer_id]
        return [
            link
            for link in own
            if link.unlinked_at is None or link.linked_at >= bond.at or link.unlinked_at > bond.at
        ]


UNTIE = """
UPDATE linking_link AS link
SET unlinked_at = given.at, ended = %s, ended_by_id = %s, ended_recorded_at = now()
FROM unnest(%s::int[], %s::timestamptz[]) AS given (friend_id, at)
WHERE link.friend_id = given.friend_id AND link.unlinked_at IS NULL AND link.linked_at <= given.at
RETURNING link.id"""


@transaction.atomic
def untie(wishes: dict[int, datetime], how: Link.Ended, *, by: User | None = None) -> list[Link]:
    """End the links of these friends, by number, as far as they are older than the wish. The ended ones."""
    lock(wishes, ())
    with connection.cursor() as cursor:
        cursor.execute(UNTIE, [how, by.pk if by else None, list(wishes), list(wishes.values())])
        ended = list(Link.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()]))
    _tell([], ended)
    return ended


@transaction.atomic
def end(links: list[Link], at: datetime, how: Link.Ended, *, by: User | None = None) -> None:
    """End these active links, whose rows the caller has locked."""
    if not links:
        return
    for link in links:
        link.unlinked_at, link.ended = max(at, link.linked_at), how
        link.ended_recorded_at, link.ended_by_id = timezone.now(), by.pk if by else None
    Link.objects.bulk_update(links, ["unlinked_at", "ended", "ended_recorded_at", "ended_by_id"])
    _tell([], links)


def lock(friend_ids: Iterable[int], customer_ids: Iterable[int]) -> bool:
    """Two at once about the same friend or customer take turns, until the transaction ends.

    False if one of them is gone, as a customer who was merged meanwhile.
    """
    are_there = True
    for model, numbers in ((Friend, set(friend_ids)), (Customer, set(customer_ids))):
        if numbers:
            rows = model.objects.select_for_update(no_key=True).filter(pk__in=numbers)
            are_there &= len(rows.order_by("pk").values("pk")) == len(numbers)
    return are_there


def _known(bonds: list[Bond]) -> list[Link]:
    """Links that a bond may end, or that ended it."""
    friends, customers = zip(*((bond.friend_id, bond.customer_id) for bond in bonds), strict=True)
    own = Q(friend__in=friends) | Q(customer__in=customers)
    earliest = min(bond.at for bond in bonds)
    since = Q(unlinked_at=None) | Q(linked_at__gte=earliest) | Q(unlinked_at__gt=earliest)
    return list(Link.objects.select_for_update().filter(own & since).order_by("pk"))


def _is_same(link: Link, bond: Bond) -> bool:
    """A second telling of one moment, or the pair is linked by then and no friend has agreed again."""
    is_pair = (link.friend_id, link.customer_id) == (bond.friend_id, bond.customer_id)
    is_listed = link.unlinked_at is None and bond.method not in Link.PROVED
    return is_pair and (is_listed or link.linked_at == bond.at)


def _end_earlier(rivals: list[Link], bond: Bond) -> list[Link]:
    """Also one that is known to have ended later: by then it had been replaced."""
    ended = []
    for link in rivals:  # one that is both the friend's and the customer's stands in the list twice
        if link.linked_at < bond.at and (link.unlinked_at is None or link.unlinked_at > bond.at):
            link.unlinked_at, link.ended = bond.at, Link.Ended.RELINKED
            link.ended_recorded_at, link.ended_by_id = timezone.now(), bond.by_id
            ended.append(link)
    return ended


def _link(bond: Bond, rivals: list[Link]) -> Link:
    link = Link(
        friend_id=bond.friend_id,
        customer_id=bond.customer_id,
        method=bond.method,
        linked_at=bond.at,
        consent=bond.consent,
        consent_at=bond.consent_at,
        entry=bond.entry,
        variant=bond.variant,
        reason=bond.reason,
        made_by_id=bond.by_id,
        recorded_at=timezone.now(),
    )
    ends = [(later.linked_at, Link.Ended.RELINKED) for later in rivals if later.linked_at >= bond.at]
    if bond.until and bond.until >= bond.at:
        ends.append((bond.until, Link.Ended.BY_FRIEND))
    if ends:
        link.unlinked_at, link.ended = min(ends)
        link.ended_recorded_at = link.recorded_at
    return link


def _tell(new: list[Link], ended: list[Link]) -> None:
    """Timeline, what follows for the friends, data version, signals."""
    if not new and not ended:
        return
    timeline.record([*map(_linked, new), *map(_unlinked, ended)])
    active = [link for link in new if link.unlinked_at is None]
    left = _left_alone(ended)
    after.follow(active, left)
    versions.touch("links", friends=[link.friend_id for link in (*new, *ended)])
    _stamp([*new, *ended])
    send_on_commit(signals.friend_linked, [link.friend_id for link in active])
    send_on_commit(signals.friend_unlinked, sorted({link.friend_id for link in left}))


def _left_alone(ended: list[Link]) -> list[Link]:
    """Of these the links of friends who have no other now."""
    if not ended:
        return []
    friends = {link.friend_id for link in ended}
    linked = set(Link.objects.active().filter(friend__in=friends).values_list("friend_id", flat=True))
    return [link for link in ended if link.friend_id not in linked]


STAMP = """
UPDATE linking_link SET version = known.version FROM events_dataversion AS known
WHERE known.topic = 'links' AND linking_link.id = ANY(%s)"""


def _stamp(links: list[Link]) -> None:
    """Note in which version of the data they changed. Its row is locked: nobody sees a later one."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [[link.pk for link in links]])


def _linked(link: Link) -> NewEvent:
    return NewEvent(
        "linked",
        link.linked_at,
        friend_id=link.friend_id,
        customer_id=link.customer_id,
        properties={"method": link.method},
        key=f"linked:{link.pk}",
    )


def _unlinked(link: Link) -> NewEvent:
    assert link.unlinked_at
    return NewEvent(
        "unlinked",
        link.unlinked_at,
        friend_id=link.friend_id,
        customer_id=link.customer_id,
        properties={"how": link.ended},
        key=f"unlinked:{link.pk}",
    )
