"""Each platform's body as it documented it, and what it cannot be told."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from adplatforms import hashing, services
from adplatforms.errors import NothingNew, TokenOfAnother, TooManyLines
from adplatforms.handing import files, secrets
from adplatforms.handing.shapes import SHAPES
from adplatforms.models import ConversionFile, Delivery, Destination, Handover
from shops.orders import upsert_orders
from tests.adplatforms.factories import DAY, bodies, came_by_ad, hand_over, make_buyer, make_destination
from tests.factories import make_order

HOUR = timedelta(hours=1)
CLICKS = {"meta": "fbclid", "google": "gclid", "x": "twclid", "tiktok": "ttclid", "line": "ldtag_cl"}
MAIL, PHONE = (hashlib.sha256(text).hexdigest() for text in (b"aoi@example.jp", b"+819012345678"))
DIGITS = hashlib.sha256(b"819012345678").hexdigest()


def sold(kind: str) -> str:
    """Somebody clicked this platform's ad and bought for ¥3,000; the order's number."""
    friend, customer = make_buyer(email="aoi@example.jp", phone="09012345678")
    came_by_ad(friend, timezone.now() - DAY, **{CLICKS[kind]: "click-1"})
    placed = (timezone.now() - HOUR).isoformat()
    return make_order(customer=customer.number, placed_at=placed, total=3_000).number


def told(receiver, kind: str):
    sold(kind)
    given = {"source_id": "tw-o8z6j-o87ne", "page_url": "https://shop.example.jp/", "secret": "TOKEN-1"}
    make_destination(receiver, kind=kind, click_ids=[CLICKS[kind]], **given)
    hand_over()
    [body] = bodies(receiver)
    return body, str(Handover.objects.get().event_id), receiver.got[0][0]


def test_meta(receiver):
    body, event, _headers = told(receiver, "meta")

    [data] = body["data"]
    row = Handover.objects.get()
    assert body["access_token"] == "TOKEN-1"  # noqa: S105
    assert (data["event_name"], data["event_id"], data["event_time"]) == (
        "Purchase",
        event,
        int(row.at.timestamp()),
    )
    assert data["user_data"]["em"] == [MAIL]
    assert data["user_data"]["ph"] == [DIGITS]
    assert data["user_data"]["fbc"] == f"fb.1.{round(row.clicked_at.timestamp() * 1000)}.click-1"
    assert data["custom_data"] == {"value": 3_000, "currency": "JPY", "order_id": event}


def test_google(receiver):
    body, event, headers = told(receiver, "google")

    [conversion] = body["conversions"]
    assert (conversion["gclid"], conversion["orderId"]) == ("click-1", event)
    assert conversion["conversionDateTime"].endswith("+09:00")
    assert conversion["userIdentifiers"] == [{"hashedEmail": MAIL}, {"hashedPhoneNumber": PHONE}]
    assert headers["authorization"] == "Bearer TOKEN-1"


def test_google_takes_its_own_addresses_without_dots(receiver):
    friend, customer = make_buyer(email="a.o.i@gmail.com")
    came_by_ad(friend, timezone.now() - DAY, gclid="click-1")
    make_order(customer=customer.number, placed_at=(timezone.now() - HOUR).isoformat())
    make_destination(receiver, kind="google", click_ids=["gclid"], source_id="customers/1/actions/2")

    hand_over()

    [conversion] = bodies(receiver)[0]["conversions"]
    without = hashlib.sha256(b"aoi@gmail.com").hexdigest()
    assert conversion["userIdentifiers"] == [{"hashedEmail": without}]
    assert hashing.hashed("a.o.i@gmail.com", "").email == hashlib.sha256(b"a.o.i@gmail.com").hexdigest()


def test_x(receiver):
    body, event, _headers = told(receiver, "x")

    [conversion] = body["conversions"]
    assert (conversion["event_id"], conversion["conversion_id"]) == ("tw-o8z6j-o87ne", event)
    assert {"twclid": "click-1"} in conversion["identifiers"]
    assert {"hashed_email": MAIL} in conversion["identifiers"]
    assert (conversion["value"], conversion["price_currency"]) == ("3000", "JPY")


def test_tiktok(receiver):
    body, event, headers = told(receiver, "tiktok")

    [data] = body["data"]
    assert headers["access-token"] == "TOKEN-1"  # noqa: S105
    assert (body["event_source_id"], data["event_id"]) == ("tw-o8z6j-o87ne", event)
    assert data["user"] == {"email": MAIL, "phone": PHONE, "ttclid": "click-1"}


def test_line(receiver):
    body, event, headers = told(receiver, "line")

    [data] = body
    assert headers["x-line-tagaccesstoken"] == "TOKEN-1"  # noqa: S105
    assert data["event"]["deduplication_key"] == event
    assert data["user"] == {"email": MAIL, "phone": PHONE, "click_id": "click-1"}
    assert data["custom"] == {"value": 3_000, "currency": "JPY"}


@pytest.mark.parametrize("kind", ["meta", "x", "tiktok", "line"])
def test_a_platform_that_takes_no_corrections_is_told_none_and_the_log_says_so(receiver, kind):
    number = sold(kind)
    given = {"source_id": "tw-1-2", "page_url": "https://shop.example.jp/", "secret": "TOKEN-1"}
    make_destination(receiver, kind=kind, click_ids=[CLICKS[kind]], **given)
    hand_over()

    upsert_orders([{"number": number, "status": "cancelled"}])
    hand_over()

    row = Handover.objects.get()
    assert len(receiver.got) == 1
    assert (row.state, row.reason) == ("told", "not_corrected")


def test_google_is_told_of_corrections_by_the_order_id_alone(receiver):
    number = sold("google")
    make_destination(receiver, kind="google", click_ids=["gclid"], source_id="customers/1/actions/2")
    hand_over()
    upsert_orders([{"number": number, "refunded": 1_000}])
    hand_over()
    upsert_orders([{"number": number, "status": "cancelled"}])
    hand_over()

    [_conversion, restated, retracted] = bodies(receiver)
    [restatement], [retraction] = restated["conversionAdjustments"], retracted["conversionAdjustments"]
    assert restatement["restatementValue"]["adjustedValue"] == 2_000
    assert (restatement["adjustmentType"], retraction["adjustmentType"]) == ("RESTATEMENT", "RETRACTION")
    assert b"click-1" not in receiver.bodies[1] + receiver.bodies[2]


def test_what_meta_would_refuse_as_too_old_is_not_sent(receiver):
    friend, customer = make_buyer(email="aoi@example.jp")
    came_by_ad(friend, timezone.now() - 9 * DAY, fbclid="x")
    make_order(customer=customer.number, placed_at=(timezone.now() - 8 * DAY).isoformat())
    make_destination(receiver, kind="meta", click_ids=["fbclid"], secret="TOKEN-1")

    hand_over()

    assert receiver.got == []
    assert Handover.objects.get().reason == "too_old"


def test_a_test_shows_request_and_answer_and_never_the_token(receiver):
    destination = make_destination(receiver, kind="meta", click_ids=["fbclid"], secret="TOKEN-1")

    tried = services.try_out(destination, code="TEST1", by=None)

    [body] = bodies(receiver)
    assert (body["test_event_code"], body["access_token"]) == ("TEST1", "TOKEN-1")
    assert tried.answer.is_good
    assert "TOKEN-1" not in tried.request.shown
    assert not Delivery.objects.exists()


def test_a_token_does_not_go_along_to_somebody_elses_address(tenant):
    usual = "https://graph.facebook.com/v25.0/1/events"
    destination = make_destination(kind="meta", url=usual, click_ids=["fbclid"], secret="TOKEN-1")

    with pytest.raises(TokenOfAnother):
        services.change_destination(destination, url="https://collect.example.jp/", by=None)
    services.change_destination(destination, url=usual.replace("25", "26"), by=None)
    kept = secrets.present(Destination.objects.get())
    anew = {"url": "https://collect.example.jp/", "secret": "TOKEN-2"}
    changed = services.change_destination(destination, **anew, by=None)

    assert (kept, secrets.present(changed)) == ("TOKEN-1", "TOKEN-2")


def test_contacts_are_hashed_in_the_forms_that_platforms_prescribe():
    japanese, american = hashing.hashed("aoi@example.jp", "09012345678"), hashing.hashed("", "+12125550123")

    assert (japanese.email, japanese.phone, japanese.phone_digits) == (MAIL, PHONE, DIGITS)
    assert american.phone_digits == hashlib.sha256(b"12125550123").hexdigest()
    assert not hashing.hashed("", "")


@pytest.mark.parametrize("kind", Destination.Kind)
def test_every_kind_has_a_shape_and_says_where_it_is_documented(kind):
    shape = SHAPES[kind]

    assert shape.click_ids
    assert bool(shape.source) == (kind not in ("webhook", "file"))


def test_a_google_file_has_what_is_new_and_is_the_same_when_downloaded_again(tenant, time_machine):
    number = sold("google")
    destination = make_destination(kind="google_file", url="", click_ids=["gclid"], event_name="購入")
    hand_over()

    made = files.make(destination, "conversions", by=None)

    row = Handover.objects.get()
    lines = files.content(made).decode().splitlines()
    at = timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M:%S+0900")
    assert lines[0] == "Parameters:TimeZone=Asia/Tokyo"
    assert lines[2] == f"click-1,購入,{at},3000.00,JPY,{row.event_id}"
    assert files.content(made) == files.content(ConversionFile.objects.get())
    with pytest.raises(NothingNew):
        files.make(destination, "conversions", by=None)

    upsert_orders([{"number": number, "status": "cancelled"}])
    hand_over()
    corrections = files.content(files.make(destination, "corrections", by=None)).decode().splitlines()
    assert corrections[2].startswith(f"{row.event_id},購入,")
    assert ",RETRACT," in corrections[2]


def test_a_file_of_some_days_marks_nothing(tenant):
    sold("google")
    destination = make_destination(kind="file", url="", click_ids=["gclid"])
    hand_over()
    today = timezone.localdate()

    content = files.of_days(destination, "conversions", today - 2 * DAY, today).decode()

    assert "click-1" in content
    assert MAIL in content
    assert files.waiting_count(destination, "conversions") == 1


def test_a_file_of_some_days_leaves_nothing_out_silently(tenant, monkeypatch):
    monkeypatch.setattr(files, "MOST_LINES", 1)
    for _ in range(2):
        sold("google")
    destination = make_destination(kind="file", url="", click_ids=["gclid"])
    hand_over()
    today = timezone.localdate()

    with pytest.raises(TooManyLines):
        files.of_days(destination, "conversions", today - 2 * DAY, today)


def test_what_an_address_brought_is_no_formula_in_a_file(tenant):
    friend, customer = make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="=cmd()")
    make_order(customer=customer.number, placed_at=timezone.now().isoformat())
    destination = make_destination(kind="file", url="", click_ids=["gclid"])
    hand_over()

    content = files.content(files.make(destination, "conversions", by=None)).decode()

    assert ",'=cmd()," in content
