"""Replenishment: when what somebody bought is about to run out, by how often they buy it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scenarios.flow.reading import triggers
from scenarios.flow.values import TimeOfDay
from scenarios.flow.words import MINUTES_OF_A_DAY, duration
from scenarios.triggers.clocks import Schedule
from scenarios.triggers.kinds import LATE, Clocked
from segments.kinds import Text, Unfit, Whole
from segments.leaves import Query, given
from shops import products

MOST_DAYS_BEFORE = 60
# A purchase is a day of the client's calendar on which a person bought the product. Theirs is the median of
# the days between two purchases; who has bought but once is given that of all who bought it twice.
RUNNING_OUT = """
WITH bought AS MATERIALIZED (
    SELECT who.customer_id, CASE WHEN who.customer_id IS NULL THEN event.friend_id END AS friend_id,
           {thing} AS thing, (event.at AT TIME ZONE %s)::date AS day,
           max(event.properties ->> 'product') AS product
    FROM events_event event
    LEFT JOIN linking_link link ON link.friend_id = event.friend_id AND link.unlinked_at IS NULL
    CROSS JOIN LATERAL (SELECT coalesce(event.customer_id, link.customer_id) AS customer_id) AS who
    WHERE event.type = 'bought' AND event.at <= %s AND event.properties ->> 'product' <> '' {only}
    GROUP BY 1, 2, 3, 4),
gap AS MATERIALIZED (
    SELECT *, day - lag(day) OVER (PARTITION BY thing, customer_id, friend_id ORDER BY day) AS days
    FROM bought),
person AS (
    SELECT thing, customer_id, friend_id, max(day) AS last,
           (array_agg(product ORDER BY day DESC))[1] AS product,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS days
    FROM gap GROUP BY thing, customer_id, friend_id),
usual AS (
    SELECT thing, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS days
    FROM gap GROUP BY thing HAVING count(days) >= %s),
due AS (
    SELECT person.*, last + floor(coalesce(person.days, usual.days) + 0.5)::int AS runs_out
    FROM person LEFT JOIN usual USING (thing))
SELECT coalesce(due.friend_id, link.friend_id), due.customer_id, product,
       jsonb_build_object('product', product, 'last_bought', last, 'runs_out', runs_out),
       'run_out:' || thing || ':' || coalesce('c' || due.customer_id, 'f' || due.friend_id) || ':' || last
FROM due LEFT JOIN linking_link link ON link.customer_id = due.customer_id AND link.unlinked_at IS NULL
WHERE runs_out - %s BETWEEN %s AND %s"""
BY_ITSELF = "event.properties ->> 'product'"
ONE = "AND event.properties ->> 'product' = %s"
OF_CATEGORY = """AND event.properties ->> 'product' IN (
    SELECT code FROM shops_product WHERE category = %s OR starts_with(category, %s || ' > '))"""


@triggers.register
@dataclass(frozen=True)
class RunsOut(Clocked):
    """So many days before what a person bought runs out, by how often they buy it.

    It runs out as many days after the last purchase as lie between two purchases of theirs, the median. Who
    has bought it once is given the median of all purchases of the product, if there are `gaps_at_least`.
    Products of a `category` count as one; “Tea” has “Tea > Green” in it.
    """

    type = "run_out"
    label = gettext_lazy("What they bought runs out")
    hint = gettext_lazy("By how often each person buys a product, else by how often it is bought")
    days_before: int = given(
        Whole(0, MOST_DAYS_BEFORE),
        default=3,
        label=gettext_lazy("Before it runs out"),
        unit=gettext_lazy("days"),
    )
    at: str = given(TimeOfDay(), default="10:00", label=gettext_lazy("Time of day"))
    product: str | None = given(Text(100), default=None, label=gettext_lazy("Only this product (code)"))
    category: str | None = given(Text(200), default=None, label=gettext_lazy("Only this category"))
    gaps_at_least: int = given(
        Whole(1, 1_000),
        default=5,
        label=gettext_lazy("Repeat purchases of a product from which its median counts"),
    )

    def check(self) -> None:
        if self.product is not None and self.category is not None:
            raise Unfit(_("product and category cannot be combined: choose one of them"))

    def next_at(self, after: datetime, zone: ZoneInfo) -> datetime | None:
        return Schedule(every="day", at=self.at).next_at(after, zone)

    def candidates(self, at: datetime, zone: ZoneInfo, since: datetime) -> Query:
        today = at.astimezone(zone).date()
        days = [max(since.astimezone(zone).date(), today - LATE), today]
        params = [str(zone), at, self.gaps_at_least, self.days_before, *days]
        if self.product is not None:
            sql = RUNNING_OUT.format(thing=BY_ITSELF, only=ONE)
            return Query(sql, [*params[:2], self.product, *params[2:]])
        if self.category is not None:
            sql = RUNNING_OUT.format(thing="%s", only=OF_CATEGORY)
            return Query(sql, [self.category, *params[:2], self.category, self.category, *params[2:]])
        return Query(RUNNING_OUT.format(thing=BY_ITSELF, only=""), params)

    def words(self) -> str:
        said = {"what": self._what(), "time": duration(self.days_before * MINUTES_OF_A_DAY), "at": self.at}
        if self.days_before == 0:
            return _("%(what)s runs out: on the day, at %(at)s") % said
        return _("%(what)s runs out: %(time)s before, at %(at)s") % said

    def _what(self) -> str:
        if self.product is not None:
            return products.names([self.product]).get(self.product, self.product)
        return self.category or _("what they bought")
