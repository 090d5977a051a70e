"""What a report is about, and what several of its sections read: once, in the prices that the client sees."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts import current
from broadcasts.models import Broadcast
from broadcasts.results.figures import Figures
from campaigns import services as campaigns
from campaigns.models import Campaign
from costs import details, outcomes, returns, spending
from costs.periods import Period, after
from costs.rows import Asked, By
from costs.rows import Report as Returns
from planning import reading
from planning.metrics import registry
from planning.models import Count
from planning.publishing import ClientEyes
from planning.reading import Days
from reports.models import Kind
from shops.models import ShopSettings

DAY = timedelta(days=1)
# What is counted by day of the client, of campaigns, and of single things.
DAILY = (
    *("friends", "reach", "blocks", "new_friends", "lost", "net_growth", "linked", "link_rate", "block_rate"),
    *("messages", "opens", "open_rate", "clicks", "click_rate", "orders", "revenue", "conversions"),
    *("answers", "coupons", "redeemed", "draws", "entries", "route_friends", "cost"),
)


class Scope:
    """One thing to report on, over days of the client's calendar, as the client sees it whoever looks."""

    def __init__(
        self, kind: str, period: Period, *, campaign: Campaign | None, broadcast: Broadcast | None
    ) -> None:
        self.kind, self.period, self.campaign, self.broadcast = kind, period, campaign, broadcast
        self.tenant = current.tenant()
        self.eyes = ClientEyes(self.tenant)
        self.zone = ZoneInfo(self.tenant.time_zone)
        self.counted_until = Count.present().counted_until

    @cached_property
    def currency(self) -> str:
        """In which the client's months are reckoned."""
        return spending.currency(self.tenant.pk, self.period.months[-1])

    @cached_property
    def sells_apart(self) -> bool:
        """Whether revenue is in another currency than cost: then neither says anything of the other."""
        return ShopSettings.present().currency != self.currency

    @property
    def shows_net(self) -> bool:
        """Whether the client sees LINE's cost: nothing else is agreed."""
        return self.eyes.sight(self.period.months[-1]).shows_net

    @property
    def next_month(self) -> Period:
        return Period.of_month(after(self.period.last.replace(day=1)))

    @cached_property
    def days(self) -> Days:
        """Figures by day, of the campaign or of the client."""
        if self.campaign:
            found = reading.of_campaigns(self.eyes, [self.campaign.pk], DAILY, self.period)
            return found.get(self.campaign.pk, {})
        return reading.of_client(self.eyes, DAILY, self.period)

    @cached_property
    def owners(self) -> dict[str, Days]:
        """Thing by thing, such as `scenario:3`."""
        codes = [code for code in DAILY if (metric := registry.get(code)) and metric.has_owners]
        return reading.of_owners(self.eyes, codes, self.period, self.campaign.pk if self.campaign else None)

    @cached_property
    def returns(self) -> Returns:
        """What each send of these days cost and brought, and all together."""
        return returns.report(self.eyes, Asked(self.period, By.SEND))

    @cached_property
    def of_campaign(self) -> Returns | None:
        """The cost of campaigns side by side, if this is of one."""
        return returns.report(self.eyes, Asked(self.period, By.CAMPAIGN)) if self.campaign else None

    @cached_property
    def of_send(self) -> Returns | None:
        return details.of_send(self.eyes, self.broadcast) if self.broadcast else None

    @cached_property
    def sends(self) -> list[Figures]:
        """Broadcasts that began on these days, oldest first; of a campaign those that belong to it."""
        if self.broadcast:
            return outcomes.sends([self.broadcast.pk])
        start, end = self.period.moments(self.zone)
        began = Broadcast.objects.filter(started_at__gte=start, started_at__lt=end)
        if self.campaign:
            began = began.filter(pk__in=_numbers(campaigns.owners(self.campaign.pk), "broadcast"))
        found = outcomes.sends(list(began.values_list("pk", flat=True)))
        return sorted(
            found, key=lambda each: (each.broadcast.started_at or timezone.now(), each.broadcast.pk)
        )


def _numbers(owners: Iterable[str], kind: str) -> list[int]:
    parts = (owner.partition(":") for owner in owners)
    return [int(number) for name, _colon, number in parts if name == kind and number.isdecimal()]


def month_of(day: date) -> Period:
    return Period.of_month(day.replace(day=1))


def of_month(month: date) -> Scope:
    """The month that begins on this day."""
    return Scope(Kind.MONTH, Period.of_month(month), campaign=None, broadcast=None)


def of_campaign(campaign: Campaign, today: date) -> Scope:
    """From its first day to its last, or to yesterday while it goes on."""
    last = max(campaign.starts_on, min(campaign.ends_on or today, today - DAY))
    return Scope(Kind.CAMPAIGN, Period(campaign.starts_on, last), campaign=campaign, broadcast=None)


def of_send(broadcast: Broadcast, today: date) -> Scope:
    """From the day on which it began until yesterday, 30 days at most: later nothing is put down to it."""
    assert broadcast.started_at
    zone = ZoneInfo(current.tenant().time_zone)
    first = broadcast.started_at.astimezone(zone).date()
    last = max(first, min(today - DAY, first + 29 * DAY))
    return Scope(Kind.SEND, Period(first, last), campaign=None, broadcast=broadcast)


def text_of(value: Decimal | int | None) -> str | None:
    """As a snapshot keeps it: no digit that says nothing."""
    if value is None:
        return None
    number = Decimal(value).quantize(Decimal("0.000001"))
    return f"{number.normalize():f}" if number else "0"
