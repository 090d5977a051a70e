"""What the page of one indicator shows: its drawing, its days, what moved it, its targets by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from django.utils.translation import gettext as _

from campaigns.models import Campaign
from costs.periods import Period
from costs.spending import Eyes
from planning import chart, prefill, purses, reading, standing, windows, wording
from planning.metrics import registry
from planning.metrics.registry import Adds, Metric
from planning.models import Kpi, Target
from planning.moving import Moved, Part
from planning.purses import Purse
from planning.standing import Book, Standing
from planning.windows import Window


def drawn(book: Book, found: Standing, campaign: Campaign | None, window: Window) -> chart.Chart | None:
    """What came day by day: sums as they grew, standings as they were. Rates have no line of their own."""
    metric = found.metric
    if metric is None or metric.adds == Adds.RATIO:
        return None
    whose = campaign if metric.has_owners else None
    series = reading.within(book.days(whose).get(metric.code, {}), window.period)
    days = standing.days_of(window.period)
    until = book.counted_until
    over = [day for day in days if until and day <= until]
    told = found.forecast
    if metric.adds == Adds.SUM:
        grown = accumulate(series.get(day, reading.NONE) for day in over)
        actual = list(zip(over, grown, strict=True))
    else:
        actual = sorted(series.items())
    return chart.draw(days, actual, found.target, _expected(found, days), (told.end, told.low, told.high))


def _expected(found: Standing, days: Sequence[date]) -> list[tuple[date, Decimal]]:
    """A straight way to the target; by weekdays the page says what is to be expected today."""
    if found.target is None or not days:
        return []
    return [(days[0], found.forecast.start), (days[-1], found.target)]


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day in the table behind a chart."""

    day: date
    value: str


def by_day(book: Book, metric: Metric, campaign: Campaign | None, window: Window) -> list[DayRow]:
    """The newest first; of rates, what each day came to by itself."""
    whose = campaign if metric.has_owners else None
    series = book.days(whose)
    purse = purses.of(book.eyes.tenant.pk, window.month)
    found = []
    for day in reversed(standing.days_of(window.period)):
        if book.counted_until and day <= book.counted_until:
            only = {code: reading.within(values, Period(day, day)) for code, values in series.items()}
            found.append(DayRow(day, wording.of_metric(metric, prefill.value_of(metric, only), purse)))
    return found


def moved_in_words(moved: Moved, metric: Metric, purse: Purse) -> str:
    """How much more or less than on the same days of the month before, and what did most of it."""
    if moved.now is None or moved.then is None:
        return _("There is nothing to compare with: the month before is not known.")
    difference = moved.now - moved.then
    words = {
        "now": wording.of_metric(metric, moved.now, purse),
        "then": wording.of_metric(metric, moved.then, purse),
        "difference": wording.signed(wording.of_metric(metric, difference, purse), difference),
    }
    said = _("%(now)s, against %(then)s on the same days of the month before: %(difference)s.") % words
    for part, text in (
        (moved.gained, _("Most came from “%(name)s” (%(amount)s).")),
        (moved.missing, _("Most is missing from “%(name)s” (%(amount)s).")),
    ):
        if part:
            said += " " + text % {"name": part.member.name, "amount": difference_of(part, moved, purse)}
    return said


def difference_of(part: Part, moved: Moved, purse: Purse) -> str:
    amount = wording.of_metric(moved.metric, part.difference, purse)
    return wording.signed(amount, part.difference)


def parts(moved: Moved, purse: Purse) -> list[tuple[Part, str, str, str]]:
    """What each thing brought now and then, and the difference."""
    listed = [*moved.parts, *([moved.rest] if moved.rest else [])]
    return [
        (
            part,
            wording.of_metric(moved.metric, part.now, purse),
            wording.of_metric(moved.metric, part.then, purse),
            difference_of(part, moved, purse),
        )
        for part in listed
    ]


def components(moved: Moved, purse: Purse) -> list[tuple[Metric, str, str]]:
    """The two figures of a rate, now and a month before."""
    return [
        (
            each.metric,
            wording.of_metric(each.metric, each.now, purse),
            wording.of_metric(each.metric, each.then, purse),
        )
        for each in moved.components
    ]


def targets_of(kpi: Kpi, eyes: Eyes, campaign: Campaign | None, today: date) -> list[tuple[date, str]]:
    """Twelve months with the target of each, as it is typed: of a campaign those that it touches."""
    months = _months(campaign, today)
    kept = dict(Target.objects.filter(kpi=kpi, month__in=months).values_list("month", "value"))
    metric, unit = registry.get(kpi.metric), wording.unit_of(kpi)
    found = []
    for month in months:
        value = kept.get(month)
        shown = None if value is None else standing.shown_target(eyes, metric, month, value)
        found.append((month, wording.typed(shown, unit)))
    return found


def _months(campaign: Campaign | None, today: date) -> list[date]:
    if campaign and campaign.ends_on:
        return Period(campaign.starts_on, campaign.ends_on).months[: windows.MOST_MONTHS]
    start = max(today, campaign.starts_on) if campaign else today
    first = windows.before(start.replace(day=1), 2)
    months = [first]
    while len(months) < 12:
        months.append(windows.after(months[-1]))
    return months
