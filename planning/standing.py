"""Where indicators stand against their targets: so far, expected, at the end; green, yellow, red or grey."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _

from agency_figures.models import Light
from campaigns.models import Campaign
from costs.periods import Period
from costs.spending import Eyes
from planning import forecast, purses, reading
from planning.forecast import NOTHING, Forecast
from planning.metrics import registry
from planning.metrics.registry import Adds, Metric
from planning.models import Count, Kpi, Reading, Target
from planning.reading import Days, Series
from planning.windows import Window

PAST_DAYS = 91
DAY = timedelta(days=1)
WHOLE = Decimal(100)


class Why(models.TextChoices):
    """Why a light is grey."""

    NO_TARGET = "no_target", _("No target is set.")
    NOT_COUNTED = "not_counted", _("Nothing is counted yet.")
    EARLY = "early", _("It is too early to tell where it will end.")
    NO_NUMBER = "no_number", _("No number is entered.")
    PER_MESSAGE = "per_message", _("The target is of LINE’s cost, of which your price does not tell.")
    UNSEEN = "unseen", _("Cost is not shown to you.")
    APART = "apart", _("Sales and cost are in different currencies.")


UNTOLD = (Why.UNSEEN, Why.APART)  # then there is no figure at all


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one indicator in one window. `reached`: the end in per cent of the target, 100 or more is good."""

    kpi: Kpi
    metric: Metric | None  # None: an own indicator
    forecast: Forecast
    target: Decimal | None
    light: Light
    why: Why | None = None
    reached: Decimal | None = None
    is_of_client: bool = False  # in a campaign, a figure of the client as a whole

    @property
    def expected(self) -> Decimal | None:
        """What was to be reached by now."""
        if self.target is None or (self.metric and self.metric.adds == Adds.RATIO):
            return self.target
        start = self.forecast.start
        return start + (self.target - start) * self.forecast.expected_share

    @property
    def unit(self) -> str:
        return self.metric.unit if self.metric else self.kpi.unit


class Book:
    """What is known of the figures of a client and of campaigns around a window, read once for one reader.

    `client` are the client's days if they are read already, as the reader sees them.
    """

    def __init__(
        self,
        eyes: Eyes,
        window: Window,
        kpis: Collection[Kpi],
        campaigns: Iterable[Campaign],
        *,
        client: Days | None = None,
    ) -> None:
        self.eyes, self.window = eyes, window
        self.counted_until = Count.present().counted_until
        self.purse = purses.of(eyes.tenant.pk, window.month)
        whole = Period(window.period.first - PAST_DAYS * DAY, window.period.last)
        counted = codes(kpis)
        self.client = reading.of_client(eyes, counted, whole) if client is None else client
        numbers = [each.pk for each in campaigns]
        self.campaigns = reading.of_campaigns(eyes, numbers, counted, whole) if numbers else {}
        self.targets = _targets(kpis, window)
        self.numbers = _readings([kpi for kpi in kpis if kpi.is_own], window)

    def days(self, campaign: Campaign | None) -> Days:
        return self.client if campaign is None else self.campaigns.get(campaign.pk, {})

    def forecast(self, metric: Metric, campaign: Campaign | None, window: Window | None = None) -> Forecast:
        """Of the campaign if what is counted belongs to campaigns, else of the client."""
        if metric.ratio:
            above, below = (registry.get(code) for code in metric.ratio)
            assert above  # noqa: S101  (they are registered together)
            assert below  # noqa: S101
            return forecast.of_ratio(
                self.forecast(above, campaign, window), self.forecast(below, campaign, window)
            )
        whose = campaign if metric.has_owners else None
        series = self.days(whose).get(metric.code, {})
        return self._of(metric, series, whose, (window or self.window).period)

    def _of(self, metric: Metric, series: Series, campaign: Campaign | None, period: Period) -> Forecast:
        days = days_of(period)
        earliest = campaign.starts_on if campaign else min(self._first, period.first)
        past = Period(max(earliest, period.first - PAST_DAYS * DAY), period.first - DAY)
        until = self.counted_until or date.min
        if metric.adds == Adds.LAST:
            found = forecast.of_last(days, reading.within(series, period), reading.within(series, past))
            return found.closed() if period.last <= until else found
        known = {day: series.get(day, reading.NONE) for day in days if day <= until}
        before = {day: series.get(day, reading.NONE) for day in days_of(past)}
        pattern = self.client.get(metric.code, {}) if campaign else None
        return forecast.of_sum(days, known, before, pattern)

    @cached_property
    def _first(self) -> date:
        """The first day of which anything is known."""
        days = [day for series in self.client.values() for day in series]
        return min(days, default=date.max)


def of(
    eyes: Eyes, kpis: Sequence[Kpi], window: Window, campaign: Campaign | None, book: Book | None = None
) -> list[Standing]:
    """Of each, in their order; in a constant number of queries."""
    book = book or Book(eyes, window, kpis, [campaign] if campaign else [])
    return [_of_kpi(book, kpi, campaign, window) for kpi in kpis]


def codes(kpis: Iterable[Kpi]) -> set[str]:
    return {kpi.metric for kpi in kpis if kpi.metric}


def _targets(kpis: Iterable[Kpi], window: Window) -> dict[tuple[int, date], Decimal]:
    """By indicator and month, as they are kept."""
    rows = Target.objects.filter(kpi__in=list(kpis), month__in=window.months)
    return {(kpi, month): value for kpi, month, value in rows.values_list("kpi", "month", "value")}


