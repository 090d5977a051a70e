"""Pages of cross tables, funnels and hours; the same by API."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.models import Activity
from insights.models import Funnel
from segments import services as segments
from segments.errors import SegmentInUse
from tests.api.conftest import caller, make_key
from tests.factories import make_customer_field, make_friend, make_link, make_segment, make_tag
from tests.insights.factories import happen, make_funnel
from tests.insights.test_hours import click, make_send

WRITTEN = {"name": "First order", "window_days": "7", "period_days": "30", "event_0": "followed"} | {
    "event_2": "bought",
    "property_2_0": "amount",
    "op_2_0": "at_least",
    "value_2_0": "1000",
}


@pytest.fixture
def page(tenant, visit):
    """A marketer's browser."""
    return visit("marketer")


def test_a_cross_table_says_what_it_found_and_leads_to_segments(page):
    tag = make_tag("VIP", friends=[make_friend()])
    make_link()

    asked = {"row": f"tag:{tag.pk}", "column": "linked"}
    shown = page.read("insights/cross/", asked)
    file = page.get("insights/cross/file/", asked | {"kind": "utf-8"}).content.decode()

    assert "Tagged “VIP”" in shown
    assert "segments/new/?tree=%7B%22all%22" in shown
    assert "50.0%" not in shown
    assert "Not tagged so,1,0,1" in file
    assert Activity.objects.filter(verb="cross_table.exported").exists()


@pytest.mark.parametrize("shown", ["of_row", "of_column", "counts", "expected", "x"])
def test_each_way_of_showing_cells_is_a_page(page, shown):
    make_link()

    assert "Linked" in page.read("insights/cross/", {"row": "linked", "column": "route", "shown": shown})


def test_everything_that_is_known_is_offered_once_on_each_side(page):
    rank, tag = make_customer_field("Rank", "choice", choices=["gold"]), make_tag("VIP")
    city = make_customer_field("City")

    shown = page.read("insights/cross/")

    for code in (f"customer:{rank.pk}", f"customer:{city.pk}", f"tag:{tag.pk}"):
        assert shown.count(f'<option value="{code}">') == 2


@pytest.mark.parametrize("asked", [{}, {"row": "x", "column": "y"}, {"row": "linked", "column": "linked"}])
def test_what_cannot_be_crossed_is_asked_again(page, asked):
    assert "Show the table" in page.read("insights/cross/", asked)


def test_a_segment_that_cannot_be_asked_is_said(page):
    segment = make_segment({"all": [{"type": "tag", "tag": make_tag().pk}]})
    type(segment).objects.update(tree={"all": [{"type": "gone"}]})

    shown = page.read("insights/cross/", {"row": "linked", "column": "route", "segment": segment.pk})

    assert 'role="alert"' in shown


def test_a_funnel_is_written_shown_changed_and_deleted_after_a_question(page):
    friend = make_friend("Aoi")
    happen(friend, "followed", timezone.now())
    made = page.send("insights/funnels/new/", WRITTEN)
    funnel = Funnel.objects.get()
    changed = page.send(f"insights/funnels/{funnel.pk}/edit/", WRITTEN | {"window_days": "3"})
    asked = page.read(f"insights/funnels/{funnel.pk}/delete/")
    file = page.get(f"insights/funnels/{funnel.pk}/file/", {"kind": "utf-8"}).content.decode()
    gone = page.send(f"insights/funnels/{funnel.pk}/delete/", {})

    assert funnel.steps == [
        {"event": "followed"},
        {"event": "bought", "where": [{"property": "amount", "op": "at_least", "value": 1000}]},
    ]
    assert "Most people are lost between “Added the account” and" in made
    assert "within 3 days" in changed
    assert "is deleted for everybody" in asked
    assert "All,1,Added the account,1,,1.0000," in file
    assert "No funnel yet" in gone


