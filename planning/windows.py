"""Of which days a page of indicators is: one month, or the whole time of a campaign."""

from dataclasses import dataclass
from datetime import date

from campaigns.models import Campaign
from costs.periods import Period, after, before, month_of

WHOLE = "all"
FIRST, LAST = date(2010, 1, 1), date(2100, 12, 1)
MOST_MONTHS = 36  # of a campaign's whole time


@dataclass(frozen=True, slots=True)
class Window:
    """The days, the months that they touch, and what an address calls them: `2026-11` or `all`."""

    period: Period
    name: str

    @property
    def months(self) -> list[date]:
        return self.period.months

    @property
    def month(self) -> date:
        """The month of which targets are set here."""
        return self.months[-1]

    @property
    def is_whole(self) -> bool:
        return self.name == WHOLE

    def is_over(self, counted_until: date | None) -> bool:
        """Whether all of its days are counted."""
        return counted_until is not None and self.period.last <= counted_until


def of(campaign: Campaign | None, asked: str, today: date) -> Window:
    """What an address asks for; else the present month, or the campaign's nearest to it."""
    if asked == WHOLE and campaign and campaign.ends_on:
        whole = Period(campaign.starts_on, campaign.ends_on)
        if len(whole.months) <= MOST_MONTHS:
            return Window(whole, WHOLE)
    return of_month(campaign, _month(asked) or _nearest(campaign, today))


def of_month(campaign: Campaign | None, month: date) -> Window:
    """The month, or the campaign's days in it if it has any."""
    whole = Period.of_month(month)
    first, last = whole.first, whole.last
    if campaign:
        first = max(first, campaign.starts_on)
        last = min(last, campaign.ends_on or last)
    period = Period(first, last) if first <= last else whole
    return Window(period, f"{month:%Y-%m}")


def around(campaign: Campaign | None, month: date) -> tuple[date | None, date | None]:
    """The months before and after it, as far as the campaign has days in them."""
    earlier, later = before(month), after(month)
    if campaign is None:
        return earlier if earlier >= FIRST else None, later if later <= LAST else None
    has_earlier = earlier >= campaign.starts_on.replace(day=1)
    has_later = campaign.ends_on is None or later <= campaign.ends_on
    return earlier if has_earlier else None, later if has_later else None


def _nearest(campaign: Campaign | None, today: date) -> date:
    if campaign is None:
        return today.replace(day=1)
    day = max(today, campaign.starts_on)
    return (min(day, campaign.ends_on) if campaign.ends_on else day).replace(day=1)


def _month(asked: str) -> date | None:
    try:
        month = month_of(asked)
    except ValueError:
        return None
    return month if FIRST <= month <= LAST else None
