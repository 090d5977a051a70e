"""Every ready-made scenario runs: what sets it off, what the phone shows, what ends it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from coupons import redeeming
from customers.models import Customer
from events.timeline import NewEvent, record
from friends.models import Friend
from scenarios import services
from scenarios.engine import running
from scenarios.models import Entry, Scenario
from scenarios.ready import base, starting
from scenarios.ready.base import Wishes
from shops.products import upsert_products
from tests.coupons.factories import make_own_coupon, make_ticket
from tests.factories import make_coupon, make_customer, make_followers, make_link, make_order, make_product

SHOP = "https://tea.example/"
JAPAN = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=JAPAN)  # a Friday
MINUTES, HOURS, DAYS = (timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))
CART = {"products": ["tea", "cup"], "items": 2, "total": 6000, "url": "https://tea.example/cart"}


@pytest.fixture
def clock():
    """The client's morning; moved by the test."""
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def phone(clock, simulator, channel) -> Callable[[], list[str]]:
    """The texts on the phone of Aoi, who is linked to the customer C-1, in the order in which they came."""
    [aoi] = make_followers(simulator, channel, ["aoi"])
    make_link(aoi, make_customer("C-1", name="青木葵", birthday=date(1990, 11, 21)))
    make_coupon(ends_at=MORNING + 90 * DAYS)
    for code, price in {"tea": 4800, "cup": 1200}.items():
        page, picture = f"{SHOP}{code}", f"{SHOP}{code}.jpg"
        make_product(code, name=code.title(), price=price, page_url=page, picture_url=picture, stock=0)
    return lambda: simulator.texts(channel.channel_id, aoi.line_user_id)


def let_run(code: str, **more: object) -> Scenario:
    """A draft of it as one click makes it, running."""
    asked = {"language": "ja", "shop": SHOP, "coupon": "01ABC"} | more
    draft = starting.begin(base.of(code), Wishes(**asked), by=None)
    services.publish(draft, revision=draft.revision, by=None)
    return draft


def work() -> None:
    """What the worker does when it is woken, until nothing is left."""
    while running.lead_on(5):
        pass


def pass_by(clock, length: timedelta) -> None:
    clock.shift(length)
    work()


def happens(type_: str, **properties: object) -> None:
    """To the customer C-1, now."""
    customer = Customer.objects.get(number="C-1")
    record([NewEvent(type_, timezone.now(), customer_id=customer.pk, properties=properties)])
    work()


def at(clock, day: int, hour: int) -> None:
    """Go on at this hour of the client's, so many days after the beginning."""
    clock.move_to(datetime.combine(MORNING.date() + day * DAYS, time(hour), JAPAN))
    work()


def reasons() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("reason", flat=True))


def test_a_cart_is_recalled_three_times_then_it_is_over(clock, phone):
    let_run("abandoned_cart", event="cart_updated")
    happens("cart_updated", **CART)

    pass_by(clock, 59 * MINUTES)
    too_early = phone()
    counts = []
    for length in (2 * MINUTES, 23 * HOURS, 48 * HOURS):
        pass_by(clock, length)
        counts.append(len(phone()))

    assert (too_early, counts) == ([], [1, 2, 3])
    assert [text[:11] for text in phone()] == [
        "aoi様、カートに商品",
        "カートの商品は、ただい",
        "aoi様へ、カートの商",
    ]
    assert reasons() == ["finished"]


def test_an_order_stops_the_cart(clock, phone):
    let_run("abandoned_cart", event="cart_updated")
    happens("cart_updated", **CART)
    pass_by(clock, 61 * MINUTES)

    happens("order_placed", order="A-1", total=6000)
    for _ in range(4):
        pass_by(clock, DAYS)

    assert len(phone()) == 1
    assert reasons() == ["goal"]


