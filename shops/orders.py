"""Bringing orders up to date, whoever tells of them: the order, its timeline and the customer's totals."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import activity, board
from accounts.models import User
from customers import merging, numbers
from shops import happenings, storing, told
from shops.errors import CancelledAlready
from shops.models import Order, ShopSettings
from shops.reading import Unfit
from shops.told import Key, News

WAITING = "shop_waiting"
LOOKED_AGAIN = timedelta(minutes=1)
PORTION = 500


@dataclass
class OrderReport:
    """What an upsert did. `errors` holds the index (from 0) and the reason of each refused row."""

    created: int = 0
    updated: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def upsert_orders(rows: Iterable[dict], *, source: str = "shop", is_all: bool = False) -> OrderReport:
    """Bring orders up to date by `source` and `number`; good rows go in, bad ones are reported.

    A row has what JSON can hold: `number`, `source`, `customer` (number in the client's books, null:
    nobody's), `placed_at`, `updated_at` (ISO 8601 with offset; now if left out), `status`, `currency`,
    `total`, `refunded`, `discount`, `shipping`, `tax` (numbers, or texts such as "1980.50"), `lines` (each
    `product`, `name`, `category`, `quantity`, `amount`), `coupon_code`, `tracking_number`, `is_test`,
    `shipped_at`, `delivered_at`, `cancelled_at`. A new order needs `number`, `placed_at` and `total`; what a
    row lacks stays as it is, null makes it empty.

    Of each field the newest word by `updated_at` counts, in whatever order rows come and however often; an
    order may stand in several rows. Rows that change nothing count neither as created nor as updated.
    An order of a customer who is not in the books yet waits for them.

    When it was shipped, delivered or cancelled is the earliest that was said of it; with `is_all` what the
    newest row says of that is all there is: a source that knows better takes it back.
    """
    merging.hold_off()
    report = OrderReport()
    if told_of := _read(rows, source, report, is_all=is_all):
        _write(told_of, report)
    return report


@transaction.atomic
def cancel_order(order: Order, *, by: User | None = None) -> Order:
    """Take an order as cancelled from now on. Raises CancelledAlready.

    A newer word of the shop brings it back.
    """
    merging.hold_off()
    order = Order.objects.select_for_update().get(pk=order.pk)
    if order.status == Order.Status.CANCELLED:
        raise CancelledAlready(number=order.number)
    upsert_orders([{"number": order.number, "source": order.source, "status": "cancelled"}])
    activity.record("order.cancelled", order, by=by)
    order.refresh_from_db()
    return order


def join_waiting() -> bool:
    """Give orders to customers who have come into the books since; whether some still wait."""
    after = ""
    while waiting := storing.waiting_numbers(after, PORTION):
        after = waiting[-1]
        if known := numbers.find(waiting):
            _give(set(known))
    return Order.objects.waiting().exists()


@transaction.atomic
def _give(customer_numbers: set[str]) -> None:
    merging.hold_off()
    people = storing.hold_people(customer_numbers)
    rows = Order.objects.waiting().filter(customer_number__in=people)
    orders = list(rows.select_for_update(no_key=True).order_by("source", "number"))
    for order in orders:
        order.customer_id = people[order.customer_number]
    storing.store([], orders, gone=set(), customers=set())


def _read(rows: Iterable[dict], source: str, report: OrderReport, *, is_all: bool) -> dict[Key, list[News]]:
    """What each order is told of."""
    now, settings = timezone.now(), ShopSettings.present()
    instant = timedelta(microseconds=1)  # of rows that name no time, the later one in the list is the newer
    told_of: dict[Key, list[News]] = defaultdict(list)
    for index, row in enumerate(rows):
        try:
            at = now + index * instant
            news = told.read(row, index, source=source, now=at, settings=settings, is_all=is_all)
            told_of[news.key].append(news)
        except Unfit as error:
            report.errors.append((index, str(error)))
    return told_of


def _write(told_of: dict[Key, list[News]], report: OrderReport) -> None:
    named = {news.values.get("customer_number", "") for each in told_of.values() for news in each}
    people = storing.hold_people(named - {""})
    known = storing.lock_orders(told_of)
    new = _begin({key: each for key, each in told_of.items() if key not in known}, people, report)
    created = storing.create(new)
    known |= storing.lock_orders(new.keys() - created.keys())  # another worker was first
    before = {key: storing.row_of(order) for key, order in known.items()}
    told_then = {key: {event.key or "" for event in happenings.of(order)} for key, order in known.items()}
    for key, order in known.items():
        _join(order, told_of[key], people)
    keys = [key for key, order in known.items() if storing.row_of(order) != before[key]]
    changed = [known[key] for key in keys]
    if created or changed:
        gone = {event for key in keys for event in told_then[key]}
        customers = {before[key]["customer_id"] for key in keys}
        storing.store(list(created.values()), changed, gone=gone, customers=customers)
    if any(order.is_waiting for order in [*created.values(), *changed]):
        board.call(WAITING, timezone.now() + LOOKED_AGAIN)
    report.created = len(created)
    report.updated = sum(storing.says_other(known[key], before[key]) for key in keys)


def _begin(told_of: dict[Key, list[News]], people: dict[str, int], report: OrderReport) -> dict[Key, Order]:
    """Orders heard of for the first time. What says too little to begin one is reported."""
    settings = ShopSettings.present()
    new = {}
    for key, each in told_of.items():
        first = next((news for news in each if news.is_whole), each[0])
        try:
            new[key] = told.begin(first, settings)
        except Unfit as error:
            report.errors += [(news.index, str(error)) for news in each]
        else:
            _join(new[key], each, people)
    report.errors.sort()
    return new


def _join(order: Order, each: list[News], people: dict[str, int]) -> None:
    """Make of the order what it is by these words too."""
    number = order.customer_number
    for news in each:
        told.join(order, news)
    if order.customer_number in people:
        order.customer_id = people[order.customer_number]
    elif order.customer_number != number:
        order.customer_id = None
