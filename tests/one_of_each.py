"""One row of every model that an address of ours can name."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone
from django_tenants.utils import schema_context

from accounts import activity, board, current
from accounts import services as accounts
from accounts.models import Company, Tenant
from accounts.sites import agency_admin, client_admin
from acquisition import services as acquisition
from agency_library import branding
from attribution import services as conversions
from attribution.models import Credit
from attribution.tag import commands as page_tag
from billing import ledger, quota, tables
from billing import services as billing
from billing.budgeting import commands as budgeting
from billing.models import BudgetAlert, NoticePrice, PriceTable
from billing.reconciling import booking as day_counts
from broadcasts.models import (
    ApprovalMail,
    ApprovalRules,
    Batch,
    Broadcast,
    Comment,
    Insight,
    LinkClick,
    LinkDefaults,
    Outcome,
    PlatformSend,
    SendingRules,
    Tester,
    TestSend,
    TrackedLink,
    Turn,
)
from campaigns import services as campaigns
from campaigns.models import Campaign
from cards import services as cards
from channels import processing, replays
from channels.event_search import Search
from channels.models import InboxBody
from chats.models import Media, SavedReply, Sending
from contracts import services as contracts
from costs import services as costs
from costs.spending import Eyes
from customers.models import CustomerAlias, CustomerField
from events import refusals, timeline
from events.models import EventSettings
from friends.models import AudienceDay, Demographics, FollowerListing, Friend, FriendImport
from invitations import services as invitations
from invitations.models import DayOfViews, LinkDay
from library.models import Folder as MediaFolder
from linking.models import LinkAttempt, LinkDuty
from planning import trees
from scenarios.models import NoticeDay
from shops.models import ShopSettings
from tests.adplatforms.factories import make_ad_rows
from tests.agency_library.branding import make_picture
from tests.billing.factories import make_entry
from tests.channels.conftest import give_channel, make_body, make_event, put_in_inbox
from tests.connectors.factories import make_shop_rows
from tests.coupons.factories import make_coupon_rows
from tests.factories import (
    make_ad_cost,
    make_agency_template,
    make_arrival,
    make_audience,
    make_auto_reply,
    make_broadcast,
    make_budget,
    make_campaign,
    make_channel_check,
    make_conversation,
    make_coupon,
    make_customer,
    make_customer_field,
    make_event_type,
    make_field,
    make_friend,
    make_invitation,
    make_link,
    make_link_conflict,
    make_link_session,
    make_list,
    make_media_file,
    make_notice,
    make_order,
    make_product,
    make_series,
    make_sign_in,
    make_tag,
    make_tap_action,
    make_template,
)
from tests.imports.factories import make_import, make_saved_columns
from tests.insights.factories import make_funnel
from tests.invoices.factories import make_documents
from tests.planning.factories import make_actual, make_kpi, make_kpi_set
from tests.prizes.factories import make_prize_rows
from tests.referrals.factories import make_referral_rows
from tests.relays.factories import make_delivery, make_relay, make_webhook_event
from tests.reports.factories import make_report_rows
from tests.scenarios.factories import make_scenario_rows
from tests.surveys.factories import make_survey_rows
from tests.surveys.results import make_result_rows
from tests.touchpoints.factories import make_touchpoint_rows


def one_of_each(tenant: Tenant) -> dict[str, object]:
    """What stands for each in an address: `friend` as pages and API name it, `friends_friend` as an admin."""
    friend, tag, customer, broadcast = (
        make_friend("aoi"),
        make_tag("VIP"),
        make_customer("1"),
        make_broadcast(),
    )
    link, auto_reply = make_link(friend, customer), make_auto_reply("hours")
    conflict = make_link_conflict(friend)
    LinkDuty.objects.create(friend=friend, link=link, kind=LinkDuty.Kind.MENU, due_at=timezone.now())
    make_events(friend, broadcast)
    customer_field = make_more_customers()
    arrival, shop = make_arrival(friend), make_shop()
    make_public_rows(tenant)
    invitation = make_ways_to_link()
    chat, relays, known = make_chat(friend), make_relays(), make_knowledge_of_friends()
    named = chat | {
        "accounts_agency": tenant.agency_id,
        "accounts_tenant": tenant.pk,
        "friend": friend.pk,
        "tag": tag.pk,
        "customer": customer.number,
        "other_customer": customer.pk,
        "customer_field": customer_field.pk,
        "link": link.pk,
        "link_conflict": conflict.pk,
        "link_session": make_link_session(customer),
        "sign_in": make_sign_in(make_friend("ren")).pk,
        "segment": broadcast.segment_id,
        "friend_list": make_list(friends=[friend]).pk,
        "audience": make_audience().pk,
        "folder": arrival.route.folder_id,
        "route": arrival.route_id,
        "arrival": arrival.pk,
        "ad_cost": make_ad_cost(arrival.route).pk,
        "margin": acquisition.set_margin(Decimal(40), by=None),
        "funnel": make_funnel().pk,
        "tool_fee": costs.set_tool_fee(
            name="Musubi", amount=Decimal(9_000), since=date(2026, 1, 1), by=None
        ).pk,
        **make_campaigns(tenant, broadcast),
        **make_conversions(),
        **make_ad_rows(),
        **make_scenario_rows(friend),
        **make_prize_rows(friend),
        **make_coupon_rows(friend, broadcast.segment),
        **make_survey_rows(friend),
        **make_touchpoint_rows(),
        **make_referral_rows(friend),
        **make_result_rows(friend),
        "media_file": make_media_file().pk,
        "message_template": make_template().pk,
        "agency_template": make_agency_template().pk,
        "kpi_set": make_kpi_set().pk,
        "coupon": make_coupon().coupon_id,
        "media_folder": MediaFolder.objects.create(name="Autumn").pk,
        "broadcast": broadcast.pk,
        **make_times(),
        "comment": broadcast.comments.get().pk,
        "tester": friend.tester.pk,
        "notice": make_notice().pk,
        "notice_day": NoticeDay.objects.create(day=timezone.localdate(), read_at=timezone.now()).pk,
        "auto_reply": auto_reply.pk,
        "tap_action": make_tap_action().pk,
        "entry_point": "mail",
        "invitation": invitation,
        **shop,
        **relays,
        **known,
        **make_shop_rows(),
        **make_report_rows(),
        **make_documents(tenant),
    }
    return latest() | named  # last: what was made on the way has to be found


def make_conversions() -> dict[str, object]:
    """A conversion point of the client's own, and an order that a broadcast is credited with."""
    made = conversions.create_point(kind="event", name="Tasting", code="tasting", event="viewed", by=None)
    page_tag.set_up(origins=["https://shop.example"], by=None)
    Credit.objects.create(
        point=conversions.orders(),
        source=1,
        model="last",
        owner="broadcast:1",
        way="click",
        touched_at=timezone.now(),
        at=timezone.now(),
        amount=Decimal(3_000),
    )
    return {"point": made.pk}


