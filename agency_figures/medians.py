"""The agency's anonymous median of a figure: how a client compares, without telling of any other.

Three things keep a single client from being told: there are at least five; what is told is rounded to two
significant digits; and the first median that is told of a month stays, so that asking again after a client
came, left or was corrected shows no difference. Sums, which tell of a client's size, have none.

LINE corrects its figures for two weeks. What is told before is provisional; it is reckoned once more when
they are final, and stays for good.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median

from django.db import connection, transaction
from django.utils import timezone
from django_tenants.utils import schema_context

from accounts.models import Agency
from agency_figures import figures
from agency_figures.models import AgencyMedian, ClientFigure, Prices

LEAST = 5  # clients
DIGITS = 2
LATE = timedelta(days=2)  # after its month, a client that is still not counted is waited for no longer
FINAL_AFTER = timedelta(days=15)  # after its month: LINE corrects for 14 days, and we count at night
LOCK = 7_314  # any number that nobody else locks by


@dataclass(frozen=True, slots=True)
class Median:
    """In the unit of the figure: a share such as 0.23, or an amount. `clients`: over how many.

    `is_final`: it never changes any more.
    """

    value: Decimal
    clients: int
    is_final: bool


def of(
    agency: Agency | int,
    month: date,
    metric: str,
    *,
    prices: Prices = Prices.CLIENT,
    currency: str = "JPY",
) -> Median | None:
    """Of a month that is over, over the agency's clients that have the figure; None with fewer than five.

    None too for sums, for a month that is not counted to its end by all clients (two days after it, by those
    that are), and for a figure that nobody knows. Of cost: in the prices that clients see, or in LINE's, and
    over the clients with this currency. May be called in a client's schema: it reads in the public one.
    """
    figure = figures.get(metric)
    if figure is None or not figure.is_rate:
        return None
    number = agency if isinstance(agency, int) else agency.pk
    key = {
        "agency_id": number,
        "month": month,
        "metric": metric,
        "prices": prices if figure.has_cost else Prices.NONE,
        "currency": currency if figure.unit == "money" else "",
    }
    with schema_context("public"):
        now = timezone.now()
        kept = AgencyMedian.objects.filter(**key).first()
        if kept is None or (not _is_final(kept) and now.date() >= final_on(month)):
            kept = _fix(key, now)
    return Median(kept.value, kept.clients, _is_final(kept)) if kept else None


def final_on(month: date) -> date:
    """From which day on LINE's figures of a month do not change any more."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) + FINAL_AFTER


def _is_final(kept: AgencyMedian) -> bool:
    return kept.fixed_at.date() >= final_on(kept.month)


@transaction.atomic
def _fix(key: dict, now: datetime) -> AgencyMedian | None:
    """Reckon it and keep it, one worker at a time: provisionally first, and for good once figures are final.

    Where there are fewer than five clients by then, what was told stays.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, key["agency_id"]])
    kept = AgencyMedian.objects.filter(**key).first()
    if kept and (_is_final(kept) or now.date() < final_on(key["month"])):
        return kept
    values = _values(key, now)
    is_told = values is not None and len(values) >= LEAST
    if kept:
        kept.fixed_at = now
    elif is_told:
        kept = AgencyMedian(**key)
    if kept and values and is_told:
        kept.value, kept.clients = rounded(median(values)), len(values)
    if kept:
        kept.save()
    return kept


def _values(key: dict, now: datetime) -> list[Decimal] | None:
    """What each client came to; None while some are still to be counted."""
    month: date = key["month"]
    last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    rows = ClientFigure.objects.filter(
        tenant__agency=key["agency_id"],
        **{name: key[name] for name in ("month", "metric", "prices", "currency")},
    ).exclude(value=None)
    over = rows.filter(counted_until__gte=last)
    if now.date() <= last + LATE and len(over) < len(rows):
        return None
    return [row.value for row in over if row.value is not None]


def rounded(value: Decimal) -> Decimal:
    """To two significant digits: 0.2345 becomes 0.23, 1,234 becomes 1,200."""
    if not value:
        return Decimal(0)
    return round(value, DIGITS - 1 - value.adjusted())
