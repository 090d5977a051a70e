"""What tests are made of: values that matter are given, the rest is made up here."""

import hashlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import connection
from django.utils import timezone
from django_tenants.utils import schema_context

from accounts import secrets
from accounts import services as accounts
from accounts.models import Tenant, User
from agency_library.models import AgencyTemplate
from attribution import services as conversions
from attribution.models import Point
from autoreplies import services as autoreplies
from autoreplies.models import AutoReply
from billing import services as billing
from billing.budgeting import commands as budgets
from billing.models import Budget
from broadcasts import services as broadcasts
from broadcasts.models import Broadcast, Series
from broadcasts.sending import delivery
from campaigns import services as campaigns
from campaigns.models import Campaign
from channels.models import Channel, ChannelCheck, secret_place
from chats.models import Conversation, Message
from customers import fields as customer_fields
from customers.models import Customer, CustomerField
from events import types as event_types
from events.models import EventTypeDefinition
from friends import fields
from friends.models import Friend, FriendField, FriendTag, Tag
from invitations import services as invitations
from invitations.models import EntryPoint, Invitation
from library.message_templates import agency as shared_templates
from library.message_templates import commands as templates
from library.models import LineCoupon, MediaFile, MediaSize, MessageTemplate
from line.simulator.control import Simulator
from linking import contract
from linking.models import Link, LinkAttempt, LinkConflict
from routes import costs
from routes import services as routes
from routes.models import AdCost, Arrival, Folder, Route, Visit
from scenarios import services as scenarios
from scenarios.models import NoticeSend, Scenario
from segments import services as segments
from segments.lists import commands as lists
from segments.models import Audience, FriendList, Segment
from shops.models import Order, Product
from shops.orders import upsert_orders
from shops.products import upsert_products
from taps import services as taps
from taps.models import TapAction

EVERYONE: dict = {"all": []}


def make_line_user_id(name: str) -> str:
    """The LINE user id of the person with this name: always the same."""
    return "U" + hashlib.md5(name.encode()).hexdigest()  # noqa: S324  (a name for a name, not a secret)


def make_friend(name: str = "", *, tags: list[Tag] | None = None, **fields: object) -> Friend:
    """A friend of the present tenant; `make_friend("aoi")` has the id `make_line_user_id("aoi")`."""
    name = name or uuid4().hex
    fields = {"line_user_id": make_line_user_id(name), "display_name": name} | fields
    fields.setdefault("followed_at", fields.setdefault("status_at", timezone.now()))
    friend = Friend.objects.create(**fields)
    FriendTag.objects.bulk_create(FriendTag(friend=friend, tag=tag) for tag in tags or [])
    return friend


def make_tag(name: str = "", *, friends: list[Friend] | None = None) -> Tag:
    tag = Tag.objects.create(name=name or uuid4().hex)
    FriendTag.objects.bulk_create(FriendTag(friend=friend, tag=tag) for friend in friends or [])
    return tag


def make_route(name: str = "Flyer", **fields: object) -> Route:
    return routes.create_route(name=name, **({"by": None} | fields))


def make_conversation(friend: Friend | None = None, text: str = "Hello", **fields: object) -> Conversation:
    """A talk in which the friend has just written something."""
    now = timezone.now()
    given = {"friend": friend or make_friend(), "state": "unread", "last_at": now} | fields
    conversation = Conversation.objects.create(**given)
    said = {"type": "text", "content": {"text": text}, "words": text.casefold()}
    Message.objects.create(conversation=conversation, sender="friend", at=now, version=1, **said)
    return conversation


def make_media_file(name: str = "Shop", **fields: object) -> MediaFile:
    """A picture of the library, without the file itself; tests/library makes real ones."""
    given = {"kind": "image", "path": "nowhere", "media_type": "image/png", "size": 1} | fields
    given |= {"width": 900, "height": 600, "preview": "preview", "stored_at": timezone.now()}
    made = MediaFile.objects.create(name=name, **given)
    sizes = {"path": "nowhere", "media_type": "image/png", "size": 1, "width": 900, "height": 600}
    MediaSize.objects.create(file=made, name="card", **sizes)
    return made


