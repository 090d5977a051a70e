"""Triggers by products: a price that falls, stock that comes back. Whom that concerns the timeline tells."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import orjson
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import registry
from events.registry import yen
from scenarios.engine import enrolling
from scenarios.engine.enrolling import Newcomer
from scenarios.flow import choosing
from scenarios.flow.reading import triggers
from scenarios.models import Scenario, Supply, Watch
from scenarios.triggers import admitting
from scenarios.triggers.apart import apart
from scenarios.triggers.kinds import LATE, Trigger
from segments.kinds import Choice, Listing, Number, Text, Unfit, Whole
from segments.leaves import Query, given
from segments.types import occurrences
from shops.models import Product, ProductChange
from shops.products import CHANGES

STOCK = "changed:products"  # more of what is back may come in
PRICE_DROP, RESTOCKED = "price_drop", "restocked"
CHANGE = {PRICE_DROP: gettext_lazy("Its price falls"), RESTOCKED: gettext_lazy("It is back in stock")}
KINDS = {PRICE_DROP: ProductChange.Kind.PRICE, RESTOCKED: ProductChange.Kind.RESTOCKED}
AT_ONCE = 500
MOST_ASKED = 20_000  # people of one product, the first to have asked

# Who has shown an interest in these products since, and has neither bought them nor taken it back later.
# A friend's interest and that of the customer who they are now is one; it is as old as its first sign.
INTERESTED = """
WITH goods AS (
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS goods (
        change bigint, code text, subject text, context jsonb)),
sign AS MATERIALIZED (
    SELECT goods.change, goods.subject, goods.context, event.at,
           coalesce(event.friend_id, theirs.friend_id) AS friend_id,
           coalesce(event.customer_id, own.customer_id) AS customer_id
    FROM events_event event JOIN goods ON event.properties ->> 'product' = goods.code
    LEFT JOIN linking_link theirs
        ON event.friend_id IS NULL AND theirs.customer_id = event.customer_id AND theirs.unlinked_at IS NULL
    LEFT JOIN linking_link own
        ON event.customer_id IS NULL AND own.friend_id = event.friend_id AND own.unlinked_at IS NULL
    WHERE event.type = ANY(%s) AND event.at >= %s),
wish AS (
    SELECT change, subject, context, friend_id,
           CASE WHEN friend_id IS NULL THEN customer_id END AS nobodys_customer,
           max(customer_id) AS customer_id, min(at) AS at
    FROM sign WHERE NOT EXISTS (
        SELECT FROM goods JOIN events_event event ON event.properties ->> 'product' = goods.code
        WHERE goods.change = sign.change AND event.type IN ('bought', 'favourite_removed')
          AND event.at >= sign.at
          AND (event.friend_id = sign.friend_id OR event.customer_id = sign.customer_id))
      {unserved}
    GROUP BY change, subject, context, friend_id, nobodys_customer)
SELECT wish.friend_id, wish.customer_id, wish.subject, wish.context,
       %s || wish.change || ':' || coalesce('f' || wish.friend_id, 'c' || wish.customer_id) {mark}