def test_comparisons_that_the_form_has_no_room_for_stay_with_their_event_alone(page):
    where = [{"property": "amount", "op": "at_least", "value": number} for number in (1, 2, 3)]
    funnel = make_funnel(steps=[{"event": "followed"}, {"event": "bought", "where": where}])
    steps = {"event_0": "followed", "event_1": "bought"}
    for row in range(2):
        steps |= {f"property_1_{row}": "amount", f"op_1_{row}": "at_least", f"value_1_{row}": f"{row + 1}"}
    form = {"name": funnel.name, "window_days": "7", "period_days": "30"} | steps

    page.send(f"insights/funnels/{funnel.pk}/edit/", form)
    funnel.refresh_from_db()
    same = funnel.steps[1]["where"]
    page.send(f"insights/funnels/{funnel.pk}/edit/", form | {"event_1": "carted"})
    funnel.refresh_from_db()

    assert same == where
    assert funnel.steps[1] == {"event": "carted", "where": where[:2]}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "required"),
        ({"event_2": ""}, "2 to 8 steps"),
        ({"window_days": "0"}, "greater than or equal to 1"),
        ({"value_2_0": ""}, "Step 2 is not understood"),
        ({"first": "2026-11-02", "last": "2026-11-01"}, "must not be before the first"),
        ({"first": "2026-11-02"}, "must not be before the first"),
    ],
)
def test_what_is_wrong_with_a_funnel_is_said_and_nothing_typed_is_lost(page, wrong, said):
    shown = page.send("insights/funnels/new/", WRITTEN | {"name": "Kept name"} | wrong)

    assert said in shown
    assert ("Kept name" in shown) == ("name" not in wrong)
    assert not Funnel.objects.exists()


def test_a_funnel_is_broken_down_otherwise_for_once(page):
    funnel = make_funnel()
    happen(make_friend(), "followed", timezone.now())

    assert "Not linked" in page.read(f"insights/funnels/{funnel.pk}/", {"side": "linked"})
    assert "Not linked</th>" not in page.read(f"insights/funnels/{funnel.pk}/")


def test_a_segment_that_a_funnel_asks_for_is_not_deleted(tenant):
    segment = make_segment()
    make_funnel("Buyers", segment=segment)

    with pytest.raises(SegmentInUse) as refused:
        segments.delete_segment(segment)

    assert "Buyers" in refused.value.message


def test_a_funnel_of_another_client_is_not_there(page, other_tenant):
    with tenant_context(other_tenant):
        theirs = [make_funnel(f"Theirs {number}") for number in range(3)][-1]

    for address in ("", "edit/", "delete/", "file/"):
        assert page.get(f"insights/funnels/{theirs.pk}/{address}").status_code == 404


def test_hours_of_a_period_and_of_a_send(page):
    link = make_send()
    link.broadcast.refresh_from_db()
    click(link, timedelta(hours=1), friend=1)

    asked = {"first": "2026-10-01", "last": "2026-10-31"}
    period = page.read("insights/hours/", asked)
    send = page.read(f"insights/hours/{link.broadcast_id}/")
    file = page.get("insights/hours/file/", asked | {"kind": "utf-8"}).content.decode()

    assert "Most clicks come on Monday at 13:00" in period
    assert "Nine of ten people who clicked did so within 2 h." in period
    assert "Opens by day" in send
    assert "2,1,1,1,1" in file


@pytest.mark.parametrize("asked", [{}, {"first": "x"}, {"first": "2026-10-02", "last": "2026-10-01"}])
def test_without_clicks_the_page_says_what_to_do(page, asked):
    assert "Nothing was sent on these days" in page.read("insights/hours/", asked)


@pytest.mark.parametrize("asked", ["since=9999-12-01&until=9999-12-31", "since=0001-01-01&until=0001-01-02"])
def test_hours_of_days_that_no_clock_reaches_are_refused(tenant, asked):
    program = caller(make_key(tenant, "broadcasts.view_linkclick"))

    assert program.get(f"click-hours/?{asked}").status_code == 400


def test_programs_cross_walk_and_ask_for_hours(tenant):
    program = caller(make_key(tenant, "friends.view_friend", "insights.add_funnel", "insights.view_funnel"))
    link = make_link()
    happen(link.friend, "followed", timezone.now())
    crossed = program.get("friend-cross/?row=linked&column=route").json()
    wrong = program.get("friend-cross/?row=linked&column=linked")
    steps = [{"event": "followed"}, {"event": "bought"}]
    made = program.post("funnels/", {"name": "Buy", "steps": steps, "side": "linked"})
    result = program.get(f"funnels/{made.json()['id']}/result/").json()
    refused = program.post("funnels/", {"name": "B", "steps": [{"event": "followed"}]})
    twice = program.post("funnels/", {"name": "Buy", "steps": steps})

    assert crossed["cells"][0][0]["count"] == 1
    assert crossed["cells"][0][0]["tree"]["all"][0] == {"type": "linked", "is": True}
    assert wrong.json()["code"] == "no_such_side"
    assert [step["people"] for step in result["whole"]["steps"]] == [1, 0]
    assert [part["key"] for part in result["parts"]] == ["yes"]
    assert refused.json()["code"] == "few_steps"
    assert (twice.status_code, twice.json()["code"]) == (409, "funnel_name_taken")
