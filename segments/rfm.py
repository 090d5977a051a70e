"""Classes of buyers by recency, frequency and money: one to five each, by the client's own bounds."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts import activity
from accounts.models import User
from events import versions
from segments.errors import NoBuyers, UnfitBounds
from segments.leaves import Moment, Query
from segments.models import RfmSettings
from shops.models import ShopSettings

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TOPIC = "rfm"
SCORES = (1, 2, 3, 4, 5)
BOUNDS = ("recency_days", "orders", "amounts")
LONGEST = 3_650  # days
LARGEST = 10**12
COUNTED = "NOT placed.is_test AND placed.status NOT IN ('cancelled', 'returned')"
AS_NUMBERS = """ARRAY(SELECT each::numeric
  FROM jsonb_array_elements_text({}) WITH ORDINALITY AS bound (each, nth) ORDER BY nth)"""
# Of each buyer, three scores. What has braces is put in by `scored`; every value is a parameter.
SCORED = """
SELECT {who} AS {name},
  5 - width_bucket((%s::date - (max(placed.placed_at) AT TIME ZONE %s)::date)::numeric, {recency_days})
    AS recency,
  1 + width_bucket(count(*)::numeric, {orders}) AS frequency,
  1 + width_bucket(sum(placed.total - placed.refunded), {amounts}) AS money,
  sum(placed.total - placed.refunded) AS amount
FROM shops_order placed {joined}
WHERE {counted} AND placed.placed_at >= (%s::date - {within_days})::timestamp AT TIME ZONE %s
GROUP BY {who}"""
CELLS = """
SELECT recency, frequency, count(*), count(friend.id), sum(amount), sum(money) FROM ({}) AS buyer
LEFT JOIN linking_link link ON link.customer_id = buyer.customer_id AND link.unlinked_at IS NULL
LEFT JOIN friends_friend friend ON friend.id = link.friend_id AND friend.status = 'friend'
GROUP BY recency, frequency"""
FIFTHS = f"""
SELECT percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY days),
  percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY orders),
  percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY amount)
FROM (
  SELECT %s::date - (max(placed_at) AT TIME ZONE %s)::date AS days, count(*) AS orders,
    sum(total - refunded) AS amount
  FROM shops_order placed WHERE {COUNTED} AND placed_at >= (%s::date - %s)::timestamp AT TIME ZONE %s
    AND customer_id IS NOT NULL
  GROUP BY customer_id) AS buyer"""  # noqa: S608  (our own constant)


@dataclass(frozen=True)
class Bounds:
    """Four bounds between the five classes of each, in rising order, of orders of the last `within_days`.

    Who ordered last fewer days ago than the first of `recency_days` has recency 5; who has as many `orders`
    as the last, or more, has frequency 5, and so with `amounts` and money.
    """

    within_days: int
    recency_days: list[int]
    orders: list[int]
    amounts: list[int]

    def check(self) -> Self:
        """Raises UnfitBounds."""
        if not 1 <= self.within_days <= LONGEST:
            raise UnfitBounds(problem=_("the days looked at must be 1 to 3,650"))
        told = {_("Recency"): self.recency_days, _("Frequency"): self.orders, _("Money"): self.amounts}
        for name, bounds in told.items():
            if len(bounds) != len(SCORES) - 1 or list(bounds) != sorted(set(bounds)):
                raise UnfitBounds(
                    problem=_("%(name)s: four numbers, each larger than the one before") % {"name": name}
                )
            if not 1 <= bounds[0] <= bounds[-1] <= LARGEST:
                raise UnfitBounds(problem=_("%(name)s: the numbers must be 1 or more") % {"name": name})
        if self.recency_days[-1] > self.within_days:
            raise UnfitBounds(problem=_("Recency: no bound can be larger than the days looked at"))
        return self


@dataclass(frozen=True)
class Cell:
    """Customers with the same recency and frequency; `friends` of them are reached in LINE."""

    customers: int
    friends: int
    amount: Decimal  # on average
    money: float  # the score, on average


@dataclass(frozen=True)
class Class:
    """A class of buyers as marketers name it: some recencies together with some frequencies."""

    label: "StrOrPromise"
    why: "StrOrPromise"
    recency: tuple[int, ...]
    frequency: tuple[int, ...]

    def cells(self) -> list[tuple[int, int]]:
        return [(recency, frequency) for recency in self.recency for frequency in self.frequency]


# Every buyer is in exactly one of them.
CLASSES = {
    "champions": Class(
        _("Champions"), _("Bought lately and often. Thank them, show them new things first."), (4, 5), (4, 5)
    ),
    "loyal": Class(
        _("Loyal customers"),
        _("Come back again and again. Offer what goes with what they have."),
        (3, 4, 5),
        (3,),
    ),
    "steady": Class(
        _("Steady customers"),
        _("Bought often, though not just now. Remind them of what they like."),
        (3,),
        (4, 5),
    ),
    "promising": Class(
        _("Promising customers"),
        _("Bought lately, and not for the first time. Lead them to the next order."),
        (4, 5),
        (2,),
    ),
    "new": Class(
        _("New buyers"),
        _("Ordered once, not long ago. Help them to a good beginning and a second order."),
        (4, 5),
        (1,),
    ),
    "attention": Class(
        _("Customers who need attention"),
        _("Few orders, and the last some time ago. A reason to come back helps."),
        (3,),
        (1, 2),
    ),
    "at_risk": Class(
        _("Customers at risk"),
        _("Used to buy often and have not for long. Ask them back before they are gone."),
        (2,),
        (3, 4, 5),
    ),
    "lost": Class(
        _("Lost regulars"),
        _("Bought often once. Worth a strong offer, or the question why they left."),
        (1,),
        (3, 4, 5),
    ),
    "dormant": Class(
        _("Dormant customers"),
        _("Bought seldom and long ago. Write rarely, and only with something good."),
        (1, 2),
        (1, 2),
    ),
}


def present() -> Bounds:
    """The client's bounds; those that hold by default if it has set none."""
    row = RfmSettings.objects.filter(pk=1).first()
    if row is None:
        return default(ShopSettings.present().currency)
    return Bounds(row.within_days, row.recency_days, row.orders, row.amounts)


