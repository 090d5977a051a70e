"""Pages and endpoints of notification messages."""

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from scenarios.models import NoticeDay, NoticeSend
from scenarios.notices import promotion, sending
from tests.api.conftest import EVERYTHING, caller, make_key
from tests.factories import make_notice
from tests.scenarios.test_notices import (
    BODY,
    PHONE,
    booked,
    come,
    make_notices,
    make_reachable,
    make_stranger,
    only,
    tell,
)

State = NoticeSend.State
SHIPPED = {
    "template_key": "shipment_completed_ja",
    "body": {"items": [{"itemKey": "number_001_ja", "content": "1042"}]},
}


@pytest.fixture
def call(tenant):
    """A program that may do everything."""
    return caller(make_key(tenant, *EVERYTHING))


def test_the_list_shows_each_with_its_state_and_asks_no_more_for_more(
    tenant, visit, django_assert_num_queries
):
    visitor, customer = visit(), make_reachable()
    make_notice(customer_id=customer.pk)
    visitor.get("scenarios/notices/")
    with django_assert_num_queries(16):
        visitor.get("scenarios/notices/")
    for number in range(5):
        make_notice(customer_id=customer.pk, state=State.ACCEPTED, label=f"Order {number}")

    with django_assert_num_queries(16):
        page = visitor.get("scenarios/notices/").content.decode()

    assert "Order 4" in page
    assert f"/customers/{customer.pk}/" in page


def test_the_empty_list_says_what_the_next_step_is(visit):
    assert "LINE must have accepted your application" in visit().get("scenarios/notices/").content.decode()


def test_the_list_narrows_by_state(visit):
    make_notice(label="lost")
    make_notice(label="arrived", state=State.DELIVERED, delivered_at=timezone.now())

    page = visit().get("scenarios/notices/?state=delivered&scenario=nonsense").content.decode()

    assert "arrived" in page
    assert "lost" not in page


def test_the_days_show_lines_count_beside_ours(visit):
    now = timezone.now()
    make_notice(state=State.DELIVERED, delivered_at=now)
    NoticeDay.objects.create(day=timezone.localdate(), templated=3, flexible=0, read_at=now)

    page = visit().get("scenarios/notices/").content.decode()

    assert "+2" in page


def test_somebody_writes_down_what_they_found_out(tenant, channel, visit):
    notice = make_notice()

    answer = visit().post(f"scenarios/notices/{notice.pk}/", {"outcome": "delivered"})
    sending.do_due()

    assert answer.status_code == 302
    assert (only().state, booked(tenant)) == (State.DELIVERED, 1)


def test_what_is_known_cannot_be_written_down_again(tenant, visit):
    notice = make_notice(state=State.ACCEPTED)

    answer = visit().post(f"scenarios/notices/{notice.pk}/", {"outcome": "not_delivered"})

    assert answer.status_code == 409
    assert only().state == State.ACCEPTED


def test_who_may_only_look_writes_nothing_down(tenant, visit):
    notice = make_notice()

    assert visit("creator").get(f"scenarios/notices/{notice.pk}/").status_code == 200
    assert (
        visit("creator").post(f"scenarios/notices/{notice.pk}/", {"outcome": "delivered"}).status_code == 403
    )
    assert visit("marketer").post(f"scenarios/notices/{notice.pk}/", {"outcome": "x"}).status_code == 409


def test_another_clients_notice_is_not_found(tenant, visit, other_tenant, call):
    with tenant_context(other_tenant):
        notice = make_notice()

    assert visit().get(f"scenarios/notices/{notice.pk}/").status_code == 404
    assert call.get(f"notices/{notice.pk}/").status_code == 404
    assert call.put(f"notices/{notice.pk}/settlement/", {"delivered": True}).status_code == 404


def test_a_program_sends_to_a_customer_and_follows_it(tenant, channel, simulator, call):
    person = make_stranger(simulator, channel)
    make_reachable("A-100")

    sent = call.post("notices/", SHIPPED | {"customer": "A-100", "reference": "order-1042"})
    sending.do_due()
    tell(only())
    sending.do_due()

    assert sent.status_code == 201
    assert len(simulator.inbox(channel.channel_id, person)) == 1
    found = call.get("notices/?reference=order-1042").json()["items"]
    assert [(each["state"], each["customer"]) for each in found] == [("delivered", "A-100")]
    assert booked(tenant) == 1


def test_a_number_of_nobody_we_know_is_sealed_until_it_is_sent(tenant, channel, simulator, call):
    person = make_stranger(simulator, channel)

    sent = call.post("notices/", SHIPPED | {"phone": "+81 90-1234-5678"}).json()
    kept = str(NoticeSend.objects.values().get())
    sending.do_due()

    assert "9012345678" not in kept + str(sent)
    assert len(simulator.inbox(channel.channel_id, person)) == 1
    assert only().sealed_phone is None


def test_a_number_of_one_customer_is_theirs(tenant, channel, call):
    make_reachable("A-100")

    sent = call.post("notices/", SHIPPED | {"phone": PHONE}).json()

    assert sent["customer"] == "A-100"


