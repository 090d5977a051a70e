"""Addresses of pages that know whose they are, and messages that carry them."""

import pytest
from django_tenants.utils import tenant_context

from composing import content
from composing.errors import InvalidMessages
from friends import personal
from tests.coupons.factories import make_own_coupon
from tests.factories import make_friend


def test_an_address_tells_whose_it_is_and_of_what(tenant):
    address = personal.address("coupon", 7, 12)

    [token] = address.rstrip("/").split("/")[-1:]

    assert address.startswith("http://127.0.0.1:8000/c/apparel/cp/7-")
    assert personal.read("coupon", token) == (7, 12)
    assert personal.addresses("coupon", 7, [12, 13])[12] == address


def test_a_token_is_good_for_its_own_thing_kind_and_client_alone(tenant, other_tenant):
    token = personal.token("coupon", 7, 12)

    elsewhere = [personal.read("coupon", token.replace("7-", "8-", 1)), personal.read("survey", token)]
    with tenant_context(other_tenant):
        elsewhere.append(personal.read("coupon", token))

    assert personal.read("coupon", token) == (7, 12)
    assert elsewhere == [None, None, None]


@pytest.mark.parametrize(
    "token", ["", "7", "7-", "7-" + "a" * 26, "0-" + "a" * 26, "９-" + "a" * 26, "😀" * 30]
)
def test_what_was_not_made_here_says_nothing(tenant, token):
    assert personal.read("coupon", token) is None


def test_a_token_is_written_in_one_way(tenant):
    token = personal.token("coupon", 7, 12)

    others = [token[:-1] + letter for letter in "abcdefghijklmnopqrstuvwxyz234567" if letter != token[-1]]

    assert [each for each in others if personal.read("coupon", each)] == []


def test_a_message_carries_each_friends_own_address_in_text_and_button(tenant):
    coupon, aoi = make_own_coupon(), make_friend("aoi")
    variable = f"{{{{coupon.{coupon.pk}}}}}"
    button = {"type": "button", "action": {"type": "uri", "label": "Open", "uri": variable}}
    bubble = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [button]}}
    messages = [
        {"type": "text", "text": f"For you: {variable}"},
        {"type": "flex", "altText": "Coupon", "contents": bubble},
    ]

    content.check(messages)
    filled = content.filled(messages, aoi.pk)

    own = personal.address("coupon", coupon.pk, aoi.pk)
    assert filled[0]["text"] == f"For you: {own}"
    assert filled[1]["contents"]["body"]["contents"][0]["action"]["uri"] == own


def test_other_variables_still_need_a_word_and_are_no_address(tenant):
    button = {"type": "uri", "label": "Open", "uri": "{{display_name|x}}"}
    template = {"type": "buttons", "text": "Hello", "actions": [button]}

    with pytest.raises(InvalidMessages):
        content.check([{"type": "text", "text": "{{display_name}}"}])
    with pytest.raises(InvalidMessages):
        content.check([{"type": "template", "altText": "Hello", "template": template}])
    with pytest.raises(InvalidMessages):
        content.check([{"type": "text", "text": "{{coupon.99999}}"}])
