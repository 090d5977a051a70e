"""Leaves about purchases of products and of categories, and about when they will be used up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segments.kinds import Number, Rows, Text, Unfit, Whole
from segments.leaves import SHOP, Leaf, Moment, Query, given, register
from segments.types import windows
from segments.types.measures import Measure, exact, having, take_nothing
from segments.types.occurrences import both, rows
from segments.types.windows import Timed, spaced
from shops import products
from shops.models import Product, ShopSettings
from shops.words import money

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BOUGHT = Query("event.type = 'bought'", [])
MOST_PRODUCTS = 100
MOST_OPTIONS = 500
MOST_TIMES = 10_000
LONGEST = 36_500  # days: beyond it a date is out of the calendar's reach
LEVELS = (" > ", ">")  # between a category and one below it
# Of products named by code, their variants too. A code that no product has is asked for all the same.
CODES = """SELECT product.code FROM shops_product product
LEFT JOIN shops_product whole ON whole.id = product.parent_id
WHERE product.code = ANY(%s::text[]) OR whole.code = ANY(%s::text[])
UNION ALL SELECT unnest(%s::text[])"""
IN_CATEGORY = "({column} = %s OR starts_with({column}, %s) OR starts_with({column}, %s))"
# Where an order did not tell the category, it is the one of the product, or of what it is a variant of.
CODES_OF_CATEGORY = f"""SELECT product.code FROM shops_product product
LEFT JOIN shops_product whole ON whole.id = product.parent_id
WHERE {IN_CATEGORY.format(column="coalesce(nullif(product.category, ''), whole.category)")}"""  # noqa: S608
AMOUNTS = {"amount_at_least", "amount_at_most", "average_at_least", "average_at_most"}
TIMES = "count(DISTINCT coalesce(bought_in, row_id::text))"
QUANTITY = "coalesce(sum(CASE WHEN jsonb_typeof(quantity) = 'number' THEN quantity::numeric ELSE 1 END), 0)"
AMOUNT = "coalesce(sum(CASE WHEN jsonb_typeof(amount) = 'number' THEN amount::numeric END), 0)"


def products_known() -> "list[tuple[object, StrOrPromise]]":
    """Products and variants that changed last, by code."""
    found = Product.objects.select_related("parent").order_by("-shop_updated_at")[:MOST_OPTIONS]
    return [(product.code, str(product)) for product in found]


def categories_known() -> "list[tuple[object, StrOrPromise]]":
    """Categories of products, and those above them."""
    told = Product.objects.exclude(category="").values_list("category", flat=True).distinct()[:MOST_OPTIONS]
    found = {above for category in told for above in _and_above(category)}
    return [(category, category) for category in sorted(found)]


def _and_above(category: str) -> list[str]:
    parts = category.split(LEVELS[0])
    return [LEVELS[0].join(parts[:depth]) for depth in range(1, len(parts) + 1)]


def of_products(codes: list[str]) -> Query:
    return Query(f"(event.properties ->> 'product') IN ({CODES})", [codes] * 3)


def of_category(category: str) -> Query:
    below = [category, *(f"{category}{level}" for level in LEVELS)]
    told = IN_CATEGORY.format(column="(event.properties ->> 'category')")
    sql = (
        f"({told} OR (event.properties ->> 'category' IS NULL"
        f" AND (event.properties ->> 'product') IN ({CODES_OF_CATEGORY})))"
    )
    return Query(sql, below * 2)


class AboutProducts(Leaf):
    """For leaves that name products by code."""

    products: list[str] | None

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        codes = {code for leaf in leaves for code in leaf.products or ()}
        return {"names": products.names(codes) if codes else {}, "currency": currency_of(leaves)}

    def _product_words(self, known: dict) -> str:
        return _(" or ").join(known["names"].get(code, code) for code in self.products or ())


@register
@dataclass(frozen=True)
class Bought(Timed, AboutProducts):
    """Friends who bought a product, one of several, or of a category: so often, so many, or for so much.

    A product stands for its variants too, a category for those below it. Lines of one order are one time. A
    cancelled order was no purchase. Who never bought has 0 of all, and is among those sought if every bound
    allows 0: at most 0 times is "never".
    """

    type = "bought"
    label = gettext_lazy("Bought")
    hint = gettext_lazy("A product or category: how often, how many, for how much")
    group = SHOP
    fresh = {"times_at_least": 1, "within_days": 90}
    products: list[str] | None = given(
        Rows(Text(Product.CODE_LENGTH), 1, MOST_PRODUCTS),
        default=None,
        label=gettext_lazy("One of these products"),
        options=products_known,
    )
    category: str | None = given(
        Text(200), default=None, label=gettext_lazy("Or of the category"), options=categories_known
    )
    times_at_least: int | None = given(
        Whole(1, MOST_TIMES), default=None, label=gettext_lazy("Times (at least)"), unit=gettext_lazy("times")
    )
    times_at_most: int | None = given(
        Whole(0, MOST_TIMES), default=None, label=gettext_lazy("Times (at most)"), unit=gettext_lazy("times")
    )
    quantity_at_least: int | float | None = given(
        Number(0), default=None, label=gettext_lazy("Pieces (at least)"), unit=gettext_lazy("pieces")
    )
    quantity_at_most: int | float | None = given(
        Number(0), default=None, label=gettext_lazy("Pieces (at most)"), unit=gettext_lazy("pieces")
    )
    amount_at_least: int | float | None = given(
        Number(0),
        default=None,
        label=gettext_lazy("Amount (at least)"),
        unit=gettext_lazy("in your currency"),
    )
    amount_at_most: int | float | None = given(
        Number(0), default=None, label=gettext_lazy("Amount (at most)"), unit=gettext_lazy("in your currency")
    )
    within_days: int | None = windows.within_days()
    days_ago_at_least: int | None = windows.days_ago_at_least()
    since: str | None = windows.since()
    until: str | None = windows.until()

    def check(self) -> None:
        if self.products and self.category:
            raise Unfit(_("name products or a category, not both"), path="category")
        if not any(measure.is_asked for measure in self._measures.values()):
            raise Unfit(_("needs a number of times, pieces or an amount"))
        for name, measure in self._measures.items():
            measure.check(f"{name}_at_least", f"{name}_at_most")
        self.window.check()

    @property
    def _measures(self) -> dict[str, Measure]:
        return {
            "times": Measure(TIMES, self.times_at_least, self.times_at_most),
            "quantity": Measure(QUANTITY, self.quantity_at_least, self.quantity_at_most),
            "amount": Measure(AMOUNT, self.amount_at_least, self.amount_at_most),
        }

    @property
    def is_inverted(self) -> bool:
        return take_nothing(list(self._measures.values()))

    def query(self, moment: Moment) -> Query:
        what = both(self._what(), self.window.holds("event.at", moment))
        asked = {name: each for name, each in self._measures.items() if each.is_asked}
        if {name: (each.least, each.most) for name, each in asked.items()} in (
            {"times": (1, None)},
            {"times": (None, 0)},
        ):
            return rows(what)
        lines, params = rows(what, _columns(asked))
        fits = having(list(asked.values()))
        sql = f"SELECT friend_id FROM ({lines}) AS line GROUP BY friend_id HAVING {fits.sql}"  # noqa: S608
        return Query(sql, [*params, *fits.params])

    def _what(self) -> Query:
        if self.products:
            return both(BOUGHT, of_products(self.products))
        return both(BOUGHT, of_category(self.category)) if self.category else BOUGHT

    def topics(self) -> set[str]:
        named = {"products"} if self.products or self.category else set()
        return {"links", "events:bought"} | named

    def crossed(self, before: Moment, after: Moment) -> Query:
        return rows(both(self._what(), self.window.moved_over("event.at", before, after)))

    def words(self, known: dict) -> str:
        what = self._product_words(known) or self.category or _("anything")
        said = {"what": what, "when": self.window.words(), "how": self._bounds_words(known["currency"])}
        if self.times_at_most == 0:
            return spaced(_("never bought %(what)s %(when)s") % said)
        return spaced(_("bought %(what)s %(how)s %(when)s") % said)

    def _bounds_words(self, currency: str) -> str:
        parts = [_times_words(self.times_at_least, self.times_at_most)]
        parts.append(_pieces_words(self.quantity_at_least, self.quantity_at_most))
        parts.append(amount_words(self.amount_at_least, self.amount_at_most, currency))
        return _(", ").join(part for part in parts if part)


@register
@dataclass(frozen=True, kw_only=True)
class RunOut(AboutProducts):
    """Friends whose last purchase of a product will be used up in so many days, or was so many days ago.

    The day is that of the last purchase, by the client's calendar, and `lasts_days` for every piece of it;
    a purchase that tells no quantity is one piece. `from_days` and `to_days` count from today, both
    included; what lies behind is negative.
    """

    type = "run_out"
    label = gettext_lazy("Soon used up")
    hint = gettext_lazy("When the last purchase of a product will have been used up")
    group = SHOP
    fresh = {"lasts_days": 30, "from_days": 0, "to_days": 7}
    products: list[str] = given(
        Rows(Text(Product.CODE_LENGTH), 1, MOST_PRODUCTS),
        label=gettext_lazy("One of these products"),
        options=products_known,
    )
    lasts_days: int | float = given(
        Number(0.01, 3_650), label=gettext_lazy("One piece lasts"), unit=gettext_lazy("days")
    )
    from_days: int = given(
        Whole(-LONGEST, LONGEST),
        default=0,
        label=gettext_lazy("From, counted from today"),
        unit=gettext_lazy("days"),
    )
    to_days: int = given(
        Whole(-LONGEST, LONGEST), label=gettext_lazy("Up to, counted from today"), unit=gettext_lazy("days")
    )

    def check(self) -> None:
        if self.to_days < self.from_days:
            raise Unfit(_("the later of the two days must come last"), path="to_days")

    def query(self, moment: Moment) -> Query:
        return self._between([(self.from_days, self.to_days)], moment)

    def _between(self, stretches: list[tuple[int, int]], moment: Moment) -> Query:
        """Those who run out on a day of these stretches, counted from today."""
        bought = rows(
            both(BOUGHT, of_products(self.products)),
            Query(", event.at, event.properties -> 'quantity' AS quantity", []),
        )
        days = " OR ".join(["day BETWEEN %s::date + %s::int AND %s::date + %s::int"] * len(stretches))
        today = moment.now.astimezone(moment.zone).date()
        sql = (
            "SELECT friend_id FROM (SELECT DISTINCT ON (friend_id) friend_id,"  # noqa: S608
            " (at AT TIME ZONE %s)::date + greatest(least(floor(pieces * %s), %s), 0)::int AS day"
            f" FROM (SELECT friend_id, at, {QUANTITY} AS pieces"
            f" FROM ({bought.sql}) AS line GROUP BY friend_id, at) AS purchase"
            f" ORDER BY friend_id, at DESC) AS last WHERE {days}"
        )
        bounds = [value for begin, end in stretches for value in (today, begin, today, end)]
        return Query(sql, [str(moment.zone), exact(self.lasts_days), LONGEST, *bought.params, *bounds])

    def topics(self) -> set[str]:
        return {"links", "events:bought", "products"}

    def valid_until(self, moment: Moment) -> datetime:
        return moment.day_ends()

    def crossed(self, before: Moment, after: Moment) -> Query:
        days = (before.now.astimezone(before.zone).date() - after.now.astimezone(after.zone).date()).days
        return self._between(
            [(days + self.from_days, self.from_days - 1), (days + self.to_days + 1, self.to_days)], after
        )

    def words(self, known: dict) -> str:
        said = {"what": self._product_words(known), "lasts": self.lasts_days}
        return _("%(what)s (lasts %(lasts)s days) used up %(when)s") % (said | {"when": self._when_words()})

    def _when_words(self) -> str:
        said = {"from": self.from_days, "to": self.to_days, "more": -self.from_days, "less": -self.to_days}
        if self.from_days == self.to_days == 0:
            return _("today")
        if self.from_days == 0:
            return _("in the next %(to)s days") % said
        if self.from_days > 0:
            return _("in %(from)s to %(to)s days") % said
        if self.to_days > 0:
            return _("from %(more)s days ago to %(to)s days from now") % said
        return _("%(less)s to %(more)s days ago") % said


def _columns(measures: dict[str, Measure]) -> Query:
    told = {
        "times": ", event.properties ->> 'order' AS bought_in, event.id AS row_id",
        "quantity": ", event.properties -> 'quantity' AS quantity",
        "amount": ", event.properties -> 'amount' AS amount",
    }
    return Query("".join(told[name] for name in measures), [])


def _times_words(least: int | None, most: int | None) -> str:
    said = {"least": least, "most": most}
    if least is None:
        return _("%(most)s times or less") % said if most is not None else ""
    if most is None:
        return _("once or more") if least == 1 else _("%(least)s times or more") % said
    return _("%(least)s to %(most)s times") % said


def _pieces_words(least: float | None, most: float | None) -> str:
    said = {"least": least, "most": most}
    if least is None:
        return _("%(most)s pieces or less") % said if most is not None else ""
    return (
        _("%(least)s to %(most)s pieces") % said if most is not None else _("%(least)s pieces or more") % said
    )


def currency_of(leaves: Sequence[Leaf]) -> str:
    """The client's currency, asked for if one of the leaves tells an amount."""
    told = {name for leaf in leaves for name in leaf.as_json()}
    return ShopSettings.present().currency if told & AMOUNTS else ""


def amount_words(least: float | None, most: float | None, currency: str) -> str:
    """Bounds of an amount; "" without any."""
    said = {"least": _money(least, currency), "most": _money(most, currency)}
    if least is None:
        return _("for %(most)s or less") % said if most is not None else ""
    return _("for %(least)s to %(most)s") % said if most is not None else _("for %(least)s or more") % said


def _money(amount: float | None, currency: str) -> str:
    return "" if amount is None else money(exact(amount), currency)
