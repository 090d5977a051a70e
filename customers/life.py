"""Both lives of a customer: what they did at the shop, and in LINE while they were linked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from customers.models import Customer
from events import registry, types
from events.models import Event

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SIZE = 50


@dataclass(frozen=True)
class Stretch:
    """That a friend was this customer, from `since` until before `until` (None: is now)."""

    friend_id: int
    since: datetime
    until: datetime | None = None


Source = Callable[[Customer], Iterable[Stretch]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """`source(customer)` says which friends were this customer, and when: one query."""
    _sources.append(source)
    return source


def stretches(customer: Customer) -> list[Stretch]:
    return [stretch for source in _sources for stretch in source(customer)]


@dataclass(frozen=True)
class Moment:
    """Something that happened: in LINE, or at the shop."""

    event: Event
    label: "StrOrPromise"
    details: "list[tuple[StrOrPromise, object]]"

    @property
    def is_line(self) -> bool:
        return self.event.friend_id is not None


@dataclass(frozen=True)
class Part:
    """A part of the timeline, newest first; `next` is where the one before it begins, if there is one."""

    moments: list[Moment]
    next: str = ""


def part(customer: Customer, before: str = "") -> Part:
    """What happened, below the place that an earlier part named."""
    events = Event.objects.filter(_theirs(customer))
    if place := _place(before):
        at, pk = place
        events = events.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    found = list(events.order_by("-at", "-pk")[: SIZE + 1])
    shown = found[:SIZE]
    labels = types.labels(event.type for event in shown)
    moments = [
        Moment(event, labels[event.type], details)
        for event, details in zip(shown, registry.details_of(shown), strict=True)
    ]
    last = found[SIZE - 1] if len(found) > SIZE else None
    return Part(moments, f"{last.at.isoformat()}/{last.pk}" if last else "")


def _theirs(customer: Customer) -> Q:
    """The customer's own events, and those of friends while they were this customer and nobody else."""
    theirs = Q(customer_id=customer.pk)
    for stretch in stretches(customer):
        time = Q(at__gte=stretch.since)
        if stretch.until:
            time &= Q(at__lt=stretch.until)
        theirs |= Q(friend_id=stretch.friend_id, customer_id=None) & time
    return theirs


def _place(text: str) -> tuple[datetime, int] | None:
    at, _slash, pk = text.partition("/")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, int(pk)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
