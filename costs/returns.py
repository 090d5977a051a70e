"""What was spent in a period and what came of it: by send, campaign, scenario, route or month, and in all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from attribution.credits import Sums
from attribution.credits import of as credits_of
from broadcasts.results.figures import Figures
from campaigns import services as campaigns
from contracts.markup import NOTHING
from costs import outcomes, rewards, spending
from costs.grouping import (
    PURPOSES,
    by_owner,
    by_scenario,
    by_send,
    dearest_first,
    grouped,
    is_send,
    messages_of,
    newest_first,
    spend_of,
)
from costs.outcomes import Code, Measure, Measures, Orders
from costs.periods import Period
from costs.rows import ELSE, Asked, By, Report, Row
from costs.spending import Eyes, Line, MonthSpend, Spend
from routes import returns as routes
from routes.models import AdCost, Route
from routes.returns import Return
from shops.models import ShopSettings


@dataclass(frozen=True, slots=True)
class Sent:
    """A broadcast that began in the period, with what came of it: as its results say, and to add up."""

    figures: Figures
    began_on: date
    measures: Measures
    addable: Measures


def report(eyes: Eyes, asked: Asked) -> Report:
    """The table that is asked for, the dearest first (sends and months: the newest), and its total.

    The total has every order after a click once, all links made in the period, and the friends of routes of
    which cost and number are known.
    """
    return _Reckoning(eyes, asked).report()


class _Reckoning:
    """One report while it is made. What several parts of it need is read once."""

    def __init__(self, eyes: Eyes, asked: Asked) -> None:
        self.asked = asked
        self.zone = ZoneInfo(eyes.tenant.time_zone)
        self.months = spending.of_period(eyes, asked.period, view=asked.view, with_fees=asked.with_fees)
        self.lines = [line for month in self.months for line in month.lines]
        self.groups: dict[str, list[Line]] = {}
        self.currency = spending.currency(eyes.tenant.pk, asked.period.months[-1])

    def report(self) -> Report:
        rows = {
            By.SEND: self._by_send,
            By.CAMPAIGN: self._by_campaign,
            By.SCENARIO: self._by_scenario,
            By.ROUTE: self._by_route,
            By.MONTH: self._by_month,
        }[self.asked.by]()
        rows += self._of_nothing(rows)
        total = self._all("", _("Total"), self.asked.period, self.months, self.sent.values())
        facts = (self.asked, self.orders, self.currency, rows, total, self.months, self.groups)
        return Report(*facts, ShopSettings.present().currency).comparable()

    @cached_property
    def results(self) -> list[Figures]:
        """Of broadcasts that began in the period."""
        start, end = self.asked.period.moments(self.zone)
        numbers = {int(line.owner.partition(":")[2]) for line in self.lines if is_send(line.owner)}
        began = ((found, found.broadcast.started_at) for found in outcomes.sends(numbers))
        return [found for found, at in began if at and start <= at < end]

    @cached_property
    def orders(self) -> Orders:
        if self.asked.orders:
            return self.asked.orders
        knows = any(found.broadcast.tracks_people for found in self.results)
        of_scenarios = self.credits.keys() - self.routes
        return Orders.CLICKED if knows or of_scenarios else Orders.REACHED

    @cached_property
    def credits(self) -> dict[str, Sums]:
        """What scenarios that cost anything, and routes, are credited with, by conversions of the period."""
        return self._credited_in(self.asked.period)

    @cached_property
    def routes(self) -> set[str]:
        return {f"route:{pk}" for pk in Route.objects.values_list("pk", flat=True)}

    def _credited_in(self, period: Period) -> dict[str, Sums]:
        scenarios = {line.owner for line in self.lines if line.owner.startswith("scenario:")}
        return credits_of(scenarios | self.routes, period.first, period.last)

    @cached_property
    def sent(self) -> dict[str, Sent]:
        """By owner. An order counts for its send also where it was placed after the period."""
        lines = grouped(self.lines, by_owner)
        sums = credits_of([each.broadcast.ledger_owner for each in self.results])
        found = {}
        for each in self.results:
            owner = each.broadcast.ledger_owner
            spend = spend_of(lines[owner]).sending
            measures = outcomes.measured(each, spend, self.orders, sums.get(owner, Sums()))
            assert each.broadcast.started_at
            began_on = each.broadcast.started_at.astimezone(self.zone).date()
            found[owner] = Sent(each, began_on, measures, outcomes.repeated(measures, self.orders))
        return found

    def _came_of(self, lines: Sequence[Line], routes: Iterable[str] = ()) -> Measures:
        """What came of all to which these lines belong, and of routes, so that several rows add up."""
        owners = dict.fromkeys(line.owner for line in lines)
        return outcomes.added(
            [
                *(self.sent[owner].addable for owner in owners if owner in self.sent),
                *self._credited(
                    [*(owner for owner in owners if owner.startswith("scenario:")), *routes], self.credits
                ),
            ]
        )

    def _credited(self, owners: Iterable[str], sums: dict[str, Sums]) -> list[Measures]:
        """Of scenarios and routes. Whom they reached and who ordered then, nobody counts."""
        if self.orders != Orders.CLICKED:
            return []
        return [outcomes.credited(sums.get(owner, Sums()), NOTHING) for owner in owners]

    @cached_property
    def led(self) -> list[str]:
        """Routes that are credited with anything, where orders count after a click."""
        return sorted(self.credits.keys() & self.routes) if self.orders == Orders.CLICKED else []

    def _by_send(self) -> list[Row]:
        self.groups = grouped(self.lines, by_send)
        return newest_first(self._send(key, lines) for key, lines in self.groups.items())

    def _send(self, key: str, lines: Sequence[Line]) -> Row:
        sent = self.sent.get(key)
        name = sent.figures.broadcast.name if sent else PURPOSES.get(key) or lines[-1].label or key
        begun_at = min(line.begun_at for line in lines) if is_send(key) else None
        spend = spend_of(lines)
        came = sent.measures if sent else outcomes.against(self._came_of(lines), spend.sending)
        return Row(key, name, messages_of(lines), spend, came, begun_at)

    def _by_campaign(self) -> list[Row]:
        """A route that belongs to a campaign brings what its ads cost, and what it is credited with."""
        ads = {f"route:{route.pk}": found.cost for route, found in self.came if found.cost}
        belongs = campaigns.of_many([*ads, *self.led, *self.rewards, *{line.owner for line in self.lines}])
        keys = {owner: f"campaign:{each.pk}" for owner, each in belongs.items()}
        names = {keys[owner]: each.name for owner, each in belongs.items()}
        given: dict[str, Decimal] = {}
        for owner, cost in self.rewards.items():
            key = keys.get(owner, ELSE)
            given[key] = given.get(key, NOTHING) + cost
        groups = self.groups = grouped(self.lines, lambda line: keys.get(line.owner, ELSE))
        paid: dict[str, Decimal] = {}
        for owner, cost in ads.items() if self.counts_ads else ():
            key = keys.get(owner, ELSE)
            paid[key] = paid.get(key, NOTHING) + cost
        led: dict[str, list[str]] = {}
        for owner in self.led:
            led.setdefault(keys.get(owner, ELSE), []).append(owner)
        return dearest_first(
            self._group(
                key,
                names.get(key, _("Of no campaign")),
                groups.get(key, []),
                ads=paid.get(key, NOTHING),
                given=given.get(key, NOTHING),
                routes=led.get(key, ()),
            )
            for key in groups | paid | given | led
        )

    def _by_scenario(self) -> list[Row]:
        self.groups = grouped(self.lines, by_scenario)
        return dearest_first(
            self._group(key, _("Of no scenario") if key == ELSE else lines[-1].label or key, lines)
            for key, lines in self.groups.items()
        )

    def _group(
        self,
        key: str,
        name: str | Promise,
        lines: Sequence[Line],
        *,
        ads: Decimal = NOTHING,
        given: Decimal = NOTHING,
        routes: Iterable[str] = (),
    ) -> Row:
        """Several things together. Their orders are set against all that was spent on them."""
        spend = spend_of(lines) + Spend(ads=ads)
        came = outcomes.against(self._came_of(lines, routes), spend.total)
        return Row(key, name, messages_of(lines), spend, came, rewards=given)

    def _by_route(self) -> list[Row]:
        rows = [_of_route(route, found, counts_ads=self.counts_ads) for route, found in self.came]
        spend = sum((month.spend for month in self.months), Spend())
        rest = Row(ELSE, _("Messages and fees, of no single route"), messages_of(self.lines), spend, {})
        return [*rows, rest] if spend != Spend() else rows

    def _by_month(self) -> list[Row]:
        rows = []
        for month in self.months:
            period = self.asked.period.within(month.month)
            sent = [each for each in self.sent.values() if period.first <= each.began_on <= period.last]
            rows.append(self._all(f"{month.month:%Y-%m}", f"{month.month:%Y/%m}", period, [month], sent))
        return rows[::-1]

    def _of_nothing(self, rows: Sequence[Row]) -> list[Row]:
        """What is left of the total: routes with their ads, and fees of months without messages."""
        if self.asked.by in (By.ROUTE, By.MONTH):
            return []
        idle = sum((month.rest for month in self.months), Spend())
        left = Spend(ads=self.ads - sum((row.spend.ads for row in rows), NOTHING))
        given = sum(self.rewards.values(), NOTHING) - sum((row.rewards for row in rows), NOTHING)
        routes = () if self.asked.by == By.CAMPAIGN else self.led
        came = outcomes.against(self._came_of([], routes), left.total)
        found = (
            Row("ads", _("Routes and ads, of no single send"), 0, left, came),
            Row("idle", _("Monthly fees while nothing was sent"), 0, idle, {}),
            Row("rewards", _("Rewards, of no single send"), 0, Spend(), {}, rewards=given),
        )
        return [row for row in found if row.spend.total or row.rewards or row.measures]

    def _all(
        self,
        key: str,
        name: str | Promise,
        period: Period,
        months: Sequence[MonthSpend],
        sent: Iterable[Sent],
    ) -> Row:
        """Everything of some days."""
        came = self.came if period == self.asked.period else routes.of_period(period.first, period.last)
        together = routes.total(each for _route, each in came)
        ads = (together.cost or NOTHING) if self.counts_ads else NOTHING
        spend = sum((month.spend for month in months), Spend(ads=ads))
        sums = self._credited_in(period)
        brought = outcomes.added([*(each.addable for each in sent), *self._credited(sums, sums)])
        measures = outcomes.against(brought, spend.total)
        measures |= _friends(together)
        measures[Code.LINKS] = Measure(Decimal(outcomes.links_made(*period.moments(self.zone))), spend.total)
        messages = messages_of(line for month in months for line in month.lines)
        given = sum(self._rewards_in(period).values(), NOTHING)
        return Row(key, name, messages, spend, measures, rewards=given)

    @cached_property
    def rewards(self) -> dict[str, Decimal]:
        """What rewards cost in the period, by what gave them."""
        return self._rewards_in(self.asked.period)

    def _rewards_in(self, period: Period) -> dict[str, Decimal]:
        is_yen = self.currency == rewards.CURRENCY
        return rewards.of_period(period, self.zone) if is_yen else {}

    @cached_property
    def came(self) -> list[tuple[Route, Return]]:
        """By which routes friends came, and what those cost."""
        return routes.of_period(self.asked.period.first, self.asked.period.last)

    @cached_property
    def ads(self) -> Decimal:
        cost = routes.total(each for _route, each in self.came).cost
        return cost if cost and self.counts_ads else NOTHING

    @property
    def counts_ads(self) -> bool:
        """What ads cost is kept in yen, and adds up only with yen."""
        return self.currency == AdCost.CURRENCY


def _of_route(route: Route, found: Return, *, counts_ads: bool) -> Row:
    measures = _friends(found)
    if found.cost is not None and found.linked is not None:
        measures[Code.LINKS] = Measure(Decimal(found.linked), found.cost)
    if found.cost is not None and found.revenue is not None:
        measures[Code.REVENUE] = Measure(found.revenue, found.cost)
    ads = found.cost if found.cost is not None and counts_ads else NOTHING
    return Row(f"route:{route.pk}", route.name, 0, Spend(ads=ads), measures)


def _friends(found: Return) -> Measures:
    """Of routes of which cost and friends are both known."""
    return {Code.FRIENDS: Measure(Decimal(found.paid.new), found.paid.cost)} if found.paid.new else {}