def test_an_order_that_nobody_has_heard_of_yet_stops_the_cart_too(clock, phone):
    """It is written while the engine is about to send."""
    let_run("abandoned_cart", event="cart_updated")
    happens("cart_updated", **CART)
    clock.shift(61 * MINUTES)

    customer = Customer.objects.get(number="C-1")
    record([NewEvent("order_placed", timezone.now(), customer_id=customer.pk, properties={"order": "A-1"})])
    work()

    assert phone() == []


def test_a_cart_that_changes_begins_anew(clock, phone):
    let_run("abandoned_cart", event="cart_updated")
    happens("cart_updated", **CART)
    pass_by(clock, 50 * MINUTES)

    happens("cart_updated", **(CART | {"products": ["cup"], "items": 1}))
    pass_by(clock, 50 * MINUTES)
    early = phone()
    pass_by(clock, 11 * MINUTES)

    assert (early, len(phone())) == ([], 1)
    assert Entry.objects.latest("pk").context["products"] == ["cup"]
    assert reasons() == ["event", ""]


def test_an_emptied_cart_is_not_recalled(clock, phone):
    let_run("abandoned_cart", event="cart_updated")
    happens("cart_updated", **CART)

    clock.shift(MINUTES)
    happens("cart_updated", products=[], items=0)
    pass_by(clock, 2 * HOURS)

    assert (phone(), reasons()) == ([], ["event"])


def test_the_cart_shows_a_card_for_each_product(clock, phone, simulator, channel):
    let_run("abandoned_cart", event="cart_updated")
    happens("cart_updated", **CART)
    pass_by(clock, 61 * MINUTES)

    [*_, newest] = simulator.inbox(channel.channel_id, Friend.objects.get().line_user_id)

    assert len(newest["contents"]["contents"]) == 2
    assert "¥4,800" in str(newest)
    assert "https://tea.example/cup.jpg" in str(newest)


@pytest.mark.parametrize(
    ("code", "event", "properties", "words"),
    [
        ("order_notice", "order_placed", {"order": "A-1", "total": 6000}, "合計金額：¥6,000"),
        (
            "shipping_notice",
            "order_shipped",
            {"order": "A-1", "tracking_number": "40-1"},
            "お問い合わせ番号：40-1",
        ),
        ("points_granted", "points_granted", {"points": 120, "balance": 1840}, "現在のポイント：1840"),
    ],
)
def test_what_is_said_at_once_is_said_of_each_once(clock, phone, code, event, properties, words):
    let_run(code)

    happens(event, **properties)
    happens(event, **(properties | {"order": "A-2"}))
    pass_by(clock, DAYS)

    assert [words in text for text in phone()] == [True, True]
    assert "青木葵様" in phone()[0]
    assert reasons() == ["finished", "finished"]


def test_who_viewed_is_shown_it_the_next_evening(clock, phone):
    let_run("product_viewed")
    happens("viewed", product="tea")

    at(clock, 1, 19)
    early = phone()
    at(clock, 1, 20)
    happens("viewed", product="cup")
    at(clock, 3, 20)

    assert (early, len(phone())) == ([], 1)


def test_who_put_it_in_the_cart_is_not_shown_it_again(clock, phone):
    let_run("product_viewed")
    happens("viewed", product="tea")

    happens("carted", product="tea")
    at(clock, 1, 20)

    assert (phone(), reasons()) == ([], ["event"])


def test_a_favourite_that_is_cheaper_is_told_of_at_once(clock, phone):
    happens("favourite_added", product="tea")
    let_run("price_drop")
    work()

    pass_by(clock, HOURS)
    upsert_products([{"code": "tea", "price": 4700}])
    pass_by(clock, HOURS)
    little = phone()
    upsert_products([{"code": "tea", "price": 3800}])
    work()

    assert little == []
    assert ["お求めやすい価格" in text for text in phone()] == [True]