def default(currency: str) -> Bounds:
    unit = 1 if currency in ("JPY", "KRW") else 100
    amounts = [each // unit for each in (5_000, 10_000, 30_000, 100_000)]
    return Bounds(365, [30, 90, 180, 270], [2, 3, 5, 10], amounts)


@transaction.atomic
def change(bounds: Bounds, *, by: User | None = None) -> Bounds:
    """Let these hold from now on, in every segment. Raises UnfitBounds."""
    bounds.check()
    row, _is_new = RfmSettings.objects.update_or_create(pk=1, defaults=asdict(bounds))
    activity.record("rfm.changed", row, by=by)
    versions.touch(TOPIC)
    return bounds


def propose(within_days: int) -> Bounds:
    """Bounds that put a fifth of the buyers into each class, as far as they differ. Raises NoBuyers."""
    moment = Moment.present()
    today, zone = _today(moment), str(moment.zone)
    with connection.cursor() as cursor:
        cursor.execute(FIFTHS, [today, zone, today, within_days, zone])
        days, orders, amounts = cursor.fetchone()
    if days is None:
        raise NoBuyers
    recency = _rising([day + 1 for day in days])
    # Where most buyers are of yesterday, the bounds pushed up still have to lie within the days looked at.
    return Bounds(
        max(within_days, recency[-1]),
        recency,
        _rising([number + 1 for number in orders]),
        _rising([int(amount) for amount in amounts]),
    )


def _rising(numbers: list[int]) -> list[int]:
    """The same numbers, each at least one more than the one before and none below 1."""
    found = [0]
    for number in numbers:
        found.append(max(number, found[-1] + 1))
    return found[1:]


def table(bounds: Bounds) -> dict[tuple[int, int], Cell]:
    """The buyers by recency and frequency, as these bounds would have them."""
    scored = _scored("placed.customer_id", "customer_id", "", Moment.present(), bounds)
    with connection.cursor() as cursor:
        cursor.execute(CELLS.format(scored.sql), scored.params)
        return {
            (recency, frequency): Cell(
                customers, friends, round(amount / customers), float(score / customers)
            )
            for recency, frequency, customers, friends, amount, score in cursor.fetchall()
        }


def scores_of_friends(moment: Moment) -> Query:
    """`friend_id`, `recency`, `frequency`, `money` of each friend who is a buyer, by the bounds that hold.

    The bounds are read in the same statement, so that scores are never of older bounds than the data's
    version says.
    """
    joined = "JOIN linking_link link ON link.customer_id = placed.customer_id AND link.unlinked_at IS NULL"
    return _scored("link.friend_id", "friend_id", joined, moment, None)


def _scored(who: str, name: str, joined: str, moment: Moment, bounds: Bounds | None) -> Query:
    given = asdict(bounds or default(ShopSettings.present().currency))
    lists = {each: AS_NUMBERS.format(_value(each, "jsonb", bounds)) for each in BOUNDS}
    within = _value("within_days", "int", bounds)
    told = SCORED.format(who=who, name=name, joined=joined, counted=COUNTED, within_days=within, **lists)
    today, zone = _today(moment), str(moment.zone)
    values = [json.dumps(given[each]) for each in BOUNDS]
    return Query(told, [today, zone, *values, today, given["within_days"], zone])


def _value(column: str, type_: str, bounds: Bounds | None) -> str:
    """A value of these bounds in SQL; without them what the client has set, or else the default."""
    given = f"%s::{type_}"
    return given if bounds else f"coalesce((SELECT {column} FROM segments_rfmsettings WHERE id = 1), {given})"  # noqa: S608


def _today(moment: Moment) -> date:
    return moment.now.astimezone(moment.zone).date()