def make_template(name: str = "Sale", **fields: object) -> MessageTemplate:
    said = [{"type": "text", "text": "Autumn sale"}]
    return templates.create_template(**({"name": name, "messages": said, "by": None} | fields))


def make_agency_template(name: str = "Sale") -> AgencyTemplate:
    """What the present client's agency offers to its clients."""
    return shared_templates.share(make_template(name), by=None)


def make_coupon(coupon_id: str = "01ABC", **fields: object) -> LineCoupon:
    """A coupon of LINE's as it was read, valid since yesterday and until tomorrow."""
    now, day = timezone.now(), timedelta(days=1)
    times = {"starts_at": now - day, "ends_at": now + day, "fetched_at": now}
    return LineCoupon.objects.create(**({"coupon_id": coupon_id, "title": "10% off"} | times | fields))


def make_arrival(friend: Friend | None = None, *, route: Route | None = None, **fields: object) -> Arrival:
    """Somebody who signed in by a route just now; new by it unless another `kind` is given."""
    now = timezone.now()
    route = route or make_route(folder=Folder.objects.get_or_create(name="Shops")[0])
    visit = Visit.objects.create(route=route, at=now, way="login", device="phone")
    given = {"at": now, "kind": Arrival.Kind.NEW} | fields
    return Arrival.objects.create(visit=visit, route=route, friend=friend or make_friend(), **given)


def make_ad_cost(route: Route | None = None, amount: int = 30_000, **fields: object) -> AdCost:
    """What was paid for a route on the first of November 2026, or on other days that are given."""
    first = date(2026, 11, 1)
    given = {"route": route or make_route(), "from_on": first, "to_on": first, "amount": Decimal(amount)}
    return costs.add_cost(costs.NewCost(**(given | fields)), by=None)


def make_field(name: str = "", type_: str = "text", **given: object) -> FriendField:
    """A field of friends: `make_field("Size", "choice", choices=["S", "M"])`."""
    return fields.create_field(name or uuid4().hex, type_, **given)


def make_customer(
    number: str = "", *, birthday: date | None = date(1990, 4, 1), **fields: object
) -> Customer:
    """A customer of the present tenant; what is no field of the model becomes an attribute."""
    own = {"name", "attributes"}
    attributes = {name: value for name, value in fields.items() if name not in own}
    given = {name: value for name, value in fields.items() if name in own}
    given["attributes"] = given.get("attributes", {}) | attributes
    return Customer.objects.create(number=number or uuid4().hex[:12], birthday=birthday, **given)


def make_customer_field(name: str = "", type_: str = "text", **given: object) -> CustomerField:
    """A field of customers: `make_customer_field("Rank", "choice", choices=["gold"])`."""
    return customer_fields.create_field(name or uuid4().hex, type_, **given)


def make_event_type(name: str = "tasted", **fields: object) -> EventTypeDefinition:
    return event_types.create_type(name, **({"label": name.title()} | fields))


def make_product(code: str = "", **told: object) -> Product:
    """A product as a shop tells of it; `variants` are rows too."""
    code = code or uuid4().hex[:12]
    assert not upsert_products([{"code": code, "name": code.title(), "price": 1000} | told]).errors
    return Product.objects.get(code=code)


def make_order(number: str = "", **told: object) -> Order:
    """An order as a shop tells of it, placed just now."""
    number = number or uuid4().hex[:12]
    usual = {"placed_at": timezone.now().isoformat(), "total": 3000}
    assert not upsert_orders([{"number": number} | usual | told]).errors
    return Order.objects.get(number=number)


