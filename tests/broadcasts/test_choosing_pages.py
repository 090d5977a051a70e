"""Pages on which people choose who gets a broadcast, and write and decide an A/B test."""

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from broadcasts import services
from broadcasts.choosing import commands
from broadcasts.models import Broadcast, SplitTest
from friends.models import Friend
from tests.broadcasts.sending import send
from tests.broadcasts.test_split_test import make_tested, say, start
from tests.factories import make_broadcast, make_followers, make_friend, make_segment

SETTINGS = {"sample_percent": "30", "metric": "opens", "hours": "8"}


def bubbles(text: str) -> dict[str, str]:
    return {"bubbles": "1", "b0-type": "text", "b0-text": text}


def form_of(broadcast: Broadcast, **changes: str) -> dict[str, str]:
    """The form of a broadcast as a browser sends it."""
    filled = {"name": "Sale", "segment": str(broadcast.segment_id), "version": str(broadcast.version)}
    return filled | {"time": "now"} | bubbles("Sale today") | changes


def test_what_is_chosen_is_kept_with_the_draft(visit):
    broadcast = make_broadcast()
    chosen = {"most_count": "500", "most_amount": "1500", "chosen_by": "best", "holdout_percent": "7.5"}

    visit("marketer").post(f"broadcasts/{broadcast.pk}/edit/", form_of(broadcast, **chosen, ignores_cap="on"))

    broadcast.refresh_from_db()
    assert (broadcast.most_count, broadcast.most_amount, broadcast.chosen_by) == (500, 1500, "best")
    assert (str(broadcast.holdout_percent), broadcast.ignores_cap) == ("7.5", True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("most_count", "0"),
        ("most_count", "2147483648"),
        ("most_count", "１０人"),
        ("most_amount", "-1"),
        ("most_amount", "1e30"),
        ("holdout_percent", "50.1"),
        ("holdout_percent", "NaN"),
        ("chosen_by", "alphabet"),
    ],
)
def test_what_cannot_be_a_limit_is_refused_at_its_field(visit, field, value):
    broadcast = make_broadcast()

    page = visit("marketer").post(f"broadcasts/{broadcast.pk}/edit/", form_of(broadcast, **{field: value}))

    assert page.status_code == 200
    assert field in page.context["form"].errors


def test_the_forecast_follows_the_form_and_says_who_is_left_out(visit):
    for _person in range(8):
        make_friend()
    make_friend(stopped_at=timezone.now())
    query = f"segment={make_segment().pk}&most_count=5&time=now"

    page = visit("marketer").get(f"broadcasts/forecast/?{query}").content.decode()

    assert "<dd>5</dd>" in page
    assert 'want no broadcasts: <span class="number">1</span>' in page
    assert 'beyond the limit of people or cost: <span class="number">3</span>' in page


def test_an_ab_test_is_begun_and_its_second_text_written(visit):
    broadcast = make_broadcast()
    visitor = visit("marketer")

    begun = visitor.post(f"broadcasts/{broadcast.pk}/split-test/", SETTINGS)
    written = visitor.post(f"broadcasts/{broadcast.pk}/variants/B/", bubbles("Only today"))

    test = SplitTest.objects.get()
    assert begun.url.endswith(f"/broadcasts/{broadcast.pk}/variants/B/")
    assert written.url.endswith(f"/broadcasts/{broadcast.pk}/split-test/")
    assert (test.sample_percent, test.metric, test.hours) == (30, "opens", 8)
    assert [text.written for text in broadcast.variants.all()] == [say("Sale today"), say("Only today")]


@pytest.mark.parametrize(("field", "value"), [("sample_percent", "0"), ("metric", "luck"), ("hours", "-1")])
def test_settings_that_make_no_sense_are_refused(visit, field, value):
    broadcast = make_broadcast()

    page = visit("marketer").post(f"broadcasts/{broadcast.pk}/split-test/", SETTINGS | {field: value})

    assert field in page.context["form"].errors
    assert not SplitTest.objects.exists()


def test_a_text_beyond_lines_limit_stays_on_the_page_with_the_reason(visit):
    broadcast = make_tested()

    page = visit("marketer").post(f"broadcasts/{broadcast.pk}/variants/B/", bubbles("あ" * 5_001))

    assert page.status_code == 200
    assert broadcast.variants.get(letter="B").messages == say("Only today")