def make_campaigns(tenant: Tenant, broadcast: Broadcast) -> dict[str, object]:
    """A campaign with a broadcast in it, and a budget that was lifted and has warned."""
    campaign = make_campaign()
    campaigns.assign(broadcast.ledger_owner, campaign, by=None)
    budget = make_budget(tenant, 6_000)
    budgeting.lift(budget, at=timezone.now(), up_to=None, reason="Sale", by=None)
    budgeting.keep_back(tenant.pk, 100, since=date(2026, 1, 1), by=None)
    about = {"tenant": tenant, "month": date(2026, 11, 1), "percent": 80, "used": 4_800}
    BudgetAlert.objects.create(budget=budget, **about)
    return {"campaign": campaign.pk, "budget": budget.pk} | make_planning(campaign)


def make_planning(campaign: Campaign) -> dict[str, object]:
    """An indicator of a campaign's own with a target and a number, one that was taken out, a daily figure."""
    kpi = make_kpi("", campaign, name="Visitors")
    trees.set_target(kpi, date(2026, 11, 1), Decimal(100), eyes=Eyes(current.tenant()), by=None)
    trees.enter(kpi, date(2026, 11, 20), Decimal(5), by=None)
    removed = trees.remove(make_kpi("clicks", campaign), by=None)
    make_actual("clicks", date(2026, 11, 20), 3)
    return {"kpi": kpi.pk, "removed_kpi": removed.pk}