def make_link(
    friend: Friend | None = None,
    customer: Customer | None = None,
    *,
    linked_at: datetime | None = None,
    **fields: object,
) -> Link:
    """An active link, unless `unlinked_at` is given."""
    return Link.objects.create(
        friend=friend or make_friend(),
        customer=customer or make_customer(),
        linked_at=linked_at or timezone.now(),
        **({"method": Link.Method.ACCOUNT_LINK} | fields),
    )


def make_invitation(entry: str, text: str = "Points in LINE", **fields: object) -> Invitation:
    """An invitation that takes turns at this entry point."""
    entry_point = EntryPoint.objects.get(code=entry)
    return invitations.add_invitation(entry_point, **({"text": text, "button": "Link"} | fields))


def make_link_conflict(friend: Friend | None = None, customer: Customer | None = None) -> LinkConflict:
    """That a list claimed a friend for another customer, not decided yet."""
    return LinkConflict.objects.create(
        friend=friend or make_friend(),
        customer=customer or make_customer(),
        method=Link.Method.IMPORT,
        claimed_at=timezone.now(),
    )


def make_link_session(customer: Customer) -> str:
    """The state of a session in which this customer of a shop may link."""
    url, _attempt = contract.open_session(customer, entry="thanks")
    return url.partition("key=")[2]


def make_sign_in(friend: Friend) -> LinkAttempt:
    """Somebody who signed in with LINE at a shop, which has asked who it was."""
    now = timezone.now()
    return LinkAttempt.objects.create(
        friend=friend,
        way=Link.Method.LINE_LOGIN,
        return_url="https://shop.example/",
        started_at=now,
        expires_at=now + timedelta(hours=1),
    )


def make_user(role: str = "marketer", *, email: str = "", whole_agency: bool = False) -> User:
    """Somebody with a role in the present client, or in all of its agency; the password is “secret pass”."""
    tenant = connection.tenant
    with schema_context("public"):
        return accounts.invite(
            email or f"{uuid4().hex[:12]}@example.com",
            agency=tenant.agency,
            tenant=None if whole_agency else tenant,
            role=role,
            password="secret pass",
        )


def make_channel(simulator: Simulator, tenant: Tenant, channel_id: str, **settings: object) -> Channel:
    """A channel at the simulator and in our books, on Japan's standard plan."""
    bot = simulator.add_channel(channel_id, "secret of the channel", name="Test account", **settings)
    with schema_context("public"):
        billing.subscribe(tenant.pk, plan="standard", since=date(2026, 1, 1))
        return Channel.objects.create(
            tenant=tenant,
            channel_id=channel_id,
            bot_user_id=bot["userId"],
            sealed_secret=secrets.seal(tenant.pk, secret_place(tenant.pk), "secret of the channel"),
        )


def make_channel_check(tenant: Tenant, finding: str = "access_ok", **fields: object) -> ChannelCheck:
    """What was found out about the client's channel, an hour ago unless said."""
    state, kind = fields.pop("state", "good"), finding.split("_", maxsplit=1)[0]
    times = {"since": timezone.now() - timedelta(hours=1), "checked_at": timezone.now()} | fields
    with schema_context("public"):
        return ChannelCheck.objects.create(tenant=tenant, kind=kind, finding=finding, state=state, **times)


def make_followers(simulator: Simulator, channel: Channel, names: list[str] | int) -> list[Friend]:
    """People who are friends in the simulator and in our books."""
    user_ids = simulator.add_people(channel.channel_id, names)
    simulator.follow(channel.channel_id, user_ids)
    labels = names if isinstance(names, list) else user_ids
    now = timezone.now()
    return Friend.objects.bulk_create(
        Friend(line_user_id=user_id, display_name=label, followed_at=now, status_at=now)
        for user_id, label in zip(user_ids, labels, strict=True)
    )


def make_segment(tree: dict = EVERYONE, *, name: str = "Everyone") -> Segment:
    return segments.create_segment(name, tree)


