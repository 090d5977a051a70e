"""Ready-made scenarios: whole, within LINE's limits, in both languages, and one click from a draft."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from composing.cards.reading import cards_of
from composing.content import named_variables
from events.timeline import NewEvent, record
from friends.models import Friend
from scenarios.flow import checking, reading
from scenarios.flow.steps import Send
from scenarios.models import Scenario
from scenarios.ready import base, sample, starting
from scenarios.ready.base import Ready, Wishes
from scenarios.texts import checking as text_checking
from scenarios.texts import repeating
from tests.coupons.factories import make_own_coupon
from tests.factories import make_coupon, make_customer, make_friend, make_link, make_product

SHOP = "https://shop.example/"
GALLERY = "scenarios/ready/"
ALL = [each for entries in base.sections().values() for each in entries]
every_one = pytest.mark.parametrize("ready", ALL, ids=lambda ready: ready.code)
both_languages = pytest.mark.parametrize("language", ["ja", "en"])


def wishes(language: str = "ja", **more: object) -> Wishes:
    return Wishes(**({"language": language, "shop": SHOP, "coupon": "01ABC"} | more))


def sends(ready: Ready, asked: Wishes) -> list[Send]:
    flow = reading.parse(ready.flow(asked))
    return [step for _path, step in flow.walk() if isinstance(step, Send)]


def is_japanese(text: str) -> bool:
    return any("\u3040" <= letter <= "\u30ff" for letter in text)


def test_there_is_one_for_each_moment_that_shops_ask_for():
    assert [each.code for each in ALL] == [
        "abandoned_cart",
        "product_viewed",
        "price_drop",
        "back_in_stock",
        "order_notice",
        "shipping_notice",
        "review_request",
        "replenishment",
        "points_granted",
        "points_expiring",
        "birthday",
        "coupon_expiring",
        "welcome",
        "link_invitation",
        "win_back",
        "sale_notice",
    ]


@both_languages
@every_one
def test_nothing_keeps_it_from_running(tenant, ready, language):
    make_coupon()

    flow = reading.parse(ready.flow(wishes(language)))

    assert [each.text for each in checking.findings(flow) if each.stops] == []


@every_one
def test_only_the_coupon_is_left_to_be_chosen(tenant, ready):
    flow = reading.parse(ready.flow(wishes(coupon="")))

    stopping = [each for each in checking.findings(flow) if each.stops]

    assert bool(stopping) == ready.has_coupon
    assert all("coupon" in str(flow.as_json()["steps"][_place(each.path)]) for each in stopping)


def _place(path: str) -> int:
    return int(path.removeprefix("steps[").partition("]")[0])


@both_languages
@every_one
def test_line_takes_what_it_says_of_whom_nothing_is_known_and_of_a_cart_that_is_full(tenant, ready, language):
    for step in sends(ready, wishes(language)):
        text_checking.check(step.messages)
        for message in step.messages:
            assert is_japanese(json.dumps(message, ensure_ascii=False)) == (language == "ja") or (
                message["type"] == "coupon"
            )


@every_one
def test_both_languages_do_the_same(tenant, ready):
    japanese, english = (ready.flow(wishes(language)) for language in ("ja", "en"))

    def without_texts(flow: dict) -> dict:
        steps = [
            {name: value for name, value in step.items() if name != "messages"} for step in flow["steps"]
        ]
        return flow | {"steps": steps}

    assert without_texts(japanese) == without_texts(english)
    for here, there in zip(sends(ready, wishes("ja")), sends(ready, wishes("en")), strict=True):
        assert named_variables(here.messages) == named_variables(there.messages)


@every_one
def test_its_cards_open_in_the_form_of_cards(tenant, ready):
    for step in sends(ready, wishes()):
        for message in step.messages:
            if message["type"] == "flex" and not repeating.repeats([message]):
                assert cards_of(message["contents"]) is not None


@every_one
def test_who_blocks_or_buys_is_left_alone(tenant, ready):
    flow = reading.parse(ready.flow(wishes()))

    hints = {each.code for each in checking.findings(flow)}

    assert not hints & {"no_exit_blocked", "no_exit_bought"} or ready.code == "sale_notice"


def test_only_notices_of_orders_come_at_night(tenant):
    flows = {ready.code: reading.parse(ready.flow(wishes())) for ready in ALL}

    of_orders = {code for code, flow in flows.items() if flow.manners.nature == "notice"}

    assert of_orders == {"order_notice", "shipping_notice"}
    assert of_orders == {code for code, flow in flows.items() if flow.manners.ignores_quiet_hours}
    assert of_orders == {code for code, flow in flows.items() if flow.manners.priority == 1}


def test_the_sample_shows_the_clients_own_newest_product(tenant):
    make_product("old", name="Old", picture_url="https://shop.example/old.jpg", price=900)
    make_product("new", name="Tea", picture_url="https://shop.example/new.jpg", price=4800)
    ready, asked = base.of("price_drop"), wishes()

    [shot] = sample.shots(reading.parse(ready.flow(asked)), asked, {})

    assert "https://shop.example/new.jpg" in str(shot.shown.messages)
    assert "¥4,800" in str(shot.shown.messages)
    assert "{{" not in str(shot.shown.messages)


def test_the_address_of_the_shop_is_read_off_its_products(tenant):
    before = starting.shop_address()
    make_product("tea", page_url="https://tea.example/items/1?x=2")

    assert (before, starting.shop_address()) == ("", "https://tea.example/")


def test_a_second_draft_of_the_same_gets_a_number(tenant):
    ready = base.of("birthday")

    names = [starting.begin(ready, wishes("en"), by=None).name for _ in range(3)]

    assert names == ["Birthday with coupon", "Birthday with coupon 2", "Birthday with coupon 3"]


def test_the_gallery_shows_all_with_what_is_missing(visit):
    page = visit("marketer").get(GALLERY).content.decode()

    assert all(f"/scenarios/ready/{each.code}/" in page for each in ALL)
    assert "Missing: 4" in page


def test_the_gallery_asks_once_for_each_thing(visit, django_assert_max_num_queries):
    _a_shop()
    visitor, address = visit("marketer"), GALLERY
    visitor.get(address)

    with django_assert_max_num_queries(20):
        page = visitor.get(address).content.decode()

    assert page.count("badge good") == len(ALL) - 2  # orders of half a year are missing


def _a_shop() -> Friend:
    """A client that has all that scenarios need."""
    make_coupon()
    make_own_coupon(valid_days=30)
    friend, customer = make_friend("aoi"), make_customer("C-1", name="Aoi")
    make_link(friend, customer)
    make_product("tea", page_url="https://tea.example/1", picture_url="https://tea.example/1.jpg", price=800)
    told = ["cart_updated", "viewed", "favourite_added", "bought", "order_placed", "order_shipped"]
    told += ["order_delivered", "points_granted", "points_expiring"]
    record(NewEvent(each, timezone.now(), customer_id=customer.pk) for each in told)
    return friend


def test_what_is_missing_is_said_with_what_to_do(visit):
    page = visit("marketer").get("scenarios/ready/shipping_notice/").content.decode()

    assert "order_shipped" in page
    assert "/connections/" in page
    assert "/id-links/" in page


def test_one_click_makes_a_draft_in_the_language_that_is_wished(visit):
    _a_shop()
    address = "scenarios/ready/price_drop/"

    answer = visit("marketer").post(address, {"language": "en", "shop": SHOP})

    draft = Scenario.objects.get()
    assert (draft.name, draft.made_of, draft.status) == ("Favourite’s price drop", "price_drop", "draft")
    assert answer.headers["Location"].endswith(f"/scenarios/{draft.pk}/")
    assert not is_japanese(json.dumps(draft.flow, ensure_ascii=False))


def test_the_cart_begins_with_what_the_shop_has_told_of(visit):
    record([NewEvent("carted", timezone.now(), customer_id=make_customer().pk)])
    page = visit("marketer").get("scenarios/ready/abandoned_cart/").content.decode()

    visit("marketer").post(
        "scenarios/ready/abandoned_cart/",
        {"language": "ja", "shop": SHOP, "event": "carted"},
    )

    assert page.index('value="carted"') < page.index('value="cart_updated"')
    assert Scenario.objects.get().flow["trigger"]["event"] == "carted"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"language": "fr", "shop": SHOP},
        {"language": "ja", "shop": "shop"},
        {"language": "ja", "shop": "javascript:alert(1)"},
        {"language": "ja", "shop": "https://例え.jp/" + "長" * 2_000},
        {"language": "ja", "shop": SHOP, "event": "unknown"},
        {"language": "ja", "shop": SHOP, "event": "carted", "coupon": "of another client"},
    ],
)
def test_what_is_no_wish_makes_no_draft(visit, body):
    answer = visit("marketer").post("scenarios/ready/abandoned_cart/", body)

    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode()
    assert not Scenario.objects.exists()


def test_a_sale_in_the_past_is_refused(visit):
    past = (timezone.localtime() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")

    answer = visit("marketer").post(
        "scenarios/ready/sale_notice/", {"language": "ja", "shop": SHOP, "at": past}
    )

    assert 'id="id_at_error"' in answer.content.decode()
    assert not Scenario.objects.exists()


def test_an_unknown_one_is_not_found(visit):
    assert visit("marketer").get("scenarios/ready/no_such/").status_code == 404


def test_who_may_only_look_makes_no_draft(visit):
    address, body = "scenarios/ready/order_notice/", {"language": "ja", "shop": SHOP}

    answers = [visit(role).post(address, body).status_code for role in ("viewer", "marketer")]

    assert answers == [403, 302]


@pytest.mark.parametrize("code", ["abandoned_cart", "birthday", "welcome", "win_back"])
@both_languages
def test_a_coupon_of_ones_own_is_given_before_it_is_told_of(tenant, code, language):
    coupon = make_own_coupon("Gift", by_address=False)
    flow = reading.parse(base.of(code).flow(wishes(language, coupon="", own_coupon=coupon.pk)))

    steps = {step.type: step for _path, step in flow.walk()}
    told = [step for step in steps["reward"].ways[0].steps if isinstance(step, Send)]

    assert [each.text for each in checking.findings(flow) if each.stops] == []
    assert f"{{{{coupon.{coupon.pk}}}}}" in json.dumps(told[0].messages)
    assert "couponId" not in json.dumps(flow.as_json())
    text_checking.check(told[0].messages)


def test_a_coupon_of_ones_own_is_chosen_beside_those_of_line(visit):
    _a_shop()
    own = make_own_coupon("Gift")
    address = "scenarios/ready/birthday/"

    page = visit("marketer").get(address).content.decode()
    visit("marketer").post(address, {"language": "en", "shop": SHOP, "coupon": f"own:{own.pk}"})

    assert "Coupons of your own" in page
    assert Scenario.objects.get().flow["steps"][0]["coupon"] == own.pk


def test_the_coupons_page_leads_to_its_reminder(visit):
    coupon = make_own_coupon("Autumn", ends_at=timezone.now() + timedelta(days=30))
    marketer, address = visit("marketer"), "scenarios/ready/coupon_expiring/"
    asked = {"language": "en", "shop": SHOP, "own_coupon": str(coupon.pk), "days": "3", "hour": "19:30"}

    before = marketer.get(f"scenarios/of-coupon/{coupon.pk}/").content.decode()
    page = marketer.get(f"{address}?own_coupon={coupon.pk}").content.decode()
    marketer.post(address, asked)
    after = marketer.get(f"scenarios/of-coupon/{coupon.pk}/").content.decode()
    flow = Scenario.objects.get().flow

    assert "Nobody is reminded yet" in before
    assert f'<option value="{coupon.pk}" selected>' in page
    assert "Coupon about to end" in after
    assert flow["trigger"]["tree"]["coupon"] == coupon.pk
    assert flow["steps"][0]["at"] == "19:30"


@pytest.mark.parametrize(
    "wrong", [{"own_coupon": "999999"}, {"own_coupon": "x"}, {"days": "-1"}, {"days": "7"}, {"hour": "25:00"}]
)
def test_a_reminder_that_makes_no_sense_is_refused(visit, wrong):
    coupon = make_own_coupon(valid_days=7)
    good = {"language": "en", "shop": SHOP, "own_coupon": str(coupon.pk), "days": "3", "hour": "19:30"}
    address = "scenarios/ready/coupon_expiring/"

    refused = visit("marketer").post(address, good | wrong)
    none = Scenario.objects.count()
    visit("marketer").post(address, good)

    assert 'class="error"' in refused.content.decode()
    assert (none, Scenario.objects.count()) == (0, 1)
