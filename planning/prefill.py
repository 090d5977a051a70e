"""Targets that are proposed: the median of the client's own past, and a little more (or less). In net.

Of the client as a whole the last six months count; of a campaign its last six campaigns that are over, each
brought to as many days. Rates and costs of one thing may come from the client's months where no campaign is
over. Where nothing is known nothing is proposed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from campaigns.models import Campaign
from costs.periods import Period, before
from costs.spending import Eyes
from planning import reading
from planning.metrics import registry
from planning.metrics.registry import COST, Adds, Metric, Unit
from planning.models import Count
from planning.reading import Days
from planning.windows import Window

PAST = 6
BETTER = {True: Decimal("1.05"), False: Decimal("0.95")}
PLACES = {Unit.COUNT: 0, Unit.MONEY: 0, Unit.SHARE: 4}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A target with its arithmetic. `values` are what it is the median of, by month or campaign."""

    value: Decimal
    source: str  # months | campaigns
    values: list[tuple[str, Decimal]]
    factor: Decimal

    @property
    def basis(self) -> dict:
        """As it is kept with the target."""
        said = [[name, f"{value:f}"] for name, value in self.values]
        return {"from": self.source, "values": said, "factor": str(self.factor)}


def of(eyes: Eyes, codes: Collection[str], campaign: Campaign | None, window: Window) -> dict[str, Proposal]:
    """By code, of those of which the past tells something. Money is LINE's cost whoever asks."""
    net = Eyes(eyes.tenant)
    metrics = [metric for code in codes if (metric := registry.get(code))]
    months = _months(net, codes, window)
    past = _campaigns(net, codes, campaign) if campaign else []
    found = {}
    for metric in metrics:
        proposal = None
        if campaign and metric.has_owners:
            proposal = _of_campaigns(metric, past, window)
        if proposal is None and (campaign is None or not metric.has_owners or metric.adds == Adds.RATIO):
            proposal = _proposal(metric, "months", [(name, value_of(metric, days)) for name, days in months])
        if proposal:
            found[metric.code] = proposal
    return found


def value_of(metric: Metric, days: Days) -> Decimal | None:
    """What the figure came to in all on these days; None if that is not known."""
    if metric.ratio:
        above, below = (_sum_of(code, days) for code in metric.ratio)
        return above / below if above is not None and below else None
    return _sum_of(metric.code, days)


def _sum_of(code: str, days: Days) -> Decimal | None:
    metric, series = registry.get(code), days.get(code, {})
    if metric and metric.adds == Adds.LAST:
        return series[max(series)] if series else None
    return sum(series.values(), Decimal(0))


def _of_campaigns(metric: Metric, past: list[tuple[Campaign, Days]], window: Window) -> Proposal | None:
    """Sums are brought from the days of each campaign to those of the window."""
    length = (window.period.last - window.period.first).days + 1
    values: list[tuple[str, Decimal | None]] = []
    for campaign, days in past:
        value = value_of(metric, days)
        if value is not None and metric.adds == Adds.SUM and campaign.ends_on:
            value = value * length / ((campaign.ends_on - campaign.starts_on).days + 1)
        values.append((campaign.name, value))
    return _proposal(metric, "campaigns", values)


def _proposal(metric: Metric, source: str, values: list[tuple[str, Decimal | None]]) -> Proposal | None:
    """Of what came to nothing nothing is proposed."""
    known = [(name, round(value, 6)) for name, value in values if value]
    if not known:
        return None
    factor = Decimal(1) if metric.code == COST else BETTER[metric.is_up]
    value = median(value for _name, value in known) * factor
    places = 1 if metric.unit == Unit.MONEY and metric.ratio else PLACES[metric.unit]
    return Proposal(round(value, places), source, known, factor)


def _months(eyes: Eyes, codes: Collection[str], window: Window) -> list[tuple[str, Days]]:
    """The last whole months of which days are counted, the oldest first."""
    until = Count.present().counted_until
    if until is None:
        return []
    newest = min(before(window.months[0]), _whole_month(until))
    months = [before(newest, back) for back in range(PAST - 1, -1, -1)]
    period = Period(months[0], Period.of_month(newest).last)
    days = reading.of_client(eyes, codes, period)
    found = [(f"{month:%Y-%m}", _within(days, Period.of_month(month))) for month in months]
    return [(name, part) for name, part in found if any(part.values())]


def _campaigns(eyes: Eyes, codes: Collection[str], campaign: Campaign) -> list[tuple[Campaign, Days]]:
    """Those that were over before this one begins, the newest first; of its purpose if there are any."""
    over = Campaign.objects.filter(ends_on__lt=campaign.starts_on).exclude(pk=campaign.pk)
    same = over.filter(purpose=campaign.purpose)
    found = list((same if same.exists() else over).order_by("-ends_on")[:PAST])
    if not found:
        return []
    period = Period(
        min(each.starts_on for each in found), max(each.ends_on for each in found if each.ends_on)
    )
    days = reading.of_campaigns(eyes, [each.pk for each in found], codes, period)
    return [
        (each, _within(days[each.pk], Period(each.starts_on, each.ends_on)))
        for each in found
        if each.pk in days and each.ends_on
    ]


def _whole_month(until: date) -> date:
    """The newest month of which all days are counted."""
    month = until.replace(day=1)
    return month if until == Period.of_month(month).last else before(month)


def _within(days: Mapping[str, Mapping[date, Decimal]], period: Period) -> Days:
    return {code: reading.within(series, period) for code, series in days.items()}
