"""Every call that our client can make, by subject, in an order in which LINE takes it."""

import hashlib
import io
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from line import messages, wire
from line.client import LineClient
from line.simulator.control import Simulator
from tests.line.conftest import CHANNEL
from tests.line.factories import (
    make_area,
    make_buttons,
    make_coupon,
    make_flex,
    make_many_friends,
    make_notice,
    make_picture,
    make_rich_menu,
    make_shown_rich_menu,
    make_text,
)

PHONE = "+818000001234"


@dataclass
class Caller:
    """Runs the client's methods by name, and notes which."""

    client: LineClient
    made: set[str] = field(default_factory=set)

    def __getattr__(self, name: str):
        def call(*arguments: Any, **named: Any) -> Any:
            self.made.add(name)
            return wire.run(getattr(self.client, name)(*arguments, **named))

        return call


def about_the_account(call: Caller, line: Simulator) -> None:
    line.configure(CHANNEL, verified=True, longest_page=10)
    aoi, *_ = make_many_friends(line, 30)
    call.open()
    call.get_bot_info()
    line.configure(CHANNEL, premium_id="@hana-official", picture_url="https://profile.example/hana.jpg")
    call.get_bot_info()
    call.get_profile(aoi)
    call.issue_link_token(aoi)
    page = call.get_followers(limit=20)
    call.get_followers(start=page.next)
    call.get_webhook_endpoint()
    call.set_webhook_endpoint("http://127.0.0.1:1/webhook")
    call.get_webhook_endpoint()
    call.test_webhook_endpoint()


def about_sending(call: Caller, line: Simulator) -> None:
    aoi, *_ = make_many_friends(line, 120)
    token = line.say(CHANNEL, aoi, "Hello")["replyToken"]
    for kind in ("reply", "push", "multicast", "broadcast", "narrowcast"):
        call.validate_messages(kind, [make_text()])
    call.reply(token, [make_text()])
    call.push(messages.push_body(aoi, [make_flex(), make_buttons()], unit="u1"), uuid4())
    call.multicast(messages.multicast_body([aoi], [make_text()], unit="u1"), uuid4())
    call.broadcast(messages.broadcast_body([make_text("https://shop.example/")]), uuid4())
    call.send("/v2/bot/message/push", messages.push_body(aoi, [make_text()]), retry_key=uuid4())
    line.set_person(CHANNEL, aoi, phone=PHONE)
    digest = hashlib.sha256(PHONE.encode()).hexdigest()
    call.push_by_phone(digest, [make_text("Your order is on its way")], delivery_tag="order-1234567890")
    call.have_token()
    call.push_templated_by_phone(digest, "shipment_completed_ja", make_notice(), delivery_tag="t" * 16)


def about_narrowcasts(call: Caller, line: Simulator) -> None:
    friends = make_many_friends(line, 120)
    line.configure(CHANNEL, narrowcast_waiting_seconds=10, narrowcast_sending_seconds=10)
    audience = call.create_audience_group("Regulars", friends[:60])["audienceGroupId"]
    line.advance(5)
    first = call.narrowcast(
        messages.narrowcast_body([make_text()], recipient={"type": "audience", "audienceGroupId": audience}),
        uuid4(),
    )
    call.get_narrowcast_progress(first.request_id)
    line.advance(11)
    call.get_narrowcast_progress(first.request_id)
    call.get_message_event(first.request_id)
    line.advance(11)
    call.get_narrowcast_progress(first.request_id)
    second = call.narrowcast(_to_whom_the_first_did_not_reach(first.request_id), uuid4())
    line.advance(30)
    call.get_narrowcast_progress(second.request_id)
    line.configure(CHANNEL, next_narrowcast_error=1)
    third = call.narrowcast(messages.narrowcast_body([make_text()]), uuid4())
    line.advance(30)
    call.get_narrowcast_progress(third.request_id)


def _to_whom_the_first_did_not_reach(request_id: str) -> bytes:
    return messages.narrowcast_body(
        [make_text()],
        recipient={"type": "operator", "not": {"type": "redelivery", "requestId": request_id}},
        demographic={
            "type": "operator",
            "or": [
                {"type": "gender", "oneOf": ["female", "male"]},
                {"type": "age", "gte": "age_20", "lt": "age_40"},
                {"type": "appType", "oneOf": ["ios"]},
                {"type": "area", "oneOf": ["jp_13"]},
                {"type": "subscriptionPeriod", "lt": "day_30"},
            ],
        },
        most=100,
        within_quota=True,
        all_or_nobody=True,
    )


def about_audiences(call: Caller, line: Simulator) -> None:
    friends = make_many_friends(line, 80)
    sent = call.broadcast(messages.broadcast_body([make_text("https://shop.example/")]), uuid4())
    line.open_and_click(CHANNEL, rate_open=1.0, rate_click=1.0)
    listed = call.create_audience_group("VIP", friends[:10])["audienceGroupId"]
    call.add_audience_to_audience_group(listed, friends[10:20], upload_description="October")
    filed = call.create_audience_for_uploading_user_ids("VIP 2", friends)["audienceGroupId"]
    call.add_user_ids_to_audience(filed, friends, upload_description="November")
    call.create_click_based_audience_group("Clicked", sent.request_id, click_url="https://shop.example/")
    call.create_imp_based_audience_group("Saw it", sent.request_id)
    call.update_audience_group_description(listed, "VIP 1")
    line.advance(10)
    call.get_audience_data(listed)
    call.get_audience_groups(1, description="vip", status="READY")
    owner = {"serviceType": "BM", "id": "1", "name": "Hana Group"}
    shared = line.add_audience(CHANNEL, "CHAT_TAG", friends, name="Tagged", owner=owner)
    call.get_shared_audience_data(shared)
    call.get_shared_audience_groups(1)
    call.delete_audience_group(filed)


