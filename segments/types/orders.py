"""Leaves about orders as a whole: how many, for how much, and when the first and the last were placed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segments.kinds import MOST_DAYS, Number, Unfit, Whole
from segments.leaves import SHOP, Leaf, Moment, Query, given, register
from segments.types import windows
from segments.types.measures import Measure, having, take_nothing
from segments.types.occurrences import both
from segments.types.purchases import amount_words, currency_of
from segments.types.windows import Timed, Window, spaced

MOST_ORDERS = 10_000
FRIEND = "JOIN linking_link link ON link.customer_id = placed.customer_id AND link.unlinked_at IS NULL"
COUNTED = "NOT placed.is_test AND placed.status NOT IN ('cancelled', 'returned')"
# Of a customer in all time, one row that is always kept right; of a stretch of time, the orders themselves.
KEPT = {
    "orders": "placed.orders",
    "amount": "placed.amount",
    "first": "placed.first_at",
    "last": "placed.last_at",
}
SUMMED = {
    "orders": "count(*)",
    "amount": "sum(placed.total - placed.refunded)",
    "first": "min(placed.placed_at)",
    "last": "max(placed.placed_at)",
}


def _orders(label: Any) -> Any:
    return given(Whole(0, MOST_ORDERS), default=None, label=label, unit=gettext_lazy("times"))


def _money(label: Any) -> Any:
    return given(Number(0), default=None, label=label, unit=gettext_lazy("in your currency"))


def _days(label: Any) -> Any:
    return given(Whole(0, MOST_DAYS), default=None, label=label, unit=gettext_lazy("days"))


@register
@dataclass(frozen=True)
class Orders(Timed, Leaf):
    """Friends by the orders of the customer they are: number, revenue, average, first and last.

    All orders ever, or those of a stretch of time. Revenue is what was paid less what was given back;
    cancelled and returned orders do not count. Who ordered nothing has 0 orders and 0 revenue, no average,
    no first and no last. `last_days_at_least` 60 and `last_days_at_most` 90: the last order was 60 to 90
    days ago, by the client's calendar.
    """

    type = "orders"
    label = gettext_lazy("Orders")
    hint = gettext_lazy("Number, revenue and average of orders, days since the first or last")
    group = SHOP
    fresh = {"last_days_at_least": 60, "last_days_at_most": 90}
    orders_at_least: int | None = _orders(gettext_lazy("Orders (at least)"))
    orders_at_most: int | None = _orders(gettext_lazy("Orders (at most)"))
    amount_at_least: int | float | None = _money(gettext_lazy("Revenue (at least)"))
    amount_at_most: int | float | None = _money(gettext_lazy("Revenue (at most)"))
    average_at_least: int | float | None = _money(gettext_lazy("Average of an order (at least)"))
    average_at_most: int | float | None = _money(gettext_lazy("Average of an order (at most)"))
    last_days_at_least: int | None = _days(gettext_lazy("Days since the last order (at least)"))
    last_days_at_most: int | None = _days(gettext_lazy("Days since the last order (at most)"))
    first_days_at_least: int | None = _days(gettext_lazy("Days since the first order (at least)"))
    first_days_at_most: int | None = _days(gettext_lazy("Days since the first order (at most)"))
    within_days: int | None = windows.within_days()
    days_ago_at_least: int | None = windows.days_ago_at_least()
    since: str | None = windows.since()
    until: str | None = windows.until()

    def check(self) -> None:
        if not self._times and not any(measure.is_asked for measure in self._measures(SUMMED).values()):
            raise Unfit(_("needs a number of orders, an amount or days"))
        for name, measure in self._measures(SUMMED).items():
            measure.check(f"{name}_at_least", f"{name}_at_most")
        for name, window in self._times.items():
            if window.within_days is not None and window.within_days < (window.days_ago_at_least or 0):
                names = {"least": f"{name}_days_at_least", "most": f"{name}_days_at_most"}
                raise Unfit(_("%(most)s is less than %(least)s") % names, path=names["most"])
        self.window.check()

    def _measures(self, of: dict[str, str]) -> dict[str, Measure]:
        average = f"({of['amount']} / nullif({of['orders']}, 0))"
        return {
            "orders": Measure(of["orders"], self.orders_at_least, self.orders_at_most),
            "amount": Measure(of["amount"], self.amount_at_least, self.amount_at_most),
            "average": Measure(average, self.average_at_least, self.average_at_most),
        }

    @property
    def _times(self) -> dict[str, Window]:
        """The stretches in which the first and the last order must lie, as far as they are asked for."""
        found = {
            "last": Window(self.last_days_at_most, self.last_days_at_least),
            "first": Window(self.first_days_at_most, self.first_days_at_least),
        }
        return {name: window for name, window in found.items() if window.is_of_days}

    @property
    def is_inverted(self) -> bool:
        """Of who ordered nothing neither an average nor a day can be right."""
        measures = self._measures(SUMMED)
        return not self._times and not measures["average"].is_asked and take_nothing(list(measures.values()))

    def query(self, moment: Moment) -> Query:
        return self._of_all_time(moment) if self.window == Window() else self._in_window(moment)

    def _of_all_time(self, moment: Moment) -> Query:
        fits = self._fits(KEPT, moment)
        sql = f"SELECT link.friend_id FROM shops_customertotals placed {FRIEND} WHERE {fits.sql}"  # noqa: S608
        return Query(f"{sql} AND placed.orders > 0", fits.params)

    def _in_window(self, moment: Moment) -> Query:
        when, fits = self.window.holds("placed.placed_at", moment), self._fits(SUMMED, moment)
        sql = (
            f"SELECT link.friend_id FROM shops_order placed {FRIEND} WHERE {COUNTED} AND {when.sql}"  # noqa: S608
            f" GROUP BY link.friend_id HAVING {fits.sql}"
        )
        return Query(sql, [*when.params, *fits.params])

    def _fits(self, of: dict[str, str], moment: Moment) -> Query:
        numbers = list(self._measures(of).values())
        if self.is_inverted:
            return having(numbers)
        asked = [measure.condition() for measure in numbers if measure.is_asked]
        return both(*asked, *(window.holds(of[name], moment) for name, window in self._times.items()))

    def topics(self) -> set[str]:
        return {"links", "orders"}

    def valid_until(self, moment: Moment) -> datetime | None:
        return moment.day_ends() if self._times else super().valid_until(moment)

    def crossed(self, before: Moment, after: Moment) -> Query:
        moved = [
            window.moved_over("placed.placed_at", before, after)
            for window in (self.window, *self._times.values())
        ]
        sql = (
            f"SELECT link.friend_id FROM shops_order placed {FRIEND}"  # noqa: S608
            f" WHERE {' OR '.join(each.sql for each in moved)}"
        )
        return Query(sql, [value for each in moved for value in each.params])

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        return {"currency": currency_of(leaves)}

    def words(self, known: dict) -> str:
        told = [
            self._count_words(),
            self._amount_words(known["currency"]),
            self._average_words(known["currency"]),
            *(self._time_words(name, window) for name, window in self._times.items()),
        ]
        what = _(", ").join(part for part in told if part)
        when = self.window.words()
        return _("%(what)s (orders %(when)s)") % {"what": what, "when": when} if when else spaced(what)

    def _count_words(self) -> str:
        said = {"least": self.orders_at_least, "most": self.orders_at_most}
        if self.orders_at_most == 0:
            return _("ordered nothing")
        if self.orders_at_least is None:
            return "" if self.orders_at_most is None else _("%(most)s orders or less") % said
        if self.orders_at_most is None:
            return _("%(least)s orders or more") % said
        if self.orders_at_least == self.orders_at_most:
            return _("exactly %(least)s orders") % said
        return _("%(least)s to %(most)s orders") % said

    def _amount_words(self, currency: str) -> str:
        told = amount_words(self.amount_at_least, self.amount_at_most, currency)
        return _("ordered %(amount)s") % {"amount": told} if told else ""

    def _average_words(self, currency: str) -> str:
        told = amount_words(self.average_at_least, self.average_at_most, currency)
        return _("on average %(amount)s an order") % {"amount": told} if told else ""

    def _time_words(self, name: str, window: Window) -> str:
        said = {"when": window.words()}
        return _("last order %(when)s") % said if name == "last" else _("first order %(when)s") % said
