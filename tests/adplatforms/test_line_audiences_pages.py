"""Pages of segments kept at LINE, and the same by API."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from adplatforms.line_audiences import commands
from adplatforms.models import LineAdAudience, LineAdVersion
from segments.models import Audience
from tests.adplatforms.factories import make_buyer, make_line_audience, make_version
from tests.adplatforms.test_line_audiences import (  # noqa: F401  (fixtures)
    at_line,
    line,
    now_at_line,
    people,
    say,
    work,
)
from tests.api.conftest import caller, make_key
from tests.factories import make_segment

PLACE = "ad-platforms/audiences/line/"


@pytest.fixture
def page(tenant, visit):
    """An account manager's browser."""
    return visit("account_manager")


def new(**given: object) -> dict:
    usual = {"name": "VIP", "rhythm": "weekly", "only_agreed": "on"}
    return usual | {"segment": given.pop("segment", None) or make_segment().pk} | given


def test_it_is_chosen_asked_about_pushed_and_shown(page, people, channel):  # noqa: F811
    empty = page.read("ad-platforms/audiences/")
    asked = page.send(f"{PLACE}new/", new())
    found = LineAdAudience.objects.get()
    nothing_yet = at_line(channel)
    begun = page.send(f"{PLACE}{found.pk}/push/", {})
    work()
    shown = page.read(f"{PLACE}{found.pk}/")
    listed = page.read("ad-platforms/audiences/")

    assert "None yet. LINE can hold a segment" in empty
    assert "Give 2 people to LINE" in asked
    assert "every week" in asked
    assert nothing_yet == {}
    assert "LINE is getting these people" in begun
    assert "VIP #" in shown
    assert f"{now_at_line(found).made.line_id}" in shown
    assert "At LINE" in listed


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "V" * 101}, "at most 100"),
        ({"name": "Taken"}, "There is an audience named “Taken”"),
        ({"name": "VIP\u200b"}, "in one line"),
        ({"rhythm": "hourly"}, "valid choice"),
        ({"segment": 10**9}, "valid choice"),
    ],
)
def test_what_is_wrong_is_said_on_the_form(page, wrong, said):
    make_line_audience("Taken")

    shown = page.send(f"{PLACE}new/", new(**wrong))

    assert said in shown
    assert LineAdAudience.objects.count() == 1


def test_the_segments_page_leads_to_it_with_the_segment_chosen(page):
    segment = make_segment(name="Regulars")

    shown = page.read(f"segments/{segment.pk}/")
    form = page.read(f"{PLACE}new/?segment={segment.pk}")

    assert f"{PLACE}new/?segment={segment.pk}" in shown
    assert f'<option value="{segment.pk}" selected>' in form


def test_progress_is_shown_until_it_is_ready(page, people, line, channel):  # noqa: F811
    line.configure(channel.channel_id, audience_queued_seconds=3600)
    audience = make_line_audience()
    commands.push(audience, by=None)
    Audience.objects.update(state="uploading", sent_count=1)

    uploading = page.read(f"{PLACE}{audience.pk}/state/")
    work()
    Audience.objects.update(state="readying")
    readying = page.read(f"{PLACE}{audience.pk}/state/")
    refused = page.send(f"{PLACE}{audience.pk}/push/", {})

    assert "1 of 2 people (50 %)" in uploading
    assert "delay:3s" in uploading
    assert "LINE is preparing the audience" in readying
    assert "Wait until it is ready" in refused


def test_who_withdrew_is_counted_with_one_click_to_make_it_anew(page, people, channel):  # noqa: F811
    audience = make_line_audience()
    commands.push(audience, by=None)
    work()
    say("aoi", False)

    warned = page.read(f"{PLACE}{audience.pk}/size/")
    page.send(f"{PLACE}{audience.pk}/push/", {})
    work()
    after = page.read(f"{PLACE}{audience.pk}/size/")

    assert "1 people in LINE’s audience agree to ads no longer" in warned
    assert "Make it anew now, with 1 people" in warned
    assert "agree to ads no longer" not in after


def test_where_it_is_kept_in_step_the_page_says_when_that_happens(page, people):  # noqa: F811
    audience = make_line_audience(rhythm="daily")
    commands.push(audience, by=None)
    work()
    say("aoi", False)

    assert "That happens by itself" in page.read(f"{PLACE}{audience.pk}/size/")


def test_what_is_missing_at_line_has_failed_or_came_to_nothing_is_said(page):
    missing, failed, in_vain = (make_line_audience(name) for name in ("Missing", "Failed", "In vain"))
    make_version(missing, state="current", missing_at=timezone.now(), settled_at=timezone.now())
    make_version(failed, state="failed")
    Audience.objects.filter(name="Failed").update(problem="room")
    LineAdAudience.objects.filter(pk=in_vain.pk).update(problem="line_ad_audience_empty")

    shown = {each.pk: page.read(f"{PLACE}{each.pk}/") for each in (missing, failed, in_vain)}

    assert "Somebody deleted this audience in LINE’s own console" in shown[missing.pk]
    assert "LINE keeps no more than 1,000 audiences" in shown[failed.pk]
    assert "Nobody in this segment may be told to LINE" in shown[in_vain.pk]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("line_ad_audience_empty", "Nobody in this segment may be told to LINE"),
        ("line_ad_audience_too_many", "LINE takes 1,500,000 people in an audience; these are more."),
        ("invalid_tree", "The segment cannot be asked as it is now."),
    ],
)
def test_why_its_last_time_came_to_nothing_is_said_in_words(page, code, said):
    audience = make_line_audience()
    LineAdAudience.objects.update(problem=code)

    shown = page.read(f"{PLACE}{audience.pk}/")

    assert said in shown
    assert code not in shown


