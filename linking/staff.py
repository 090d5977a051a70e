"""What the dashboard's pages of links show."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, Q

from accounts.models import User
from customers import numbers
from customers.models import Customer
from events.models import Event
from friends.models import Friend
from linking.models import Link, LinkConflict
from linking.records import Records

MOST_OTHERS = 50


@dataclass(frozen=True)
class Rate:
    """How many are linked now, of the reachable friends and of the customers."""

    linked: int
    linked_friends: int
    friends: int
    customers: int
    undecided: int  # conflicts that wait for somebody


@dataclass(frozen=True)
class _Pair:
    friend_id: int
    customer_id: int


@dataclass(frozen=True)
class Lost:
    """A link that ended since friend or customer got another one, and that other one."""

    link: Link
    by: Link | None


def rate() -> Rate:
    active = Link.objects.active()
    return Rate(
        linked=active.count(),
        linked_friends=active.filter(friend__status=Friend.Status.FRIEND).count(),
        friends=Friend.objects.reachable().count(),
        customers=Customer.objects.count(),
        undecided=LinkConflict.objects.open().count(),
    )


def others(link: Link) -> list[Link]:
    """Other links of the same friend or customer, newest first."""
    same = Q(friend=link.friend_id) | Q(customer=link.customer_id)
    found = Link.objects.filter(same).exclude(pk=link.pk).select_related("friend", "customer")
    return list(found.order_by("-linked_at")[:MOST_OTHERS])


def people(links: Iterable[Link]) -> dict[int, User]:
    """Who made and ended these links, by number; users are public, so links keep their numbers only."""
    ids = {number for link in links for number in (link.made_by_id, link.ended_by_id) if number}
    return User.objects.in_bulk(ids) if ids else {}


def rivals(friend: Friend, number: str) -> list[Link]:
    """What a link of this friend with this customer would contradict."""
    [customer_id] = numbers.find([number]).values()
    return Records.of([_Pair(friend.pk, customer_id)]).rivals(friend.pk, customer_id)


def contradicted(conflicts: Iterable[LinkConflict]) -> dict[int, list[Link]]:
    """The present links that each conflict contradicts, by its number."""
    conflicts = list(conflicts)
    records = Records.of(conflicts)
    return {each.pk: records.rivals(each.friend_id, each.customer_id) for each in conflicts}


def last_seen(friend_ids: Iterable[int]) -> dict[int, object]:
    """When each of these friends last did anything."""
    did = Event.objects.filter(friend_id__in=set(friend_ids)).values_list("friend_id")
    return dict(did.annotate(at=Max("at")).order_by())


def lost(links: Iterable[Link]) -> list[Lost]:
    """Each with the link that took its place."""
    links = list(links)
    same = Q(friend__in={link.friend_id for link in links}) | Q(
        customer__in={link.customer_id for link in links}
    )
    moments = {link.unlinked_at for link in links if link.unlinked_at}
    found = list(Link.objects.filter(same, linked_at__in=moments).select_related("friend", "customer"))
    return [Lost(link, next((new for new in found if _replaces(new, link)), None)) for link in links]


def _replaces(new: Link, old: Link) -> bool:
    is_related = new.friend_id == old.friend_id or new.customer_id == old.customer_id
    return new.linked_at == old.unlinked_at and is_related and new.pk != old.pk