def about_statistics(call: Caller, line: Simulator) -> None:
    friends = make_many_friends(line, 30)
    sent = call.broadcast(messages.broadcast_body([make_text("https://shop.example/")]), uuid4())
    call.multicast(messages.multicast_body(friends, [make_text("https://shop.example/")], unit="u1"), uuid4())
    line.open_and_click(CHANNEL, rate_open=1.0, rate_click=1.0)
    today = line.today()
    for day in (date(2015, 1, 1), today):
        call.get_number_of_followers(day)
        call.get_number_of_message_deliveries(day)
        call.get_delivery_count("push", day)
    line.advance(24 * 3600)
    call.get_number_of_followers(today)
    call.get_number_of_message_deliveries(today)
    for kind in ("reply", "push", "multicast", "broadcast", "pnp"):
        call.get_delivery_count(kind, today)
    call.get_templated_notice_count(today)
    line.configure(CHANNEL, hides_small_counts=True)
    call.get_delivery_count("push", today)
    call.get_friends_demographics()
    call.get_message_event(sent.request_id)
    call.get_statistics_per_unit("u1", today, today)
    call.get_aggregation_unit_usage()
    call.get_aggregation_unit_name_list(limit=100)
    call.get_quota()
    line.configure(CHANNEL, quota=1000)
    call.get_quota()
    call.get_quota_consumption()


def about_rich_menus(call: Caller, line: Simulator) -> None:
    friends = make_many_friends(line, 25)
    call.validate_rich_menu_object(make_rich_menu())
    switch = {"type": "richmenuswitch", "richMenuAliasId": "b", "data": "b"}
    menu = call.create_rich_menu(make_rich_menu(make_area(), make_area(switch, x=400)))
    call.set_rich_menu_image(menu, make_picture(), "image/png")
    call.get_rich_menu_image(menu, io.BytesIO(), most_bytes=1 << 20)
    call.get_rich_menu(menu)
    call.get_rich_menu_list()
    call.set_default_rich_menu(menu)
    call.get_default_rich_menu_id()
    for friend in friends:
        line.tap_rich_menu(CHANNEL, friend)
    today = line.today()
    line.advance(24 * 3600)
    call.get_rich_menu_insight_summary(menu, today, today)
    call.get_rich_menu_insight_daily(menu, today, today)
    call.link_rich_menu_id_to_user(friends[0], menu)
    call.get_rich_menu_id_of_user(friends[0])
    call.unlink_rich_menu_id_from_user(friends[0])
    call.link_rich_menu_id_to_users(menu, friends)
    call.unlink_rich_menu_id_from_users(friends)
    call.cancel_default_rich_menu()
    call.delete_rich_menu(menu)


def about_many_rich_menus(call: Caller, line: Simulator) -> None:
    old, new = make_shown_rich_menu(call.client), make_shown_rich_menu(call.client)
    operations = [{"type": "link", "from": old, "to": new}, {"type": "unlink", "from": new}]
    call.validate_rich_menu_batch_request([{"type": "unlinkAll"}])
    batch = call.rich_menu_batch(operations, resume_request_key="october_1")
    call.get_rich_menu_batch_progress(batch.request_id)
    line.advance(5)
    call.get_rich_menu_batch_progress(batch.request_id)
    call.create_rich_menu_alias("summer", old)
    call.update_rich_menu_alias("summer", new)
    call.get_rich_menu_alias("summer")
    call.get_rich_menu_alias_list()
    call.delete_rich_menu_alias("summer")


def about_coupons(call: Caller, line: Simulator) -> None:
    lottery = {"type": "lottery", "lotteryProbability": 50, "maxAcquireCount": 100}
    price = {"type": "fixed", "fixedAmount": 500}
    reward = {"type": "discount", "priceInfo": price}
    call.create_coupon(make_coupon())
    coupon = call.create_coupon(
        make_coupon(acquisitionCondition=lottery, reward=reward, couponCode="HANA500")
    )
    call.get_coupon_detail(coupon)
    page = call.list_coupon(status="RUNNING", limit=1)
    call.list_coupon(start=page.next)
    call.close_coupon(coupon)


def about_chats(call: Caller, line: Simulator) -> None:
    [aoi] = make_many_friends(line, 1)
    call.mark_as_read(line.say(CHANNEL, aoi, "Hello")["message"]["markAsReadToken"])
    call.show_loading(aoi, 5)
    picture = line.send_image(CHANNEL, aoi, make_picture())["message"]["id"]
    call.get_content(picture, io.BytesIO(), most_bytes=1 << 20)
    call.get_content_preview(picture, io.BytesIO(), most_bytes=1 << 20)
    film = line.send_video(CHANNEL, aoi, make_picture())["message"]["id"]
    call.get_transcoding_status(film)


SUBJECTS = [
    about_the_account,
    about_sending,
    about_narrowcasts,
    about_audiences,
    about_statistics,
    about_rich_menus,
    about_many_rich_menus,
    about_coupons,
    about_chats,
]