def make_times() -> dict[str, object]:
    """Rules of sending, and a series with a date that can be changed."""
    SendingRules.objects.create()
    series = make_series()
    return {"series": series.pk, "series_day": f"{series.starts_on:%Y-%m-%d}"}


def make_shop() -> dict[str, object]:
    """An order of a customer, a product whose price changed, an event type, and what could not be taken."""
    make_product("tea", price=500)
    ShopSettings.objects.create(pk=1)
    EventSettings.objects.create(pk=1)
    refusals.keep("orders", [("1002", "total: is missing")])
    return {
        "product": make_product("tea", price=400).pk,
        "order": make_order("1001", customer="1").pk,
        "event_type": make_event_type("tasted").name,
    }


def make_knowledge_of_friends() -> dict[str, object]:
    """A field, a file that was imported, a reading of LINE's list, LINE's counts and estimates of a day."""
    now = timezone.now()
    AudienceDay.objects.create(day=now, added=30, reach=20, blocks=10, fetched_at=now)
    Demographics.objects.create(day=now, is_available=False, fetched_at=now)
    FollowerListing.objects.create(state=FollowerListing.State.PAUSED)
    run = FriendImport.objects.create(name="friends.csv", size=0, encoding="utf-8-sig")
    imported = {"import_run": make_import().pk, "saved_columns": make_saved_columns().pk}
    return imported | {"field": make_field("Shop", key="shop").pk, "friend_import": run.pk}


def make_more_customers() -> CustomerField:
    """A second customer, with a former number; a field of customers."""
    CustomerAlias.objects.create(
        number="0", customer=make_customer("2"), former_id=0, merged_at=timezone.now()
    )
    return make_customer_field("Rank")


def make_events(friend: Friend, broadcast: Broadcast) -> None:
    now = timezone.now()
    timeline.record([timeline.NewEvent("bought", now, friend.pk)])
    LinkAttempt.objects.create(friend=friend, started_at=now, expires_at=now + timedelta(minutes=10))
    link = TrackedLink.objects.create(broadcast=broadcast, url="https://shop.example/", code="code")
    LinkClick.objects.create(link=link, friend_id=friend.pk, is_first=True)
    LinkDefaults.objects.create()
    Batch.objects.create(
        broadcast=broadcast,
        position=0,
        method="multicast",
        friends=[friend.pk],
        friend_count=1,
        retry_key=uuid4(),
    )
    make_approval(friend, broadcast)
    Insight.objects.create(broadcast=broadcast, day=1, data={})
    Outcome.objects.create(
        broadcast=broadcast,
        counted_at=timezone.now(),
        **dict.fromkeys(("receivers", "buyers", "orders", "revenue", "blocked", "stopped"), 0),
    )
    PlatformSend.objects.create(
        broadcast=broadcast, position=0, method="narrowcast", friends=b"", most=1, retry_key=uuid4()
    )


def make_approval(friend: Friend, broadcast: Broadcast) -> None:
    """Somebody is asked, something was said, and a tester got it."""
    turn = Turn.objects.create(broadcast=broadcast, stage="client", version=1)
    ApprovalMail.objects.create(kind="turn", broadcast=broadcast, turn=turn, user_id=1)
    ApprovalRules.objects.create()
    Comment.objects.create(broadcast=broadcast, version=1, text="Is the price right?")
    Tester.objects.create(friend=friend)
    TestSend.objects.create(broadcast=broadcast, friend=friend, messages=[], retry_key=uuid4())


