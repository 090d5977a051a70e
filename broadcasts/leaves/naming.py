"""What conditions have in common that name a broadcast, or the last one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from broadcasts.models import Batch, Broadcast, PlatformSend
from segments.kinds import RowOr
from segments.leaves import MESSAGES, Leaf
from segments.tree import All, AnyOf, Node, Not

LAST = "last"
WHICH = RowOr((LAST,))
CHOSEN_FROM = 200  # broadcasts offered on the page, newest first; others stay possible
NOBODY = Not(All(()))


def sent() -> QuerySet[Broadcast]:
    """Broadcasts of which LINE has taken something, newest first."""
    taken = Batch.objects.filter(broadcast=OuterRef("pk"), state=Batch.State.ACCEPTED)
    begun = Broadcast.objects.filter(Exists(taken), started_at__isnull=False)
    return begun.order_by("-started_at", "-pk")


def with_own_links() -> QuerySet[Broadcast]:
    """Those in which each friend had links of their own, so that it is known who clicked."""
    return sent().filter(tracks_people=True)


def requests() -> QuerySet[PlatformSend]:
    """Sends by LINE that LINE has taken; it knows their readers by the request."""
    return PlatformSend.objects.exclude(request_id="").filter(state=PlatformSend.State.SENT)


def newest(broadcasts: QuerySet[Broadcast]) -> int | None:
    return broadcasts.values_list("pk", flat=True).first()


@dataclass(frozen=True)
class OfBroadcast(Leaf):
    """What conditions have in common that name a broadcast, or the last one."""

    group = MESSAGES

    @property
    def named(self) -> list[int]:
        number = getattr(self, "broadcast", None)
        return [number] if isinstance(number, int) else []

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        numbers = {number for leaf in leaves for number in leaf.named}
        by_line = PlatformSend.objects.filter(broadcast=OuterRef("pk"))
        found = Broadcast.objects.filter(pk__in=numbers).annotate(
            urls=ArrayAgg("links__url", filter=Q(links__isnull=False), distinct=True, default=[]),
            is_chosen_by_line=Exists(by_line.filter(method=Broadcast.Method.NARROWCAST)),
            accepted_by_line_at=Subquery(
                requests().filter(broadcast=OuterRef("pk")).order_by("-accepted_at").values("accepted_at")[:1]
            ),
        )
        return {each.pk: each for each in found.only("name", "tracks_people", "started_at")}

    def missing(self, known: dict) -> str:
        unknown = [number for number in self.named if number not in known]
        return _("there is no broadcast %(number)s") % {"number": unknown[0]} if unknown else ""

    def message(self, known: dict) -> str:
        """The broadcast as it stands in a sentence."""
        [number] = self.named
        if number not in known:
            return _("a deleted broadcast")
        return _("“%(name)s”") % {"name": known[number].name}


def any_of(parts: list[Node]) -> Node:
    return AnyOf(tuple(parts)) if parts else NOBODY