def make_list(name: str = "VIP", *, friends: list[Friend] | None = None) -> FriendList:
    """A list with these friends on it."""
    made = lists.create_list(name)
    lists.add(made, [friend.pk for friend in friends or []])
    return made


def make_audience(purpose: str = "broadcast:7", **fields: object) -> Audience:
    """An audience that is to be uploaded, and that nobody needs any more."""
    return Audience.objects.create(purpose=purpose, count=1, **fields)


def make_broadcast(
    text: str = "Sale today", *, segment: Segment | None = None, **fields: object
) -> Broadcast:
    """A draft of one text, to everyone unless a segment is given."""
    messages = [{"type": "text", "text": text}]
    given = {"name": "Test", "segment": segment or make_segment(), "messages": messages, "by": None}
    return broadcasts.create_broadcast(**(given | fields))


def make_sending(text: str = "Sale today", **fields: object) -> Broadcast:
    """A broadcast that is approved, due now and prepared: the next `delivery.send_due` sends it."""
    broadcast = make_broadcast(text, **fields)
    broadcast.move(Broadcast.Status.DRAFT, to=Broadcast.Status.APPROVED, approved_at=timezone.now())
    broadcasts.send_now(broadcast, by=None)
    delivery.start_due()
    broadcast.refresh_from_db()
    return broadcast


def make_conversion_point(name: str = "Tasting", **fields: object) -> Point:
    """It counts each product viewed, unless another kind or event is given."""
    usual = {"kind": "event", "code": uuid4().hex, "event": "viewed", "by": None}
    if fields.get("kind", "event") != "event":
        del usual["event"]
    return conversions.create_point(name=name, **(usual | fields))


def make_tap_action(name: str = "Likes tea", **fields: object) -> TapAction:
    """A tap action that answers “Noted”, or does what is given."""
    return taps.save_tap_action(TapAction(), **({"name": name, "answer": "Noted"} | fields))


def make_series(name: str = "Every morning", **rule: object) -> Series:
    """A series that goes on, daily from tomorrow unless the rule says otherwise; no date is made yet."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    usual = {"every": "day", "at": time(10), "starts_on": tomorrow}
    pattern = make_broadcast(name=name)
    made = Series.objects.create(pattern=pattern, **(usual | rule))
    Broadcast.objects.filter(pk=pattern.pk).update(series=made)
    return made


def make_auto_reply(*words: str, text: str = "10:00–19:00", **fields: object) -> AutoReply:
    """A keyword reply of one text, or another kind if `trigger` is given."""
    messages = [{"type": "text", "text": text}]
    given = {"name": words[0] if words else "Greeting", "words": list(words), "messages": messages}
    return autoreplies.save_auto_reply(AutoReply(), **(given | fields))


def make_campaign(name: str = "Autumn", **fields: object) -> Campaign:
    """A campaign that began today, with nothing in it."""
    return campaigns.create(**({"name": name, "starts_on": timezone.localdate(), "by": None} | fields))


def make_budget(tenant: Tenant, amount: int, **fields: object) -> Budget:
    """A budget of the client for every month, which stops sends and warns at the usual points."""
    usual = {"amount": Decimal(amount), "warn_percents": [50, 80, 100], "stops": True, "by": None}
    return budgets.set_budget(tenant.pk, **(usual | fields))


def make_scenario(flow: dict | None = None, *, name: str = "Welcome") -> Scenario:
    """A draft; an empty one unless a flow is given."""
    return scenarios.create(name, flow=flow, by=None)


def make_notice(**fields: object) -> NoticeSend:
    """A notification message that LINE was asked for just now, and did not answer."""
    usual = {"key": f"api:{uuid4()}", "kind": NoticeSend.Kind.TEMPLATE, "state": NoticeSend.State.UNKNOWN}
    usual |= {"template_key": "shipment_completed_ja", "content": {}, "first_tried_at": timezone.now()}
    return NoticeSend.objects.create(**(usual | fields))
