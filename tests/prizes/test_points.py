"""Point campaigns: entering, the delivery list with its reasons, and what the partner answers."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import Error, transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from events import timeline
from events.models import Event
from events.timeline import NewEvent
from friends import services as friends
from friends.models import Friend
from prizes.errors import BadResults, ListApproved, ListNotApproved, ListNotReady, NotAmong, NotClosed, Over
from prizes.models import DeliveryList, DeliveryRow, PointCampaign, PointEntry
from prizes.points import commands, entering, listing, results
from tests.factories import make_customer, make_friend, make_link, make_segment, make_tag
from tests.prizes.factories import make_list, make_open_point_campaign, make_point_campaign

ORDER = {"event": "order_placed", "times": 1, "property": "total", "least": 5_000}


def order(customer: int, total: int, number: str = "A1", type_: str = "order_placed") -> None:
    said = {"order": number, "total": total}
    timeline.record([NewEvent(type_, timezone.now(), None, customer, said, f"{type_}:{number}")])


def close_and_list(campaign: PointCampaign) -> DeliveryList:
    commands.close(campaign, by=None)
    made = listing.ask(campaign, by=None)
    listing.draw_up_asked()
    return DeliveryList.objects.get(pk=made.pk)


def reasons(list_: DeliveryList) -> dict[str, str]:
    return {row.friend.display_name: row.reason for row in list_.rows.select_related("friend")}


def test_entering_twice_is_entering_once(tenant):
    campaign, friend = make_open_point_campaign(), make_friend("aoi")

    first = entering.enter(campaign, friend.pk, way="page")
    again = entering.enter(campaign, friend.pk, way="page")

    assert first == again
    assert Event.objects.get(type="entered").properties["point_campaign"] == str(campaign.pk)


def test_only_the_segment_enters_and_only_in_the_period(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    segment = make_segment({"type": "tag", "tag": make_tag("VIP", friends=[aoi]).pk})
    campaign = make_open_point_campaign(segment=segment)

    entering.enter(campaign, aoi.pk, way="page")
    with pytest.raises(NotAmong):
        entering.enter(campaign, ren.pk, way="page")
    with time_machine.travel(campaign.ends_at, tick=False), pytest.raises(Over):
        entering.enter(campaign, make_friend("yui").pk, way="page")


def test_who_has_ordered_enough_gets_points_and_others_are_told_why(tenant):
    campaign = make_open_point_campaign(action=ORDER)
    linked = {name: make_link(make_friend(name)) for name in ("aoi", "ren", "yui")}
    blocked = make_friend("sora", status=Friend.Status.BLOCKED)
    for friend in (*(link.friend for link in linked.values()), blocked):
        entering.enter(campaign, friend.pk, way="page")
    order(linked["aoi"].customer_id, 5_000)
    order(linked["ren"].customer_id, 4_999, "A2")
    order(linked["yui"].customer_id, 9_000, "A3")
    order(linked["yui"].customer_id, 9_000, "A3", "order_cancelled")

    found = close_and_list(campaign)

    assert reasons(found) == {"aoi": "", "ren": "action", "yui": "action", "sora": "blocked"}
    assert (found.entered, found.eligible, found.points) == (4, 1, 100)


def test_what_was_done_before_or_after_the_period_does_not_count(tenant):
    campaign = make_open_point_campaign(action={"event": "visited"})
    friend = make_friend("aoi")
    entering.enter(campaign, friend.pk, way="page")
    moments = [campaign.starts_at - timedelta(seconds=1), timezone.now() + timedelta(hours=1)]
    timeline.record(NewEvent("visited", at, friend.pk, key=f"v:{at}") for at in moments)

    found = close_and_list(campaign)

    assert reasons(found) == {"aoi": "action"}


def test_who_left_the_segment_gets_nothing_if_it_is_asked_again(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    tag = make_tag("VIP", friends=[aoi, ren])
    campaign = make_open_point_campaign(segment=make_segment({"type": "tag", "tag": tag.pk}))
    for friend in (aoi, ren):
        entering.enter(campaign, friend.pk, way="page")

    friends.untag_friends([ren.pk], tag)

    assert reasons(close_and_list(campaign)) == {"aoi": "", "ren": "segment"}


def test_the_first_to_enter_come_first(tenant):
    names = ["aoi", "ren", "yui"]
    found = make_list(*(make_friend(name) for name in names), most=2)

    assert reasons(found) == {"aoi": "", "ren": "", "yui": "full"}
    assert list(found.rows.order_by("pk").values_list("place", flat=True)) == [1, 2, None]


def test_a_list_by_customer_number_leaves_out_who_has_none(tenant):
    campaign = make_open_point_campaign(known_by="customer")
    aoi, ren = make_friend("aoi"), make_friend("ren")
    make_link(aoi, make_customer("1001"))
    for friend in (aoi, ren):
        entering.enter(campaign, friend.pk, way="page")

    found = close_and_list(campaign)

    assert reasons(found) == {"aoi": "", "ren": "number"}
    assert found.rows.get(place=1).identity == "1001"


def test_a_list_is_drawn_up_after_the_closing_only(tenant):
    with pytest.raises(NotClosed):
        listing.ask(make_open_point_campaign(), by=None)


def test_an_approved_list_never_changes_and_no_other_follows(tenant):
    found = listing.approve(make_list(make_friend("aoi")), by=None)

    assert found.digest == listing.digest(found)
    with pytest.raises(ListApproved):
        listing.ask(found.campaign, by=None)
    with pytest.raises(ListNotReady):
        listing.approve(found, by=None)
    with pytest.raises(Error), transaction.atomic():
        found.rows.update(points=1_000)
    with pytest.raises(Error), transaction.atomic():
        DeliveryRow.objects.filter(list=found).delete()


def test_a_list_that_is_drawn_up_anew_replaces_the_other(tenant):
    first = make_list(make_friend("aoi"))

    second = listing.ask(first.campaign, by=None)
    listing.draw_up_asked()

    first.refresh_from_db()
    assert (first.state, second.number) == ("replaced", 2)
    with pytest.raises(ListNotReady):
        listing.approve(first, by=None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_what_the_partner_answers_stands_beside_each(tenant, encoding):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    found = listing.approve(make_list(aoi, ren, fee_yen=500, unit_price=Decimal("1.1")), by=None)
    text = f"user_id,結果,備考\r\n{aoi.line_user_id},成功,\r\n{ren.line_user_id},NG,退会済み\r\n"

    taken = results.take(found, io.BytesIO(text.encode(encoding)), by=None)

    assert (taken.done, taken.failed) == (1, 1)
    assert found.rows.get(friend=ren).result_note == "退会済み"
    assert listing.cost_yen(found) == Decimal("610")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("U" + "0" * 32 + ",OK", "is not on the list"),
        ("{aoi},perhaps", "is no result"),
        ("{aoi},OK\r\n{aoi},NG", "is named twice"),
    ],
)
def test_a_file_that_is_wrong_anywhere_is_not_taken_at_all(tenant, line, said):
    aoi = make_friend("aoi")
    found = listing.approve(make_list(aoi), by=None)
    text = "identity,result\r\n" + line.replace("{aoi}", aoi.line_user_id)

    with pytest.raises(BadResults, match="bad_results") as refusal:
        results.take(found, io.BytesIO(text.encode()), by=None)

    assert said in refusal.value.message
    assert not found.rows.exclude(result="").exists()


def test_results_belong_to_an_approved_list(tenant):
    with pytest.raises(ListNotApproved):
        results.take(make_list(make_friend("aoi")), io.BytesIO(b"identity,result\r\n"), by=None)


def test_at_its_end_a_point_campaign_is_closed_by_itself(tenant):
    campaign = make_open_point_campaign()

    with time_machine.travel(campaign.ends_at, tick=False):
        commands.close_ended()

    assert PointCampaign.objects.get(pk=campaign.pk).status == "closed"


def test_entries_of_another_client_are_not_there(tenant, other_tenant):
    make_point_campaign()
    with tenant_context(other_tenant):
        theirs = make_open_point_campaign()
        entering.enter(theirs, make_friend("theirs").pk, way="page")

    assert not PointEntry.objects.exists()
