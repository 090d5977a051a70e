"""Sends that cost more for a click than the client's sends usually do, with how that is reckoned."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from zoneinfo import ZoneInfo

from billing import months, three_views
from billing.models import Total
from billing.three_views import View
from broadcasts.models import Broadcast
from broadcasts.results import figures, listing
from broadcasts.results.figures import Figures
from costs.spending import Eyes

DAYS = 90
FEWEST_PEOPLE = 100  # below which a send says nothing about the next
FEWEST_SENDS = 5  # with clicks, without which there is no usual
WORST = 5
STILL_CLICKED = timedelta(days=3)
MUCH_MORE = Decimal("1.5")  # times the usual, from which on a send is named


@dataclass(frozen=True, slots=True)
class Sent:
    """A send, or all of a series that began in the period, as one."""

    broadcast: Broadcast  # the newest of them
    sends: int
    people: int
    clickers: int
    orders: int | None
    cost: Total  # its share of the months' bills

    @property
    def per_click(self) -> Decimal | None:
        return self.cost.amount / self.clickers if self.clickers else None

    @property
    def per_order(self) -> Decimal | None:
        return self.cost.amount / self.orders if self.orders else None


@dataclass(frozen=True, slots=True)
class Worst:
    """`more` is what it cost more than as many clicks usually do."""

    sent: Sent
    usual: Decimal

    @property
    def usual_cost(self) -> Decimal:
        return self.sent.clickers * self.usual

    @property
    def more(self) -> Decimal:
        return self.sent.cost.amount - self.usual_cost

    @property
    def times(self) -> Decimal | None:
        """How many times the usual a click costs; None: nobody clicked."""
        each = self.sent.per_click
        return None if each is None or not self.usual else each / self.usual


@dataclass(frozen=True, slots=True)
class Advice:
    """`usual` is the median cost of a click; None while there are too few sends to tell one."""

    days: int
    judged: list[Sent]
    usual: Decimal | None
    worst: list[Worst]
    small: int
    unknown: int
    fresh: int
    currency: str


def of(eyes: Eyes, days: int, now: datetime) -> Advice:
    """Of the last so many days, in amounts as the reader sees them; the last three are left out, since clicks
    still come."""
    since = now - timedelta(days=days)
    rows = listing.begun().filter(started_at__gte=since).order_by("-started_at", "-pk")
    found = list(rows[: listing.MOST])
    ripe = [each for each in found if each.started_at and each.started_at < now - STILL_CLICKED]
    groups = _groups(figures.of_many(ripe))
    large = [group for group in groups if sum(each.delivered for each in group) >= FEWEST_PEOPLE]
    known = [group for group in large if all(each.clicked is not None for each in group)]
    costs, currency = _costs(eyes, [each.broadcast for group in known for each in group])
    judged = [sent for sent in (_sent(group, costs) for group in known) if sent.cost.amount]
    usual = usual_of(judged)
    return Advice(
        days=days,
        judged=judged,
        usual=usual,
        worst=[] if usual is None else worst_of(judged, usual),
        small=len(groups) - len(large),
        unknown=len(large) - len(known),
        fresh=len(found) - len(ripe),
        currency=currency,
    )


def usual_of(judged: Sequence[Sent]) -> Decimal | None:
    """The median cost of a click, over sends in which somebody clicked."""
    each = [sent.per_click for sent in judged if sent.per_click is not None]
    return median(each) if len(each) >= FEWEST_SENDS else None


def worst_of(judged: Sequence[Sent], usual: Decimal) -> list[Worst]:
    """Those that cost much more for a click than usual, the one that cost most too much first."""
    named = [Worst(sent, usual) for sent in judged]
    much = [each for each in named if each.sent.cost.amount >= MUCH_MORE * each.usual_cost]
    return sorted(much, key=lambda each: (-each.more, each.sent.broadcast.pk))[:WORST]


def _groups(found: Sequence[Figures]) -> list[list[Figures]]:
    """The sends of one series together, every other alone; the newest first."""
    groups: dict[tuple[str, int], list[Figures]] = {}
    for each in found:
        series = each.broadcast.series_id
        groups.setdefault(("series", series) if series else ("send", each.broadcast.pk), []).append(each)
    return list(groups.values())


def _sent(group: Sequence[Figures], costs: dict[str, Total]) -> Sent:
    outcomes = [each.outcome for each in group]
    orders = [outcome.clicked_orders for outcome in outcomes if outcome]
    known = [count for count in orders if count is not None]
    return Sent(
        broadcast=group[0].broadcast,
        sends=len(group),
        people=sum(each.delivered for each in group),
        clickers=sum(each.clicked or 0 for each in group),
        orders=sum(known) if len(known) == len(group) else None,
        cost=sum((costs.get(each.broadcast.ledger_owner, Total()) for each in group), Total()),
    )


def _costs(eyes: Eyes, sends: Sequence[Broadcast]) -> tuple[dict[str, Total], str]:
    """What each send's share of its months' bills is for the reader, and in which currency."""
    zone = months.zone_of(eyes.tenant.pk)
    owners = {each.ledger_owner for each in sends}
    costs: dict[str, Total] = {}
    currency = ""
    for month in _months_of(sends, zone):
        seen = eyes.sight(month)
        for owner, views in three_views.of_owners(eyes.tenant.pk, month, owners).items():
            share = views.seen(View.AVERAGE) or views.total
            costs[owner] = costs.get(owner, Total()) + replace(share, amount=seen.of(share))
            currency = views.currency
    return costs, currency


def _months_of(sends: Sequence[Broadcast], zone: ZoneInfo) -> list[date]:
    """Those in which any of them began or ended."""
    moments = [at for each in sends for at in (each.started_at, each.finished_at) if at]
    return sorted({months.month_of(at, zone) for at in moments})