def make_ways_to_link() -> str:
    """An entry point of the client's own, days that were counted, a card; the code of an invitation."""
    today = timezone.now().date()
    invitations.create_entry_point("mail", name="Mail")
    DayOfViews.objects.create(entry="thanks", day=today, count=1)
    counts = {"friends": 1, "linked_friends": 1, "customers": 1, "linked_customers": 1}
    LinkDay.objects.create(day=today, **counts)
    cards.change_settings(is_on=True)
    return make_invitation("thanks").code


def make_chat(friend: Friend) -> dict[str, object]:
    """A talk with an answer that failed, a file, and a saved reply."""
    conversation = make_conversation(friend)
    sending = Sending.objects.create(
        conversation=conversation,
        client_token="1",
        way="push",
        may_push=True,
        retry_key=uuid4(),
        body=b"",
        state="failed",
    )
    file = Media.objects.create(state="stored", file="nowhere", preview="nowhere")
    return {
        "conversation": conversation.pk,
        "sending": sending.pk,
        "file": file.pk,
        "saved_reply": SavedReply.objects.create(title="Hours", text="10:00–19:00").pk,
    }


def make_relays() -> dict[str, object]:
    """A relay to which a body went, an event and a body of the log, an order to replay."""
    relay = make_relay()
    return {
        "relay": relay.pk,
        "delivery": make_delivery(relay).pk,
        "webhook_event": make_webhook_event().pk,
        "body": InboxBody.objects.filter(state="quarantined").latest("id").pk,
        "replay": replays.order(Search(), by=None).pk,
    }


def make_public_rows(tenant: Tenant) -> None:
    now = timezone.now()
    give_channel(tenant)
    make_channel_check(tenant)
    put_in_inbox(make_body(make_event("join")), b"not JSON")
    processing.process(seconds=5)
    with schema_context("public"):
        branding.change(tenant.agency_id, by=None, logo=make_picture())
        accounts.invite("viewer@example.com", agency=tenant.agency, tenant=tenant, role="viewer")
        Company.objects.create(agency=tenant.agency, name="Apparel group")
        accounts.create_api_key(tenant, name="shop", scopes=["*"])
        accounts.create_agency_key(tenant.agency, name="ERP")
        activity.record("test.made", "rows", by=None, of=tenant)
        board.call("test", now, tenant_id=tenant.pk)
        billing.subscribe(tenant.pk, plan="light", since=date(2026, 1, 1))
        make_prices(tenant)
        contracts.add_contract(tenant, valid_from=date(2099, 1, 1), by=None)
        ledger.post(tenant.pk, [make_entry(1)])
        quota.record_reading(tenant.pk, limit=None, used=1, at=now)
        day_counts.record(tenant.pk, date(2026, 11, 20), {"targeting": 20}, at=now)


def make_prices(tenant: Tenant) -> None:
    """Prices of the client's own, then a table for everybody."""
    present = PriceTable.objects.get(plan__country="JP", plan__code="standard", valid_from="2026-10-01")
    tables.enter_for([tenant], present, by=None)
    tables.enter(tables.copy(present, valid_from=date(2030, 1, 1)), by=None)
    price = {"valid_from": date(2026, 1, 1), "unit_price": 8, "source": "Contract"}
    tables.enter_notice_price(NoticePrice(tenant=tenant, **price), by=None)


def latest() -> dict[str, object]:
    """The row made last, of every model in the admin sites; reads public rows whosever they are."""
    with schema_context("public"):
        public = {model: model.objects.latest("pk").pk for model in agency_admin._registry}
    own = {model: model.objects.latest("pk").pk for model in client_admin._registry if model not in public}
    return {model._meta.label_lower.replace(".", "_"): pk for model, pk in (public | own).items()}