def test_what_is_back_in_stock_is_told_to_as_many_as_there_is_stock_for(clock, phone, simulator, channel):
    others = make_followers(simulator, channel, ["ren", "mei", "yui"])
    for place, friend in enumerate([*others, Friend.objects.get(display_name="aoi")]):
        record(
            [
                NewEvent(
                    "favourite_added",
                    MORNING + place * MINUTES - HOURS,
                    friend_id=friend.pk,
                    properties={"product": "tea"},
                )
            ]
        )
    let_run("back_in_stock")
    work()

    pass_by(clock, HOURS)
    upsert_products([{"code": "tea", "stock": 1}])
    work()

    told = [bool(simulator.texts(channel.channel_id, friend.line_user_id)) for friend in others]
    assert (told, phone()) == ([True, True, True], [])


def test_a_review_is_asked_for_a_week_after_delivery(clock, phone):
    let_run("review_request")
    happens("order_delivered", order="A-1")

    at(clock, 6, 19)
    early = phone()
    at(clock, 7, 19)

    assert (early, len(phone())) == ([], 1)


def test_nobody_is_asked_to_review_what_they_sent_back(clock, phone):
    let_run("review_request")
    happens("order_delivered", order="A-1")

    happens("order_cancelled", order="A-1")
    at(clock, 7, 19)

    assert (phone(), reasons()) == ([], ["event"])


def test_what_runs_out_is_offered_three_days_before_and_a_week_later(clock, phone):
    let_run("replenishment")
    for days in (56, 26):
        _bought("tea", MORNING - days * DAYS)
    work()

    at(clock, 1, 18)
    early = phone()
    at(clock, 1, 19)
    first = len(phone())
    at(clock, 8, 19)

    assert (early, first, len(phone())) == ([], 1, 2)


def test_who_buys_it_again_is_not_reminded(clock, phone):
    let_run("replenishment")
    for days in (56, 26):
        _bought("tea", MORNING - days * DAYS)
    work()
    at(clock, 1, 19)

    _bought("tea", timezone.now())
    at(clock, 8, 19)

    assert (len(phone()), reasons()) == (1, ["event"])


def _bought(product: str, moment: datetime) -> None:
    customer = Customer.objects.get(number="C-1")
    record(
        [NewEvent("bought", moment, customer_id=customer.pk, properties={"product": product, "quantity": 1})]
    )


def test_points_that_expire_are_told_of_and_once_more_before_the_day(clock, phone):
    let_run("points_expiring")
    happens("points_expiring", points=300, expires_at=(MORNING + 14 * DAYS).isoformat())

    counts = []
    for day, hour in ((0, 11), (0, 12), (11, 17), (11, 18), (20, 12)):
        at(clock, day, hour)
        counts.append(len(phone()))

    assert counts == [0, 1, 1, 2, 2]
    assert "300ポイント" in phone()[0]


def test_the_birthday_comes_with_a_coupon_and_is_recalled(clock, phone, simulator, channel):
    let_run("birthday")
    work()

    at(clock, 0, 23)
    before = phone()
    at(clock, 1, 10)
    [*_, newest] = simulator.inbox(channel.channel_id, Friend.objects.get().line_user_id)
    at(clock, 11, 19)

    assert before == []
    assert (newest["type"], newest["couponId"]) == ("coupon", "01ABC")
    assert [text[:7] for text in phone()] == ["青木葵様、お誕", "お誕生日のクー"]


def test_a_new_friend_is_welcomed_the_next_noon_and_three_days_later(clock, phone):
    let_run("welcome")
    record([NewEvent("followed", timezone.now(), friend_id=Friend.objects.get().pk)])
    work()

    counts = []
    for day, hour in ((1, 11), (1, 12), (4, 18), (4, 19)):
        at(clock, day, hour)
        counts.append(len(phone()))

    assert counts == [0, 1, 1, 2]


def test_who_blocks_the_account_is_out(clock, phone, simulator, channel):
    let_run("welcome")
    record([NewEvent("followed", timezone.now(), friend_id=Friend.objects.get().pk)])
    work()

    Friend.objects.update(status=Friend.Status.BLOCKED)
    at(clock, 1, 12)

    assert (phone(), reasons()) == ([], ["blocked"])


