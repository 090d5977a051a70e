"""What is known of friends and customers whom a list names: links, ends on purpose, decisions."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self

from django.db.models import Q

from linking.models import Link, LinkConflict

BY_OTHERS = {Link.Ended.BY_STAFF, Link.Ended.BY_API}


class Named(Protocol):
    """A friend and a customer who belong together, as somebody says."""

    @property
    def friend_id(self) -> int: ...

    @property
    def customer_id(self) -> int: ...


@dataclass
class Records:
    """Of any number of pairs, in two queries. Ask it while both sides are locked."""

    links_of_friend: dict[int, list[Link]] = field(default_factory=lambda: defaultdict(list))
    links_of_customer: dict[int, list[Link]] = field(default_factory=lambda: defaultdict(list))
    kept: dict[tuple[int, int], datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Iterable[Named]) -> Self:
        records = cls()
        both = [(pair.friend_id, pair.customer_id) for pair in pairs]
        friends, customers = {friend for friend, _customer in both}, {customer for _friend, customer in both}
        theirs = Q(friend__in=friends) | Q(customer__in=customers)
        for link in Link.objects.filter(theirs).select_related("friend", "customer").order_by("linked_at"):
            records.links_of_friend[link.friend_id].append(link)
            records.links_of_customer[link.customer_id].append(link)
        kept = LinkConflict.objects.filter(state=LinkConflict.State.KEPT, friend__in=friends)
        for conflict in kept.order_by("decided_at"):
            if conflict.decided_at:
                records.kept[conflict.friend_id, conflict.customer_id] = conflict.decided_at
        return records

    def present(self, friend: int, customer: int) -> Link | None:
        """The link that ties just these two now."""
        return next(
            (link for link in self._active(friend, customer) if link.pair == (friend, customer)), None
        )

    def rivals(self, friend: int, customer: int) -> list[Link]:
        """Present links of one of them with somebody else."""
        return [link for link in self._active(friend, customer) if link.pair != (friend, customer)]

    def ended_at(self, friend: int, customer: int) -> datetime | None:
        """When the friend last ended a link of theirs, or somebody ended one of just these two."""
        theirs = self.links_of_friend[friend]
        by_friend = [link for link in theirs if link.ended == Link.Ended.BY_FRIEND]
        by_others = [link for link in theirs if link.ended in BY_OTHERS and link.customer_id == customer]
        moments = [link.unlinked_at for link in [*by_friend, *by_others]]
        return max(filter(None, moments), default=None)

    def kept_at(self, friend: int, customer: int) -> datetime | None:
        """When somebody last decided that these two are not to be linked."""
        return self.kept.get((friend, customer))

    def last_moment(self, friend: int, customer: int) -> datetime | None:
        """The last thing known of either: a beginning or an end."""
        links = self.links_of_friend[friend] + self.links_of_customer[customer]
        return max((link.unlinked_at or link.linked_at for link in links), default=None)

    def _active(self, friend: int, customer: int) -> list[Link]:
        links = {link.pk: link for link in self.links_of_friend[friend] + self.links_of_customer[customer]}
        return [link for link in links.values() if link.unlinked_at is None]
