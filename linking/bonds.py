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

from customers.models import Customer
from events import timeline, versions
from events.timeline import NewEvent
from friends.models import Friend
from friends.signals import send_on_commit
from linking import signals
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


@transaction.atomic
def tie(bonds: list[Bond]) -> list[Link]:
    """Make links, and answer with them. Some may have ended already, by what is known to have happened since.

    A list may name a pair that is linked already: it is passed over. Who agrees again is linked anew, since a
    wish to end the link may have come between, of which we hear later.
    """
    if not bonds:
        return []
    _lock(bonds)
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
        [link for link in ended if link.pk], ["unlinked_at", "ended", "ended_recorded_at"]
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
        return [link for link in own if link.unlinked_at is None or link.linked_at >= bond.at]


UNTIE = """
UPDATE linking_link AS link SET unlinked_at = given.at, ended = %s, ended_recorded_at = now()
FROM unnest(%s::int[], %s::timestamptz[]) AS given (friend_id, at)
WHERE link.friend_id = given.friend_id AND link.unlinked_at IS NULL AND link.linked_at <= given.at
RETURNING link.id"""


@transaction.atomic
def untie(wishes: dict[int, datetime], how: Link.Ended) -> list[Link]:
    """End the links of these friends, by number, as far as they are older than the wish. The ended ones."""
    with connection.cursor() as cursor:
        cursor.execute(UNTIE, [how, list(wishes), list(wishes.values())])
        ended = list(Link.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()]))
    _tell([], ended)
    return ended


@transaction.atomic
def end(link: Link, at: datetime, how: Link.Ended) -> bool:
    """End this very link. False if it has ended already."""
    if (
        not Link.objects.active()
        .filter(pk=link.pk)
        .update(unlinked_at=at, ended=how, ended_recorded_at=timezone.now())
    ):
        return False
    link.refresh_from_db()
    _tell([], [link])
    return True


def _lock(bonds: list[Bond]) -> None:
    """Two at once about the same friend or customer take turns."""
    for model, numbers in (
        (Friend, {bond.friend_id for bond in bonds}),
        (Customer, {bond.customer_id for bond in bonds}),
    ):
        list(model.objects.select_for_update(no_key=True).filter(pk__in=numbers).order_by("pk").values("pk"))


def _known(bonds: list[Bond]) -> list[Link]:
    """Links that a bond may end, or that ended it."""
    friends, customers = zip(*((bond.friend_id, bond.customer_id) for bond in bonds), strict=True)
    own = Q(friend__in=friends) | Q(customer__in=customers)
    since = Q(unlinked_at=None) | Q(linked_at__gte=min(bond.at for bond in bonds))
    return list(Link.objects.filter(own & since))


def _is_same(link: Link, bond: Bond) -> bool:
    """A second telling of one moment, or the pair is linked by then and no friend has agreed again."""
    is_pair = (link.friend_id, link.customer_id) == (bond.friend_id, bond.customer_id)
    is_listed = link.unlinked_at is None and bond.method != Link.Method.ACCOUNT_LINK
    return is_pair and (is_listed or link.linked_at == bond.at)


def _end_earlier(rivals: list[Link], bond: Bond) -> list[Link]:
    ended = []
    for link in rivals:  # one that is both the friend's and the customer's stands in the list twice
        if link.unlinked_at is None and link.linked_at < bond.at:
            link.unlinked_at, link.ended = bond.at, Link.Ended.RELINKED
            link.ended_recorded_at = timezone.now()
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
    """Timeline, data version, signals."""
    if not new and not ended:
        return
    timeline.record([*map(_linked, new), *map(_unlinked, ended)])
    versions.touch("links")
    active = [link.friend_id for link in new if link.unlinked_at is None]
    send_on_commit(signals.friend_linked, active)
    send_on_commit(signals.friend_unlinked, _friends_of(ended, but=active))


def _friends_of(links: Iterable[Link], *, but: list[int]) -> list[int]:
    return sorted({link.friend_id for link in links} - set(but))


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
