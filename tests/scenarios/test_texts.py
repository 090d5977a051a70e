"""What a step says to one person: values, addresses of their own, a card for each product; and its links."""

import json

import pytest

from accounts import secrets
from broadcasts.models import LinkDefaults, TrackedLink
from broadcasts.tracking import people
from broadcasts.tracking.people import Tokens
from composing import content
from composing.errors import InvalidMessages
from scenarios.texts import checking, filling
from tests.broadcasts.test_redirect import spool, visit  # noqa: F401  (a fixture)
from tests.factories import make_customer, make_friend, make_link, make_product
from tests.scenarios.stories import filled, make_entry, make_version, person_of

PICTURE = "https://shop.example/none.png"


def texts(body: bytes) -> list[str]:
    return [message["text"] for message in json.loads(body)]


def card(**more: object) -> dict:
    button = {"type": "uri", "label": "Look", "uri": "{{product.url|https://shop.example/}}"}
    return {
        "type": "bubble",
        "hero": {"type": "image", "url": f"{{{{product.picture|{PICTURE}}}}}"},
        "body": {
            "type": "box",
            "layout": "vertical",
            "contents": [
                {"type": "text", "text": "{{product.name|Something nice}}"},
                {"type": "text", "text": "{{product.price|See the shop}}"},
                {"type": "button", "action": button},
            ],
        },
    } | more


def carousel(*bubbles: dict) -> list[dict]:
    return [{"type": "flex", "altText": "Cart", "contents": {"type": "carousel", "contents": list(bubbles)}}]


def make_goods(code: str, **told: object) -> None:
    address = f"https://shop.example/{code}"
    make_product(code, **({"page_url": address, "picture_url": f"{address}.jpg"} | told))


def cards_of(body: bytes) -> list[dict]:
    return json.loads(body)[0]["contents"]["contents"]


def name_of(bubble: dict) -> str:
    return bubble["body"]["contents"][0]["text"]


def address_of(bubble: dict) -> str:
    return bubble["body"]["contents"][2]["action"]["uri"]


def test_texts_call_the_product_and_the_event_and_fall_back(tenant):
    make_product("tea", name="玉露", price=4800)
    text = "{{display_name|お客様}}: {{product.name|商品}} {{product.price|-}} "
    text += "{{event.total|-}} {{event.gift|なし}}"
    version = make_version([{"type": "text", "text": text}])
    aoi = make_entry(version, make_friend("葵"), subject="tea", context={"total": 12800})
    ren = make_entry(version, make_friend("蓮"))

    assert texts(filled(aoi)) == ["葵: 玉露 ¥4,800 ¥12,800 なし"]
    assert texts(filled(ren)) == ["蓮: 商品 - - なし"]


def test_a_product_that_the_shop_never_told_of_is_called_as_the_event_calls_it(tenant):
    version = make_version([{"type": "text", "text": "{{product.name|?}} {{product.price|?}}"}])
    entry = make_entry(version, make_friend(), context={"product": "x1", "name": "Cup", "price": 900})

    assert texts(filled(entry)) == ["Cup ¥900"]


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ({}, "?"),
        ({"total": None}, "?"),
        ({"total": {"a": 1}}, "?"),
        ({"total": "12👩‍👧 “é”"}, "12👩‍👧 “é”"),
        ({"total": "長" * 5_000}, "長" * 300),
        ({"total": ["a", "b", 3]}, "a, b"),
        ({"total": True}, "yes"),
    ],
)
def test_whatever_an_event_says_can_stand_in_a_text(tenant, context, said):
    version = make_version([{"type": "text", "text": "{{event.total|?}}"}])

    assert texts(filled(make_entry(version, make_friend(), context=context))) == [said]


def test_several_products_of_an_event_are_called_by_name(tenant):
    make_product("tea", name="玉露")
    version = make_version([{"type": "text", "text": "{{event.products|?}}"}])
    entry = make_entry(version, make_friend(), context={"products": ["tea", "unknown", 7]})

    assert texts(filled(entry)) == ["玉露, unknown"]


def test_a_friend_is_called_as_their_customer_and_a_customer_without_line_as_themselves(tenant):
    version = make_version([{"type": "text", "text": "{{customer.name|会員}}様"}])
    friend, customer = make_friend(), make_customer(name="山田")
    make_link(friend, customer)
    alone = make_entry(version, customer_id=make_customer(name="鈴木").pk)

    assert texts(filled(make_entry(version, friend))) == ["山田様"]
    packed = filling.packed({"customer.name"}, [person_of(alone)])[alone.pk]
    assert content.Template(b"{{customer.name|x}}").fill(packed).decode() == "鈴木"


@pytest.mark.parametrize(
    "text",
    [
        "{{product.name}}",
        "{{product.name| }}",
        "{{event.x|}}",
        "{{product.weight|x}}",
        "{{scenario.coupon|x}}",
    ],
)
def test_a_variable_that_is_unknown_or_has_no_fallback_is_refused(tenant, text):
    with pytest.raises(InvalidMessages):
        checking.check([{"type": "text", "text": text}])


def test_broadcasts_do_not_know_the_variables_of_flows(tenant):
    said = [{"type": "text", "text": "{{event.total|x}} {{product.name|x}}"}]
    checking.check(said)

    with pytest.raises(InvalidMessages):
        content.check(said)


@pytest.mark.parametrize("fallback", ["", "none", "ftp://shop.example/", "https://"])
def test_an_address_needs_a_fallback_that_is_one(tenant, fallback):
    checking.check(carousel(card()))
    bad = json.loads(json.dumps(carousel(card())).replace("|https://shop.example/}}", f"|{fallback}}}}}"))

    with pytest.raises(InvalidMessages):
        checking.check(bad)