FROM wish"""
# An interest is served once: whoever came in for the product since is not asked again for the same.
UNSERVED = """AND NOT EXISTS (
    SELECT FROM scenarios_entry entry
    WHERE entry.scenario_id = %s AND entry.friend_id IS NOT DISTINCT FROM sign.friend_id
      AND (sign.friend_id IS NOT NULL OR entry.customer_id = sign.customer_id)
      AND entry.context ->> 'product' = sign.subject AND entry.entered_at >= sign.at AND NOT entry.is_test)"""


@triggers.register
@dataclass(frozen=True)
class ProductNews(Trigger):
    """The price of a product falls, or it is back in stock: lets in who has shown an interest in it.

    `interest` are types of events about a product (“viewed”, “favourite_added”, one of your own for those
    who ask to be told), not older than `within_days`; who has bought it since, or taken it off the
    favourites, is left out. A variant concerns those interested in it or in its product as a whole.

    Of what is back in stock so many times as many people come in as there are pieces (`stock_factor`), the
    first to have asked first; the others come in when more comes.
    """

    type = "product"
    label = gettext_lazy("News of a product")
    hint = gettext_lazy("A lower price, or back in stock: for those who were interested in it")
    change: str = given(
        Choice(tuple(CHANGE)), label=gettext_lazy("What happens"), options=lambda: list(CHANGE.items())
    )
    interest: list[str] = given(
        Listing(Text(60)), label=gettext_lazy("For whom"), options=occurrences.known_types
    )
    within_days: int = given(
        Whole(1, 730),
        default=90,
        label=gettext_lazy("Interested within the last"),
        unit=gettext_lazy("days"),
    )
    percent_at_least: float | None = given(
        Number(0.1, 100), default=None, label=gettext_lazy("Cheaper by at least"), unit="%"
    )
    amount_at_least: float | None = given(
        Number(0.01), default=None, label=gettext_lazy("Cheaper by at least (amount)")
    )
    stock_factor: float | None = given(
        Number(0.01, 1_000), default=None, label=gettext_lazy("At most so many people per piece")
    )

    @classmethod
    def shaped(cls, said: Mapping, look_up: Callable) -> dict[str, dict | None]:
        interest = {"interest": choosing.some_of(occurrences.known_types, look_up)}
        if said.get("change") == RESTOCKED:
            return interest | {"percent_at_least": None, "amount_at_least": None}
        return interest | {"stock_factor": None}

    def check(self) -> None:
        is_price = self.change == PRICE_DROP
        if is_price and self.stock_factor is not None:
            raise Unfit(_("stock_factor goes with restocked"))
        if not is_price and (self.percent_at_least, self.amount_at_least) != (None, None):
            raise Unfit(_("percent_at_least and amount_at_least go with price_drop"))

    def topics(self) -> set[str]:
        return {CHANGES, STOCK} if self.stock_factor is not None else {CHANGES}

    def fits(self, change: ProductChange) -> bool:
        """Whether it is a change of this kind, and large enough."""
        if change.kind != KINDS[self.change]:
            return False
        if self.change == RESTOCKED:
            return True
        fall = change.old - change.new
        return (
            fall > 0
            and fall >= Decimal(str(self.amount_at_least or 0))
            and fall * 100 >= change.old * Decimal(str(self.percent_at_least or 0))
        )

    def interested(self, goods: list[dict], now: datetime, *, of: Scenario | None = None) -> Query:
        """Candidates; with `of` only for interests that have not let anybody in there, oldest first."""
        types = sorted({registry.canonical(type_) for type_ in self.interest})
        asked = [orjson.dumps(goods).decode(), types, now - timedelta(days=self.within_days)]
        unserved, mark = (UNSERVED, "|| ':' || wish.at") if of else ("", "")
        sql = INTERESTED.format(unserved=unserved, mark=mark)
        order = " ORDER BY wish.at, wish.friend_id, wish.customer_id LIMIT %s" if of else ""
        params = [*asked, *([of.pk] if of else []), f"product:{self.change}:", *([MOST_ASKED] if of else [])]
        return Query(sql + order, params)

    def words(self) -> str:
        labels = occurrences.labels_of(self.interest)
        said = {"who": _(", ").join(labels[each] for each in self.interest), "by": self._by()}
        if self.change == RESTOCKED:
            return _("Back in stock: %(who)s") % said
        return (_("Cheaper by %(by)s or more: %(who)s") if said["by"] else _("Cheaper: %(who)s")) % said

    def _by(self) -> str:
        said = [f"{self.percent_at_least:g}%"] if self.percent_at_least else []
        return _(", ").join(said + ([str(yen(self.amount_at_least))] if self.amount_at_least else []))


def see(news: Iterable[tuple[Watch, ProductNews]], change_ids: list[int], now: datetime) -> None:
    """Let in who is interested in what has changed, in the caller's transaction."""
    changes = list(ProductChange.objects.filter(pk__in=change_ids).select_related("product__parent"))
    for watch, trigger in news:
        earliest = max(watch.since, now - LATE)
        concerned = [each for each in changes if each.at >= earliest and trigger.fits(each)]
        with apart(watch.pk):
            if trigger.stock_factor is not None:
                _restock(watch, trigger, concerned, now)
            elif concerned:
                goods = [each for change in concerned for each in _goods(change)]
                admitting.propose(watch.scenario_id, trigger.interested(goods, now), now)