def test_friends_who_are_not_linked_are_invited_until_they_link(clock, phone, simulator, channel):
    [ren] = make_followers(simulator, channel, ["ren"])
    Friend.objects.filter(pk=ren.pk).update(followed_at=MORNING - 5 * DAYS)
    let_run("link_invitation", includes_present=True)
    work()

    at(clock, 0, 19)
    first = simulator.texts(channel.channel_id, ren.line_user_id)
    make_link(ren, make_customer())
    at(clock, 14, 19)

    assert len(first) == 1
    assert simulator.texts(channel.channel_id, ren.line_user_id) == first
    assert (phone(), len(reasons())) == ([], 1)


def test_who_slips_away_is_written_to_that_evening_and_gets_a_coupon(clock, phone):
    for days in (300, 260, 240, 215, 179):
        make_order(customer="C-1", placed_at=(MORNING - days * DAYS).isoformat())
    let_run("win_back")
    work()

    counts = []
    for day, hour in ((0, 19), (1, 0), (1, 19), (8, 19)):
        at(clock, day, hour)
        counts.append(len(phone()))

    assert counts == [0, 0, 1, 2]
    assert reasons() == ["finished"]


def test_the_sale_is_told_to_those_who_were_in_the_shop_this_week(clock, phone, simulator, channel):
    [ren] = make_followers(simulator, channel, ["ren"])
    let_run("sale_notice", at=MORNING + 2 * DAYS)
    happens("viewed", product="tea")

    pass_by(clock, DAYS)
    early = phone()
    pass_by(clock, DAYS)
    pass_by(clock, 7 * DAYS)

    assert (early, len(phone())) == ([], 1)
    assert simulator.texts(channel.channel_id, ren.line_user_id) == []


def test_whose_coupon_ends_soon_is_reminded_and_who_used_it_is_not(clock, simulator, channel):
    friends = make_followers(simulator, channel, ["aoi", "ren", "yui", "kai"])
    coupon = make_own_coupon("秋", ends_at=datetime(2026, 12, 1, tzinfo=JAPAN))
    tickets = [make_ticket(friend, coupon) for friend in friends[:3]]
    let_run("coupon_expiring", own_coupon=coupon.pk, days=3, hour="19:00", includes_present=True)
    work()

    at(clock, 7, 23)  # 27 November: three days before the last one
    early = [simulator.texts(channel.channel_id, each.line_user_id) for each in friends]
    at(clock, 8, 1)
    redeeming.redeem(tickets[1], way="scan", by=None)
    redeeming.withdraw(tickets[2], by=None)
    at(clock, 8, 19)
    at(clock, 9, 19)
    late = [simulator.texts(channel.channel_id, each.line_user_id) for each in friends]

    assert early == [[], [], [], []]
    assert [len(texts) for texts in late] == [1, 0, 0, 0]
    assert "「秋」" in late[0][0]


def test_a_coupon_of_ones_own_comes_with_the_birthday_and_who_cannot_get_it_hears_nothing(clock, phone):
    coupon = make_own_coupon("Gift", pool=["ONLY-1"])
    let_run("birthday", coupon="", own_coupon=coupon.pk)

    at(clock, 1, 10)

    assert coupon.tickets.get().code == "ONLY-1"
    assert len(phone()) == 1

    Entry.objects.all().delete()
    redeeming.withdraw(coupon.tickets.get(), by=None)
    at(clock, 366, 10)

    assert len(phone()) == 1


def test_a_stranger_to_the_shop_is_in_none_of_them(clock, phone, simulator, channel):
    """Events of a customer whom nobody is linked to reach no phone."""
    let_run("order_notice")
    stranger = make_customer("C-9")

    record([NewEvent("order_placed", timezone.now(), customer_id=stranger.pk, properties={"order": "A-9"})])
    work()

    assert (phone(), Entry.objects.count()) == ([], 0)