def light(kpi: Kpi, end: Decimal, target: Decimal) -> tuple[Light, Decimal]:
    """The colour, and what the end is of the target in per cent; where less is better, the reverse."""
    reached = attained(end, target, is_up=kpi.direction == Kpi.Direction.UP)
    if reached >= kpi.green:
        return Light.GREEN, reached
    return (Light.YELLOW if reached >= kpi.yellow else Light.RED), reached


def attained(end: Decimal, target: Decimal, *, is_up: bool) -> Decimal:
    """100 where the target is met. Where nothing can be divided, 100 or 0."""
    above, below = (end, target) if is_up else (target, end)
    if below > 0 and above >= 0:
        return above / below * WHOLE
    return WHOLE if above >= below else Decimal(0)


def _of_kpi(book: Book, kpi: Kpi, campaign: Campaign | None, window: Window) -> Standing:
    metric = registry.get(kpi.metric) if kpi.metric else None
    if metric and metric.shows_cost and not reading.sees_cost(book.eyes):
        return Standing(kpi, metric, NOTHING, None, Light.GREY, Why.UNSEEN)
    target, why = _target(book.eyes, kpi, metric, window, book.targets)
    if metric and not book.purse.can_tell(metric):
        return Standing(kpi, metric, NOTHING, target, Light.GREY, Why.APART)
    if metric:
        found = book.forecast(metric, campaign, window)
    else:
        found = _of_own(kpi, book.numbers.get(kpi.pk, {}), window)
    is_of_client = bool(campaign and metric and not metric.has_owners)
    if target is None:
        return Standing(kpi, metric, found, None, Light.GREY, why, is_of_client=is_of_client)
    if found.end is None:
        why = (Why.EARLY if found.actual is not None else Why.NOT_COUNTED) if metric else Why.NO_NUMBER
        if not metric and found.actual is not None:
            why = Why.EARLY
        return Standing(kpi, metric, found, target, Light.GREY, why, is_of_client=is_of_client)
    colour, reached = light(kpi, found.end, target)
    return Standing(kpi, metric, found, target, colour, None, reached, is_of_client)


def _target(
    eyes: Eyes, kpi: Kpi, metric: Metric | None, window: Window, kept: dict[tuple[int, date], Decimal]
) -> tuple[Decimal | None, Why | None]:
    """As this reader sees it: of several months together, if each has one."""
    values = {month: kept[kpi.pk, month] for month in window.months if (kpi.pk, month) in kept}
    if len(values) < len(window.months):
        return None, Why.NO_TARGET
    shown = [shown_target(eyes, metric, month, value) for month, value in values.items()]
    told = [value for value in shown if value is not None]
    if len(told) < len(shown):
        return None, Why.PER_MESSAGE
    if adds(kpi, metric) == Adds.SUM:
        return sum(told, Decimal(0)), None
    return (sum(told, Decimal(0)) / len(told) if adds(kpi, metric) == Adds.RATIO else told[-1]), None


def shown_target(eyes: Eyes, metric: Metric | None, month: date, value: Decimal) -> Decimal | None:
    """A target as this reader sees it; None with a price per message, which does not tell of LINE's cost."""
    return _converted(eyes, metric, month, value, 1)


def kept_target(eyes: Eyes, metric: Metric | None, month: date, value: Decimal) -> Decimal | None:
    """What is kept of a target that this reader typed, likewise."""
    return _converted(eyes, metric, month, value, -1)


def adds(kpi: Kpi, metric: Metric | None) -> Adds:
    return metric.adds if metric else Adds(kpi.adds)


def _converted(eyes: Eyes, metric: Metric | None, month: date, value: Decimal, way: int) -> Decimal | None:
    if metric is None or not metric.power:
        return value
    factor = reading.factor(eyes, month)
    if factor is None:
        return None
    return value * factor if metric.power * way > 0 else value / factor


def _of_own(kpi: Kpi, numbers: Series, window: Window) -> Forecast:
    """By day as other figures, of days that have a number; by month what is entered, which is the end."""
    if kpi.grain == Kpi.Grain.MONTH:
        values = [numbers[month] for month in window.months if month in numbers]
        if not values:
            return NOTHING
        value = sum(values, Decimal(0)) if kpi.adds == Kpi.Adds.SUM else values[-1]
        return Forecast(value, value)
    past = Period(window.period.first - PAST_DAYS * DAY, window.period.first - DAY)
    days, known = days_of(window.period), reading.within(numbers, window.period)
    if kpi.adds == Kpi.Adds.LAST:
        return forecast.of_last(days, known, reading.within(numbers, past))
    return forecast.of_sum(days, known, reading.within(numbers, past)) if known else NOTHING


def _readings(own: Collection[Kpi], window: Window) -> dict[int, Series]:
    first = window.months[0] - PAST_DAYS * DAY
    rows = Reading.objects.filter(kpi__in=own, day__range=(first, window.period.last)) if own else []
    found: dict[int, Series] = {}
    for row in rows:
        found.setdefault(row.kpi_id, {})[row.day] = row.value
    return found


def days_of(period: Period) -> list[date]:
    return [period.first + number * DAY for number in range((period.last - period.first).days + 1)]