def _restock(watch: Watch, trigger: ProductNews, changes: list[ProductChange], now: datetime) -> None:
    """Note what came in, and let in as many as there is room for; two workers take turns."""
    list(Watch.objects.select_for_update().filter(pk=watch.pk).values("pk"))
    back: dict[int, int] = {change.product_id: int(change.new) for change in sorted(changes, key=_number)}
    new = [Supply(scenario=watch.scenario, product_id=pk) for pk in back]
    Supply.objects.bulk_create(new, ignore_conflicts=True)
    supplies = Supply.objects.filter(scenario=watch.scenario).select_related("product__parent")
    has_changed = Q(product__in=back) | ~Q(stock=Coalesce("product__stock", 0))
    for supply in supplies.filter(has_changed).order_by("pk"):
        if _has_grown(supply, back.get(supply.product_id)):
            supply.told += _tell(supply, trigger, now)
        supply.save(update_fields=["came", "stock", "told"])


def _number(change: ProductChange) -> int:
    return change.pk


def _has_grown(supply: Supply, back: int | None) -> bool:
    """Bring it up to date. What was sold out made room for nobody: it begins anew with what is back."""
    if back is not None:
        supply.came, supply.told, supply.stock = back, 0, back
    stock = supply.product.stock or 0
    more = max(stock - supply.stock, 0)
    supply.came, supply.stock = supply.came + more, stock
    return back is not None or more > 0


def _tell(supply: Supply, trigger: ProductNews, now: datetime) -> int:
    """Let in whoever is next, as far as there is room; how many."""
    assert trigger.stock_factor is not None  # noqa: S101  (asked only of triggers that have one)
    room = int(supply.came * Decimal(str(trigger.stock_factor))) - supply.told
    if room <= 0:
        return 0
    goods = list(_restocked_goods(supply))
    with connection.cursor() as cursor:
        cursor.execute(*trigger.interested(goods, now, of=supply.scenario))
        waiting = cursor.fetchall()
    told = 0
    while waiting and told < room:
        some = waiting[: min(AT_ONCE, room - told)]
        del waiting[: len(some)]
        told += len(enrolling.enter(supply.scenario, [_newcomer(row, now) for row in some], now=now))
    return told


def _newcomer(row: tuple, now: datetime) -> Newcomer:
    friend_id, customer_id, subject, context, key = row
    return Newcomer(friend_id, customer_id, subject, orjson.loads(context), key, now)


def _goods(change: ProductChange) -> Iterator[dict]:
    """The codes by which people know what has changed."""
    said = {"price": change.new, "price_before": change.old} if change.kind == KINDS[PRICE_DROP] else {}
    context = _context(change.product) | {name: _plain(value) for name, value in said.items()}
    return _coded(change.product, change.pk, context)


def _restocked_goods(supply: Supply) -> Iterator[dict]:
    return _coded(supply.product, supply.product_id, _context(supply.product))


def _coded(product: Product, number: int, context: dict) -> Iterator[dict]:
    codes = {product.code}
    codes |= {product.parent.code} if product.parent else set(product.variants.values_list("code", flat=True))
    for code in sorted(codes):
        yield {"change": number, "code": code, "subject": product.code, "context": context}


def _context(product: Product) -> dict:
    told = {"product": product.code, "name": str(product), "url": product.page_url}
    return {name: value for name, value in told.items() if value}


def _plain(amount: Decimal) -> int | float:
    return int(amount) if amount == int(amount) else float(amount)
