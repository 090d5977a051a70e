"""What the page tag tells as conversions: orders once, whoever tells of them; pages and names as points."""

from decimal import Decimal

import pytest

from attribution import services
from attribution.counting import turns
from attribution.credits import Sums, of
from attribution.errors import NoPages, UnfitPages
from attribution.leading import Asked, By, table
from attribution.models import Credit, Point
from attribution.tag import commands
from customers.models import Customer
from events import timeline
from events.timeline import NewEvent
from segments import services as segments
from shops.models import Order, ShopSettings
from shops.orders import upsert_orders
from tests.attribution.factories import DAY, HOUR, NOON, buy, click, credited, make_buyer, tell_order
from tests.factories import make_friend
from tests.scenarios.stories import make_entry, make_send, make_version

pytestmark = pytest.mark.usefixtures("tag")
NOVEMBER = Asked(NOON.date().replace(day=1), NOON.date().replace(day=30), By.SEND)


@pytest.fixture
def tag(tenant):
    return commands.set_up(origins=["https://shop.example"], by=None)


def test_an_order_that_only_the_tag_told_of_is_an_order():
    aoi = make_friend()
    click(aoi, "broadcast:7")
    tell_order("N-1", friend=aoi)

    assert credited() == [("broadcast:7", 3_000)]
    assert of(["broadcast:7"]) == {"broadcast:7": Sums(1, 1, Decimal(3_000))}
    assert Credit.objects.filter(source__lt=0).count() == 2
    assert table(NOVEMBER).alone == Sums()


def test_an_order_of_the_tag_alone_stands_among_the_conversions(visit):
    aoi = make_friend()
    click(aoi, "broadcast:7")
    tell_order("N-1", friend=aoi, amount=4_321)
    credited()

    assert "¥4,321" in visit("marketer").read("conversions/each/")


def test_once_the_shop_tells_of_it_too_it_counts_once_as_the_shop_says():
    aoi, customer = make_buyer()
    click(aoi, "broadcast:7")
    tell_order("N-1", friend=aoi, amount=9_999)
    before = credited()
    buy(customer, NOON + 2 * HOUR, 3_000, number="N-1")

    assert before == [("broadcast:7", 9_999)]
    assert credited() == [("broadcast:7", 3_000)]
    assert Credit.objects.get(model="last").source == Order.objects.get(number="N-1").pk


def test_of_a_guests_order_the_tag_says_who_and_the_shop_says_what():
    aoi = make_friend()
    click(aoi, "broadcast:7")
    tell_order("N-1", friend=aoi, amount=9_999)
    credited()

    buy(None, NOON + 2 * HOUR, 3_000, number="N-1")
    as_a_guest = credited()
    upsert_orders([{"number": "N-1", "status": "cancelled"}])

    assert as_a_guest == [("broadcast:7", 3_000)]
    assert credited() == []


def test_an_order_of_somebody_else_by_the_shops_word_is_not_the_friends():
    aoi = make_friend()
    _other, customer = make_buyer()
    click(aoi, "broadcast:7")
    tell_order("N-1", friend=aoi)
    before = credited()

    buy(customer, number="N-1")

    assert len(before) == 1
    assert credited() == []


def test_a_customer_whom_the_shop_signed_is_credited_by_the_friend_they_are():
    aoi, number = make_buyer()
    click(aoi, "broadcast:7")
    tell_order("N-1", customer_id=Customer.objects.get(number=number).pk)

    assert credited() == [("broadcast:7", 3_000)]


def test_a_program_that_sends_such_an_event_tells_of_no_order():
    aoi = make_friend()
    click(aoi, "broadcast:7")
    properties = {"name": "purchase", "order": "N-1", "amount": 500}
    timeline.record([NewEvent("converted", NOON + HOUR, aoi.pk, None, properties, "api:1")])

    assert credited() == []


def test_amounts_in_another_currency_are_shown_apart_and_never_added():
    aoi = make_friend()
    click(aoi, "broadcast:7")
    tell_order("N-1", friend=aoi, amount=3_000)
    tell_order("N-2", friend=aoi, amount=20, currency="USD")
    tell_order("N-3", friend=aoi, amount=5, currency="USD")
    turns.catch_up()

    expected = Sums(3, 3, Decimal(3_000), (("USD", Decimal(25)),))
    assert of(["broadcast:7"]) == {"broadcast:7": expected}
    assert table(NOVEMBER).total + Sums(1, 1, Decimal(1), (("EUR", Decimal(2)),)) == Sums(
        4, 4, Decimal(3_001), (("EUR", Decimal(2)), ("USD", Decimal(25)))
    )