def test_a_card_stands_once_for_each_product_of_the_cart(tenant):
    for code in ("tea", "cup", "pot"):
        make_goods(code)
    version = make_version(carousel(card(each="products")))
    entry = make_entry(version, make_friend(), context={"products": ["tea", "cup", "pot"]})

    found = cards_of(filled(entry))

    assert [name_of(each) for each in found] == ["Tea", "Cup", "Pot"]
    assert [each["hero"]["url"] for each in found] == [
        f"https://shop.example/{code}.jpg" for code in ("tea", "cup", "pot")
    ]
    assert len({address_of(each) for each in found}) == 3


def test_no_more_cards_than_wished_and_one_with_fallbacks_for_an_unknown_cart(tenant):
    for number in range(12):
        make_goods(f"p{number}")
    version = make_version(carousel(card(each="products", most=2), card()))
    codes = [f"p{number}" for number in range(12)]

    full = cards_of(filled(make_entry(version, make_friend(), context={"products": codes})))
    empty = cards_of(filled(make_entry(version, make_friend())))

    assert [name_of(each) for each in full] == ["P0", "P1", "P0"]
    assert [name_of(each) for each in empty] == ["Something nice"] * 2
    assert empty[0]["hero"]["url"] == PICTURE


def test_more_cards_than_line_allows_are_refused_before_anybody_has_such_a_cart(tenant):
    checking.check(carousel(card(each="products"), card()))

    with pytest.raises(InvalidMessages):
        checking.check(carousel(card(each="products"), card(), card(), card()))


def test_the_same_send_gives_the_same_bytes_each_time(tenant):
    make_goods("tea")
    entry = make_entry(make_version(carousel(card(each="products"))), make_friend(), subject="tea")

    assert filled(entry) == filled(entry)
    assert b"\x1e" not in filled(entry)


def test_values_are_escaped_where_they_stand(tenant):
    version = make_version(
        [
            {"type": "text", "text": "{{event.note|x}} https://shop.example/?q={{event.note|none}}&a=1"},
        ]
    )
    entry = make_entry(version, make_friend(), context={"note": 'a"b&c/é\n'})

    [text] = texts(filled(entry))

    assert text.startswith('a"b&c/é http')
    own = TrackedLink.objects.get(pattern__isnull=False)
    assert own.url == "https://shop.example/?q=a%22b%26c%2F%C3%A9&a=1"
    assert own.code in text


def test_what_is_no_address_gives_way_to_the_fallback(tenant):
    version = make_version(carousel(card()))
    entry = make_entry(version, make_friend(), context={"product": "x", "url": "javascript:alert(1)"})

    filled(entry)

    assert TrackedLink.objects.get(pattern__isnull=False).url == "https://shop.example/"


def test_whoever_gets_the_same_address_gets_the_same_link_with_a_token_of_their_own(tenant):
    make_goods("tea")
    version = make_version(carousel(card()))
    aoi, ren = (make_entry(version, make_friend(name), subject="tea") for name in ("aoi", "ren"))

    addresses = [address_of(cards_of(filled(entry))[0]) for entry in (aoi, ren)]

    own = TrackedLink.objects.get(pattern__isnull=False)
    codes, tokens = zip(*(each.rpartition("/")[2].split(".") for each in addresses), strict=True)
    keys = Tokens(secrets.derive(tenant.pk, people.PURPOSE))
    assert set(codes) == {own.code}
    assert [keys.unseal(own.code, token) for token in tokens] == [aoi.friend_id, ren.friend_id]
    assert own.url == "https://shop.example/tea"


def test_links_say_which_campaign_and_step_they_belong_to(tenant):
    LinkDefaults.objects.create(adds_utm=True)
    make_goods("tea")
    said = [{"type": "text", "text": "https://shop.example/sale"}, *carousel(card())]
    version = make_version(said, name="カゴ落ち")

    filled(make_entry(version, make_friend(), subject="tea"))

    targets = {link.target for link in TrackedLink.objects.exclude(target="") if "utm_" in link.target}
    campaign = "utm_campaign=%E3%82%AB%E3%82%B4%E8%90%BD%E3%81%A1"
    assert targets == {
        f"https://shop.example/sale?utm_source=line&utm_medium=message&{campaign}&utm_content=say-1-1",
        f"https://shop.example/tea?utm_source=line&utm_medium=message&{campaign}&utm_content=say",
    }


def test_a_try_is_marked_and_says_so_to_nobody_else(tenant):
    version = make_version(name="Cart")
    friend = make_friend()

    tried = texts(filled(make_entry(version, friend, is_test=True)))

    assert tried == ["[Test] Cart", "Hello"]
    assert texts(filled(make_entry(version, friend))) == ["Hello"]


def test_a_click_tells_scenario_and_step(own_tenant, spool):  # noqa: F811
    from events.models import Event

    version = make_version([{"type": "text", "text": "https://shop.example/sale"}], name="Cart")
    friend = make_friend()
    address = texts(filled(make_entry(version, friend)))[0]

    [(status, target)] = visit("/" + address.split("/", 3)[3])

    assert (status, target) == (302, "https://shop.example/sale")
    event = Event.objects.get(type="clicked")
    assert event.friend_id == friend.pk
    assert event.properties == {
        "kind": "scenario",
        "scenario": version.scenario_id,
        "version": 1,
        "step": "say",
        "name": "Cart",
        "url": "https://shop.example/sale",
        "first": True,
    }
