"""How fast a broadcast goes at this moment, and how long the rest will take."""

import math
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Min, Sum
from django.utils import timezone

from broadcasts.models import Batch, Broadcast
from broadcasts.results.progress import Progress

LATELY = timedelta(seconds=10)


@dataclass(frozen=True)
class Speed:
    """People a second, over the last moments; `left` is None while nothing moves."""

    people: float
    left: timedelta | None

    @property
    def rate(self) -> int:
        """People a second, for people."""
        return round(self.people)

    @property
    def seconds_left(self) -> int | None:
        return None if self.left is None else math.ceil(self.left.total_seconds())

    @property
    def minutes_left(self) -> int | None:
        """None for less than two of them, which are better said in seconds."""
        return (
            None
            if self.left is None or self.left < timedelta(minutes=2)
            else round(self.left.total_seconds() / 60)
        )


def of(broadcast: Broadcast, progress: Progress) -> Speed | None:
    """None unless it is being sent by requests of ours: how fast LINE sends itself it does not say."""
    ours = [Broadcast.Method.MULTICAST, Broadcast.Method.PUSH]
    if broadcast.status != Broadcast.Status.SENDING or broadcast.method not in ours:
        return None
    now = timezone.now()
    accepted = Batch.objects.filter(broadcast=broadcast.pk, state=Batch.State.ACCEPTED)
    lately = accepted.filter(accepted_at__gt=now - LATELY)
    found = lately.aggregate(people=Sum("accepted_count"), since=Min("accepted_at"))
    if not found["people"]:
        return Speed(0.0, None)
    rate = found["people"] / max(1.0, (now - found["since"]).total_seconds())
    return Speed(rate, timedelta(seconds=(progress.pending + progress.under_way) / rate))
