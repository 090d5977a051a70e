"""What LINE counts by itself: all that went under one name, or one request of its own; and when to ask."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Case, F, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from broadcasts.models import Batch, Broadcast, PlatformSend
from friends.insight import JAPAN

DAYS = (1, 3, 7, 14, 15)  # after the end of a send; the last is final
TAKEN_AT = time(10, 0)  # in Japan, when LINE has mostly counted the day before
LOOKED_BACK = timedelta(days=45)  # how long after the send LINE is asked, if it has not answered


@dataclass(frozen=True)
class Source:
    """`unit` or `request_id` names it to LINE; days are counted from `ended`."""

    broadcast_id: int
    began: datetime
    ended: datetime
    unit: str = ""
    request_id: str = ""
    variant_id: int | None = None
    send_id: int | None = None
    accepted: int | None = None  # of our own knowledge

    @property
    def key(self) -> tuple[int, int | None, int | None]:
        """As rows of `Insight` name it."""
        return self.broadcast_id, self.variant_id, self.send_id

    def moment(self, day: int) -> datetime:
        """When the copy of this day is to be taken."""
        on = self.ended.astimezone(JAPAN).date() + timedelta(days=day)
        return datetime.combine(on, TAKEN_AT, JAPAN)

    def day(self, now: datetime) -> int | None:
        """The latest day whose moment has come."""
        return next((day for day in reversed(DAYS) if self.moment(day) <= now), None)


def since(start: datetime) -> list[Source]:
    """Those of all broadcasts that ended, or are under way, after a moment."""
    lately = Broadcast.objects.annotate(ended=Coalesce("finished_at", "started_at"))
    return of(lately.filter(ended__gt=start))


def of(broadcasts: QuerySet[Broadcast]) -> list[Source]:
    return [*_units(broadcasts), *_requests(broadcasts)]


def _units(broadcasts: QuerySet[Broadcast]) -> Iterator[Source]:
    """What went by push and multicast under a name."""
    by_id = Batch.objects.filter(
        broadcast__in=broadcasts.values("pk"),
        method__in=[Broadcast.Method.MULTICAST, Broadcast.Method.PUSH],
        accepted_count__gt=0,
    )
    rows = by_id.order_by().values_list(
        *("broadcast", "variant", "broadcast__started_at", "broadcast__finished_at"),
        Case(When(variant=None, then=F("broadcast__unit_name")), default=F("variant__unit_name")),
    )
    for broadcast, variant, began, ended, unit, accepted in rows.annotate(Sum("accepted_count")):
        if unit and began:
            yield Source(broadcast, began, ended or began, unit, variant_id=variant, accepted=accepted)


def _requests(broadcasts: QuerySet[Broadcast]) -> Iterator[Source]:
    """What LINE sent itself. Of a narrowcast that still runs it has no figures."""
    sends = PlatformSend.objects.filter(broadcast__in=broadcasts.values("pk"), state=PlatformSend.State.SENT)
    for send in sends.exclude(request_id="").only("broadcast", "accepted_at", "ended_at", "request_id"):
        began = send.accepted_at or send.ended_at
        if began is not None:
            yield Source(
                send.broadcast_id,
                began,
                send.ended_at or began,
                request_id=send.request_id,
                send_id=send.pk,
            )