def test_a_shop_that_counts_in_dollars_has_its_revenue_in_dollars():
    ShopSettings.objects.create(pk=1, currency="USD")
    aoi, customer = make_buyer()
    click(aoi, "broadcast:7")
    buy(customer, total=30)
    tell_order("N-2", friend=aoi, amount=20)
    turns.catch_up()

    assert of(["broadcast:7"]) == {"broadcast:7": Sums(2, 2, Decimal(50))}
    assert set(Credit.objects.values_list("currency", flat=True)) == {"USD"}


def make_page_point(code: str = "thanks", **settings: object) -> Point:
    return services.create_point(kind="page", name=code, code=code, by=None, **settings)


def viewed(who, url: str) -> None:
    timeline.record([NewEvent("page_viewed", NOON + HOUR, who.pk, None, {"url": url})])


@pytest.mark.parametrize(
    ("pages", "url", "counts"),
    [
        ("shop.example/thanks", "https://shop.example/thanks", 1),
        ("https://shop.example/thanks/", "https://shop.example/thanks", 1),
        ("shop.example/thanks", "https://shop.example/thanks/", 1),
        ("shop.example/thanks", "https://shop.example/thanks/1", 0),
        ("shop.example/thanks*", "https://shop.example/thanks/1", 1),
        ("shop.example/thanks", "https://other.example/thanks", 0),
        ("shop.example/thanks", "https://shopXexample/thanks", 0),
        ("/thanks", "https://other.example/thanks", 1),
        ("/thanks", "https://other.example/a/thanks", 0),
        ("/*/thanks", "https://other.example/a/thanks", 1),
        ("/50%_off", "https://shop.example/50%_off", 1),
        ("/50%_off", "https://shop.example/50xxoff", 0),
        ("/完了", "https://shop.example/%E5%AE%8C%E4%BA%86", 1),
    ],
)
def test_a_page_that_is_opened_is_a_conversion(pages, url, counts):
    aoi = make_friend()
    point = make_page_point(pages=pages, value_yen=Decimal(500))
    click(aoi, "broadcast:7")
    viewed(aoi, url)

    assert credited(point) == [("broadcast:7", 500)] * counts


def test_a_conversion_by_its_name_is_worth_what_the_page_says_and_orders_are_left_to_the_orders():
    aoi = make_friend()
    point = make_page_point("contact", told_as="contact", value_yen=Decimal(100))
    click(aoi, "broadcast:7")
    for key, properties in enumerate([{"amount": 700}, {}, {"order": "N-1"}, {"name": "other"}]):
        told = {"name": "contact"} | properties
        timeline.record([NewEvent("converted", NOON + HOUR, aoi.pk, None, told, f"tag:{key}")])

    assert credited(point) == [("broadcast:7", 700), ("broadcast:7", 100)]


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({}, NoPages),
        ({"pages": "/a", "told_as": "b"}, NoPages),
        ({"pages": "shop.example/?order=1"}, UnfitPages),
        ({"pages": "thanks"}, UnfitPages),
    ],
)
def test_a_point_of_pages_that_counts_nothing_is_refused(settings, error):
    with pytest.raises(error):
        make_page_point(**settings)


def test_who_clicks_in_what_a_scenario_sent_them_as_a_try_was_not_led_by_it():
    aoi, customer = make_buyer()
    version = make_version()
    owner = f"scenario:{version.scenario_id}/step:say"
    make_send(
        make_entry(version, aoi, is_test=True, state="ended", ended_at=NOON, reason="finished"),
        accepted_at=NOON,
    )
    click(aoi, owner, NOON + HOUR)
    buy(customer, NOON + 2 * HOUR, 100)
    make_send(make_entry(version, aoi), accepted_at=NOON + 3 * HOUR)
    click(aoi, owner, NOON + 4 * HOUR)
    buy(customer, NOON + DAY, 200)

    assert credited() == [(owner, 200)]


def test_segments_find_who_viewed_a_page_a_product_or_a_category():
    aoi, _ren = make_friend(), make_friend()
    properties = {"product": "A1", "category": "shoes", "url": "https://shop.example/boots"}
    timeline.record([NewEvent("viewed", NOON, aoi.pk, None, properties)])
    timeline.record([NewEvent("category_viewed", NOON, aoi.pk, None, {"category": "shoes"})])
    viewed(aoi, "https://shop.example/boots")
    page = [{"property": "url", "op": "contains", "value": "/boots"}]

    for event, where in (("page_viewed", page), ("viewed", {"product": "A1"}), ("category_viewed", None)):
        asked = {"type": "events", "event": event, "count_at_least": 1} | ({"where": where} if where else {})
        assert set(segments.evaluate(asked)) == {aoi.pk}