def test_a_text_changed_by_somebody_else_is_not_overwritten(visit):
    broadcast = make_tested()
    seen = str(broadcast.version)
    commands.change_variant(broadcast, "B", say("Theirs"), by=None)

    page = visit("marketer").post(
        f"broadcasts/{broadcast.pk}/variants/B/", bubbles("Mine") | {"version": seen}
    )

    assert "Somebody else has changed this broadcast" in page.content.decode()
    assert broadcast.variants.get(letter="B").messages == say("Theirs")


def test_texts_are_added_and_removed(visit):
    broadcast = make_tested()
    visitor = visit("marketer")

    visitor.post(f"broadcasts/{broadcast.pk}/variants/")
    three = broadcast.variants.count()
    visitor.post(f"broadcasts/{broadcast.pk}/variants/C/remove/")

    assert (three, broadcast.variants.count()) == (3, 2)


def test_ending_it_asks_first(visit):
    broadcast = make_tested()
    visitor = visit("marketer")

    question = visitor.get(f"broadcasts/{broadcast.pk}/split-test/end/").content.decode()
    still_there = SplitTest.objects.exists()
    visitor.post(f"broadcasts/{broadcast.pk}/split-test/end/")

    assert "that cannot be undone" in question
    assert still_there
    assert not SplitTest.objects.exists()


def test_a_person_decides_on_the_page_after_a_last_look(visit, simulator, channel):
    make_followers(simulator, channel, 20)
    broadcast = start(make_tested())
    send()
    visitor = visit("account_manager")

    section = visitor.get(f"broadcasts/{broadcast.pk}/split-test/section/").content.decode()
    look = visitor.get(f"broadcasts/{broadcast.pk}/split-test/decision/?letter=B").content.decode()
    visitor.post(f"broadcasts/{broadcast.pk}/split-test/decision/", {"letter": "B"})

    assert "10 people wait for the best text" in section
    assert "The other 10 people get text B now." in look
    assert SplitTest.objects.get().winner.letter == "B"


def test_the_page_of_the_broadcast_asks_for_the_test(visit):
    tested, other = make_tested(), make_broadcast()
    visitor = visit("marketer")

    with_test = visitor.get(f"broadcasts/{tested.pk}/").content.decode()
    without = visitor.get(f"broadcasts/{other.pk}/").content.decode()

    assert f"broadcasts/{tested.pk}/split-test/section/" in with_test
    assert "split-test/section/" not in without


@pytest.mark.parametrize(
    "address",
    [
        "split-test/",
        "split-test/section/",
        "split-test/end/",
        "split-test/decision/?letter=A",
        "variants/B/",
        "variants/B/remove/",
    ],
)
def test_the_other_clients_test_is_not_found(visit, other_tenant, address):
    with tenant_context(other_tenant):
        make_friend()
        for _broadcast in range(3):
            theirs = make_tested()
        assert Friend.objects.count() == 1
    own = make_tested()

    own_page = visit("account_manager").get(f"broadcasts/{own.pk}/{address}")
    their_page = visit("account_manager").get(f"broadcasts/{theirs.pk}/{address}")

    assert own_page.status_code == 200
    assert their_page.status_code == 404


@pytest.mark.parametrize("letter", ["Z", "AA", "%F0%9F%98%80", "0"])
def test_an_unknown_letter_is_not_found(visit, letter):
    broadcast = make_tested()

    assert visit("marketer").get(f"broadcasts/{broadcast.pk}/variants/{letter}/").status_code == 404


def test_the_approver_sees_the_other_texts_and_no_empty_one(visit):
    broadcast = make_tested()
    services.submit_for_approval(broadcast, by=None)

    page = visit("approver").get(f"broadcasts/{broadcast.pk}/review/").content.decode()

    assert "A/B test: text B" in page
    assert "A/B test: text A" not in page


def test_the_plan_in_the_form_keeps_the_limit_in_it(visit, channel):
    make_friend("aoi")
    everyone = f"broadcasts/plan/?segment={make_segment().pk}&way=line"
    marketer = visit("marketer")

    by_line, by_list = marketer.read(everyone), marketer.read(f"{everyone}&most_count=10&chosen_by=random")

    assert "LINE’s count of this request" in by_line
    assert "LINE’s count of this request" not in by_list