def test_the_same_reference_is_the_same_notice(tenant, channel, call):
    make_reachable("A-100")
    given = SHIPPED | {"customer": "A-100", "reference": "order-1042"}

    first, again = call.post("notices/", given), call.post("notices/", given)
    other = call.post("notices/", given | {"label": "Another"})

    assert first.json()["id"] == again.json()["id"]
    assert (other.status_code, other.json()["code"]) == (409, "notice_reference_taken")
    assert NoticeSend.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "invalid"),
        (SHIPPED, "invalid"),
        (SHIPPED | {"customer": "A-100", "phone": PHONE}, "invalid"),
        (SHIPPED | {"customer": "nobody"}, "invalid"),
        (SHIPPED | {"phone": "12"}, "bad_phone"),
        (SHIPPED | {"phone": "😀" * 9}, "bad_phone"),
        ({"phone": PHONE, "messages": [{"type": "text", "text": ""}]}, "invalid_notice"),
        ({"phone": PHONE, "messages": [{"type": "sticker"}]}, "invalid_notice"),
        ({"phone": PHONE, "template_key": "x_ja", "body": {"items": [{"itemKey": "a"}]}}, "invalid_notice"),
        ({"phone": PHONE, "template_key": "x_ja", "body": {"items": "many"}}, "invalid_notice"),
        (
            {
                "phone": PHONE,
                "template_key": "x_ja",
                "body": {"emphasizedItem": {"itemKey": "a", "content": "長" * 16}},
            },
            "invalid_notice",
        ),
        ({"phone": PHONE, "messages": [{"type": "text", "text": "今だけ50%OFF"}]}, "notice_is_promotional"),
        ({"phone": PHONE, "messages": [{"type": "text", "text": "{{nobody|x}}"}]}, "invalid_notice"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_place(tenant, channel, call, given, code):
    make_reachable("A-100", phone="090-0000-0001")

    answer = call.post("notices/", given)

    assert answer.status_code in {400, 422}
    assert answer.json()["code"] == code
    assert not NoticeSend.objects.exists()


def test_advertising_is_named_with_its_place(tenant, channel, call):
    text = {
        "type": "text",
        "text": "ご注文の品を発送しました。次回使えるクーポン: https://shop.example/sale/?utm_source=line",
    }

    answer = call.post("notices/", {"phone": PHONE, "messages": [text]}).json()

    assert [problem["path"] for problem in answer["problems"]] == ["messages[0].text"] * 3
    assert "クーポン" in answer["detail"]


def test_a_customer_without_a_number_is_refused(tenant, channel, call):
    customer = make_reachable("A-100")
    customer.phone_hash = customer.sealed_phone = None
    customer.save()

    assert call.post("notices/", SHIPPED | {"customer": "A-100"}).json()["code"] == "no_phone"


def test_without_a_channel_nothing_is_taken(tenant, call):
    assert call.post("notices/", SHIPPED | {"phone": PHONE}).json()["code"] == "no_channel"


def test_a_program_settles_what_nobody_knows(tenant, channel, call):
    notice = make_notice()

    settled = call.put(f"notices/{notice.pk}/settlement/", {"delivered": False})
    again = call.put(f"notices/{notice.pk}/settlement/", {"delivered": True})

    assert settled.json()["state"] == "not_delivered"
    assert (again.status_code, again.json()["code"]) == (409, "notice_not_unknown")


@pytest.mark.parametrize(
    "text",
    [
        "ご注文ありがとうございます。割引額 500円、送料 0円",
        "11/24にお届け予定です",
        "Your order 1042 has been shipped. Discount applied: 5",
        "セールスフォース株式会社より請求書をお送りします",
        "https://wholesale.example/orders/1042?token=abc",
        "ポイントを120付与しました",
    ],
)
def test_useful_words_are_not_advertising(text):
    assert list(promotion.found({"text": text})) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("本日限定セール開催中", "本日限定"),
        ("ｸｰﾎﾟﾝをどうぞ", "クーポン"),
        ("ク\u200bーポン", "クーポン"),
        ("全品２０％ＯＦＦ", "20%OFF"),
        ("ポイント１０倍", "ポイント10倍"),
        ("3割引き", "3割引き"),
        ("Get 20% off today", "20% off"),
        ("A special offer for you", "special offer"),
        ("{{event.x|新作}}のご案内", "新作"),
        ("https://shop.example/?utm_campaign=x", "utm_campaign"),
        ("https://[shop.example/?utm_campaign=x", "utm_campaign"),
    ],
)
def test_advertising_is_found_whatever_it_is_written_in(text, words):
    assert words in [each.words for each in promotion.found({"text": text})]


def test_a_step_that_advertises_stops_the_flow(tenant):
    from scenarios.flow import reading
    from scenarios.notices import checking

    body = BODY | {"items": [{"itemKey": "name_010_ja", "content": "クーポン"}]}
    flow = reading.parse(
        {"steps": [{"id": "say", "type": "notice", "template_key": "shipment_completed_ja", "body": body}]}
    )

    [(path, step)] = list(flow.walk())
    found = [each for each in checking.findings(step, path) if each.stops]

    assert [(each.code, each.path) for each in found] == [
        ("notice_promotion", "steps[0].body.items[0].content")
    ]


def test_who_waits_is_led_on_when_somebody_settles_it(tenant, channel, simulator, visit):
    make_stranger(simulator, channel)
    entry = come(make_notices(), make_reachable())
    simulator.lose_next_answers(path="/v2/bot/message/pnp/templated/push")
    sending.do_due()

    visit().post(f"scenarios/notices/{only().pk}/", {"outcome": "not_delivered"})
    entry.refresh_from_db()

    assert entry.due_at <= timezone.now()
