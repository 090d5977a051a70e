"""What the client's agency is told: each figure by month, with target, forecast and light.

Written in the transaction of the count, so that the agency sees what the client sees; again when a target or
an indicator changes. Nobody has to open a client to compare it with others.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import board, current
from accounts.models import Tenant
from agency_figures import figures, keeping
from agency_figures.figures import Figure
from agency_figures.models import ClientFigure, Prices
from contracts import sight as sights
from contracts.models import Contract
from contracts.sight import Sight
from costs.periods import Period, before
from costs.spending import Eyes
from planning import purses, reading, standing, windows
from planning.metrics import registry
from planning.metrics.registry import Metric, Unit
from planning.models import Count, Kpi
from planning.purses import Purse
from planning.reading import Days
from planning.standing import PAST_DAYS, Book, Standing

KIND = "agency_figures"
LOCK = 7_315  # any number that nobody else locks by
MONTHS = 13  # that are told when a target changes, and at the first time
MOST, MOST_PERCENT = Decimal(10) ** 13, Decimal(10) ** 9  # what the columns hold
GROWTH = "growth_rate"
GROWN_OF = ("net_growth", "friends")
DAY = timedelta(days=1)


class ClientEyes(Eyes):
    """The client itself: whoever may see cost there and no more, by the contract of each month."""

    @cached_property
    def contracts(self) -> list[Contract]:
        return list(Contract.objects.filter(tenant=self.tenant.pk).order_by("-valid_from"))

    def sight(self, month: date) -> Sight:
        return sights.by_contract(self.contracts, month)


@dataclass(frozen=True)
class _Told:
    """The client's figures as one reader sees them, over all of the months that are told."""

    eyes: Eyes
    prices: Prices
    metrics: list[Metric]
    raw: Days

    @cached_property
    def days(self) -> Days:
        return reading.seen(self.eyes, dict(self.raw))


def register() -> None:
    """Have the agency's pages name all figures that people choose from."""
    figures.register(
        *(
            Figure(
                code=metric.code,
                label=metric.label,
                about=metric.about,
                unit=metric.unit,
                is_up=metric.is_up,
                has_cost=metric.shows_cost,
                is_rate=metric.ratio is not None,
            )
            for metric in registry.shown()
        ),
        Figure(
            code=GROWTH,
            label=_("Growth of friends"),
            about=_("Net growth of the month as a share of the friends at its beginning."),
            unit=Unit.SHARE,
            is_rate=True,
        ),
    )


def call_for(kpi: Kpi) -> None:
    """Have the agency told soon of what has changed in a counted indicator of the client as a whole."""
    if kpi.campaign_id is None and not kpi.is_own:
        board.call(KIND)


@transaction.atomic
def tell_again() -> None:
    """The last months anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, current.schema()])
    found = Count.present()
    if found.counted_until:
        tell(_last_months(found.counted_until), found.counted_until)


@transaction.atomic
def tell_of_count(period: Period, counted_until: date) -> None:
    """The months of days that were just counted; all the last ones if nothing was told so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, current.schema()])
    is_first = not ClientFigure.objects.filter(tenant=current.tenant().pk).exists()
    months = {*period.months, *Period(period.last, period.last + DAY).months}
    tell(sorted(months | set(_last_months(counted_until)) if is_first else months), counted_until)


def tell(months: Collection[date], counted_until: date) -> None:
    """All figures of these months, of those in which anything is known. Holds the lock of the client."""
    rows = list(_rows(current.tenant(), sorted(months), counted_until))
    keeping.keep(months, rows)


def _last_months(until: date) -> list[date]:
    return [before(until.replace(day=1), back) for back in range(MONTHS)]


def _rows(tenant: Tenant, months: list[date], counted_until: date) -> Iterator[ClientFigure]:
    metrics = registry.shown()
    kpis = {kpi.metric: kpi for kpi in Kpi.objects.of(None) if kpi.metric}
    whole = Period(months[0] - PAST_DAYS * DAY, Period.of_month(months[-1]).last)
    raw = reading.kept_of_client([metric.code for metric in metrics], whole)
    first = min((day for series in raw.values() for day in series), default=None)
    if first is None:
        return
    costing = [metric for metric in metrics if metric.shows_cost]
    free = [metric for metric in metrics if not metric.shows_cost]
    views = (
        _Told(Eyes(tenant), Prices.NONE, free, raw),
        _Told(Eyes(tenant), Prices.NET, costing, raw),
        _Told(ClientEyes(tenant), Prices.CLIENT, costing, raw),
    )
    for month in months:
        if month >= first.replace(day=1):
            for view in views:
                yield from _of_month(view, kpis, month, counted_until)


def _of_month(view: _Told, kpis: dict[str, Kpi], month: date, counted_until: date) -> Iterator[ClientFigure]:
    window = windows.of_month(None, month)
    asked = [kpis.get(metric.code) or Kpi(metric=metric.code) for metric in view.metrics]
    book = Book(view.eyes, window, [kpi for kpi in asked if kpi.pk], [], client=view.days)
    purse = purses.of(view.eyes.tenant.pk, month)
    until = min(counted_until, window.period.last)
    for found in standing.of(view.eyes, asked, window, None, book):
        if _is_told(found):
            yield _row(found, view, month, until, purse)
    if view.prices == Prices.NONE:
        yield from _growth(book, view, month, until)


def _is_told(found: Standing) -> bool:
    return found.forecast.actual is not None or found.target is not None


def _row(found: Standing, view: _Told, month: date, until: date, purse: Purse) -> ClientFigure:
    return ClientFigure(
        tenant=view.eyes.tenant,
        month=month,
        metric=found.kpi.metric,
        prices=view.prices,
        currency=purse.of(found.metric) if found.unit == Unit.MONEY else "",
        value=_held(found.forecast.actual),
        end=_held(found.forecast.end),
        target=_held(found.target),
        light=found.light,
        reached=None if found.reached is None else round(min(found.reached, MOST_PERCENT), 2),
        responsible_id=found.kpi.responsible_id,
        counted_until=until,
        counted_at=timezone.now(),
    )


def _growth(book: Book, view: _Told, month: date, until: date) -> Iterable[ClientFigure]:
    """By how much friends grew in the month, of those at its beginning."""
    grown, friends = (book.forecast(metric, None) for code in GROWN_OF if (metric := registry.get(code)))
    if grown.actual is None or friends.actual is None:
        return
    start = friends.actual - grown.actual
    if start <= 0:
        return
    yield ClientFigure(
        tenant=view.eyes.tenant,
        month=month,
        metric=GROWTH,
        value=_held(grown.actual / start),
        end=_held(None if grown.end is None else grown.end / start),
        counted_until=until,
        counted_at=timezone.now(),
    )


def _held(value: Decimal | None) -> Decimal | None:
    """As the table keeps it; what is too large for it, such as a share of nearly nothing, is not told."""
    return None if value is None or abs(value) >= MOST else round(value, 6)