def test_too_few_are_noted_before_they_go(page, people):  # noqa: F811
    audience = make_line_audience()

    assert "probably too few for ads" in page.read(f"{PLACE}{audience.pk}/push/")


def test_opening_the_page_has_line_asked_anew(page, people):  # noqa: F811
    audience = make_line_audience()
    commands.push(audience, by=None)
    work()
    long_ago = timezone.now() - timedelta(minutes=11)
    LineAdVersion.objects.update(looked_at=long_ago)

    page.read(f"{PLACE}{audience.pk}/")
    work()

    assert now_at_line(audience).looked_at > long_ago


def test_deleting_asks_first_and_names_what_goes(page, people, channel):  # noqa: F811
    audience = make_line_audience()
    commands.push(audience, by=None)
    work()

    asked = page.read(f"{PLACE}{audience.pk}/remove/")
    still = at_line(channel)
    page.send(f"{PLACE}{audience.pk}/remove/", {})
    work()

    assert "Regulars #" in asked
    assert "cannot be undone" in asked
    assert len(still) == 1
    assert (at_line(channel), LineAdAudience.objects.exists()) == ({}, False)


def test_the_one_before_is_deleted_alone(page):
    audience = make_line_audience()
    version = make_version(audience, state="former")

    asked = page.read(f"{PLACE}{audience.pk}/remove-former/")
    page.send(f"{PLACE}{audience.pk}/remove-former/", {})

    version.refresh_from_db()
    assert "Only the one before is deleted" in asked
    assert (version.state, version.made.state) == ("gone", "deleting")
    assert page.get(f"{PLACE}{audience.pk}/remove-former/").status_code == 404


def test_its_rhythm_is_changed(page, people):  # noqa: F811
    audience = make_line_audience()
    commands.push(audience, by=None)

    page.send(f"{PLACE}{audience.pk}/edit/", {"rhythm": "daily", "keeps_former": "on"})

    audience.refresh_from_db()
    assert (audience.rhythm, audience.keeps_former) == ("daily", True)
    assert audience.due_at > timezone.now()


def test_the_list_takes_the_same_queries_however_long(page, django_assert_max_num_queries):
    def read() -> int:
        with django_assert_max_num_queries(30) as queries:
            page.read("ad-platforms/audiences/")
        return len(queries)

    make_version(make_line_audience("First"), state="current")
    few = read()
    for number in range(5):
        make_version(make_line_audience(f"A{number}"), state="current")

    assert read() == few


def test_one_of_another_client_is_not_there(page, other_tenant):
    with tenant_context(other_tenant):
        theirs = [make_line_audience(f"A{number}") for number in range(3)][-1]

    for part in ("", "state/", "size/", "push/", "edit/", "remove/", "remove-former/"):
        assert page.get(f"{PLACE}{theirs.pk}/{part}").status_code == 404


def test_programs_do_all_of_it(tenant, people, channel):  # noqa: F811
    program = caller(
        make_key(tenant, *(f"adplatforms.{verb}_adaudience" for verb in ("view", "add", "export", "delete")))
    )

    made = program.post("line-ad-audiences/", {"name": "VIP", "segment": make_segment().pk}).json()
    place = f"line-ad-audiences/{made['id']}/"
    size = program.get(f"{place}size/").json()
    begun = program.post(f"{place}versions/", {})
    busy = program.post(f"{place}versions/", {})
    work()
    again = program.post(f"{place}versions/", {})
    [version] = program.get(f"{place}versions/").json()["items"]
    changed = program.patch(place, {"rhythm": "daily"}).json()
    say("aoi", False)
    unwelcome = program.get(f"{place}size/").json()["unwelcome"]
    listed = program.get("line-ad-audiences/").json()["items"]
    gone = program.delete(place)
    work()

    assert (size["total"], size["out"], size["refused"], size["unwelcome"]) == (5, 2, 1, 0)
    assert (begun.status_code, begun.json()["state"]) == (201, "next")
    assert busy.json()["code"] == "line_ad_audience_under_way"
    assert again.json()["code"] == "line_ad_audience_up_to_date"
    assert (version["state"], version["line_status"], version["is_lost"]) == ("current", "READY", False)
    assert version["line_name"].startswith("VIP #")
    assert changed["rhythm"] == "daily"
    assert changed["due_at"]
    assert unwelcome == 1
    assert [each["id"] for each in listed] == [made["id"]]
    assert (gone.status_code, at_line(channel)) == (204, {})


def test_wrong_input_by_api_is_told_by_field(tenant):
    make_buyer("aoi")
    program = caller(make_key(tenant, "adplatforms.add_adaudience"))

    wrong = program.post("line-ad-audiences/", {"name": "", "segment": 10**9, "rhythm": "hourly"})

    assert wrong.status_code == 400
    assert {"name", "segment", "rhythm"} <= set(str(wrong.json()).replace("'", " ").split())
