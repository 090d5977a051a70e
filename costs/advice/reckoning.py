"""Friends who never click are reckoned apart from the page: it shows what was found last, and when."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import board
from costs.advice import quiet
from costs.advice.models import QuietReckoning
from costs.advice.quiet import Asked, Found, Sums

KIND = "advice"  # on the work board
HOLDS_FOR = timedelta(hours=3)


@transaction.atomic
def ask(asked: Asked) -> QuietReckoning:
    """What was found last, which may be nothing yet; if it is old, have it reckoned anew."""
    now = timezone.now()
    row, _is_new = QuietReckoning.objects.get_or_create(**asdict(asked))
    is_old = Q(reckoned_at=None) | Q(reckoned_at__lte=now - HOLDS_FOR)
    if QuietReckoning.objects.filter(is_old, pk=row.pk, wanted_at=None).update(wanted_at=now):
        row.wanted_at = now
        board.call(KIND)
    return row


def work(go_on: Callable[[], bool]) -> datetime | None:
    """Reckon what is waited for while `go_on`; when to come back: None if nobody waits."""
    for row in QuietReckoning.objects.filter(wanted_at__isnull=False).order_by("wanted_at"):
        if not go_on():
            return timezone.now()
        _reckon(row)
    return None


def found(row: QuietReckoning) -> Found | None:
    """What a row holds; None if it was never reckoned."""
    if row.found is None:
        return None
    told: dict[str, Any] = row.found
    days = {name: [(date.fromisoformat(day), count) for day, count in told[name]] for name in DAYS}
    return Found(**{**told, **days, "sums": Sums(**told["sums"])})


DAYS = ("theirs", "again")


def _reckon(row: QuietReckoning) -> None:
    now = timezone.now()
    told = asdict(quiet.find(Asked(row.times, row.days, row.keeps_buyers), now))
    told |= {name: [(day.isoformat(), count) for day, count in told[name]] for name in DAYS}
    QuietReckoning.objects.filter(pk=row.pk).update(found=told, reckoned_at=now, wanted_at=None)
