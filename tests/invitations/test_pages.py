"""Entry points on the dashboard."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context
from PIL import Image

from invitations import counting, services
from invitations.errors import TooManyInvitations
from invitations.models import DayOfViews, EntryPoint, Invitation, LinkDay
from tests.factories import make_customer, make_friend, make_invitation, make_link
from tests.invitations.conftest import make_attempt

WORDS = {"text": "Points in LINE", "button": "Link", "colour": "#06c755", "weight": "1"}


def make_views(entry: str, variant: str, count: int) -> None:
    DayOfViews.objects.create(entry=entry, variant=variant, day=counting.today(), count=count)


def test_every_client_begins_with_the_usual_entry_points(visit):
    page = visit().read("entry-points/")

    for name in ("Sign-up", "Thank-you page", "My page", "Rich menu", "Shop QR code", "Word in the chat"):
        assert name in page


def test_the_list_shows_rate_and_steps(visit):
    make_link(entry="thanks")
    make_friend()
    make_attempt("thanks")
    make_views("thanks", "", 40)
    LinkDay.objects.create(
        day=counting.today() - timedelta(days=1),
        friends=2,
        linked_friends=1,
        customers=1,
        linked_customers=1,
    )

    page = visit().read("entry-points/")

    assert "33.3%" in page  # one of three friends
    assert "2.5%" in page  # one of forty views
    assert "<polyline" in page


def test_a_million_rows_or_none_take_the_same_queries(visit, django_assert_max_num_queries):
    make_link(entry="thanks")
    visitor = visit()

    with django_assert_max_num_queries(30):
        visitor.read("entry-points/")


@pytest.mark.parametrize(
    "query",
    [
        "since=2026-13-99",
        "since=x&until=y",
        "since=2099-01-01",
        "until=1970-01-01",
        "since=0001-01-01",
        "until=0001-01-01",
    ],
)
def test_a_period_that_makes_no_sense_is_put_right(visit, query):
    visitor = visit()

    assert "How far people come" in visitor.read(f"entry-points/?{query}")
    assert "How far people come" in visitor.read(f"entry-points/thanks/?{query}")


def test_an_entry_point_of_the_clients_own(visit):
    page = visit().send(
        "entry-points/new/", {"code": "mail-1", "name": "Mail 🍁", "place": "page", "note": ""}
    )

    assert "Mail 🍁" in page
    assert "data-entry=&quot;mail-1&quot;" in page


@pytest.mark.parametrize("code", ["thanks", "new", "Mail", "a b", "é", "", "x" * 41, "１２"])
def test_a_code_that_cannot_be_is_refused(visit, code):
    page = visit().send("entry-points/new/", {"code": code, "name": "Mail", "place": "page"})

    assert "errorlist" in page
    assert EntryPoint.objects.count() == 8


def test_archived_it_leaves_the_list_with_its_numbers_kept(visit):
    visitor = visit()

    visitor.send("entry-points/mypage/archive/", {})
    without = visitor.read("entry-points/")
    visitor.send("entry-points/mypage/restore/", {})

    assert "My page" not in without
    assert "My page" in visitor.read("entry-points/")


def test_invitations_take_turns_until_one_is_chosen(visit):
    visitor = visit()
    visitor.send("entry-points/thanks/invitations/new/", WORDS)
    page = visitor.send("entry-points/thanks/invitations/new/", WORDS | {"text": "Coupon"})

    assert "Which invitation is better?" in page
    assert "Nothing yet" in page
    visitor.send("entry-points/thanks/invitations/b/choose/", {})
    assert [each.code for each in Invitation.objects.shown()] == ["b"]


def test_other_words_are_counted_from_zero_under_a_letter_of_their_own(tenant):
    first = make_invitation("thanks", "Points")

    same = services.reword(first, text="Points", button="Link", colour="#06c755", weight=5)
    other = services.reword(first, text="Coupon", button="Link", colour="#06c755", weight=5)

    assert (same.code, other.code) == ("a", "b")
    assert [each.code for each in Invitation.objects.shown()] == ["b"]


def test_only_so_many_take_turns_at_once(tenant):
    invitations = [make_invitation("thanks", f"Reason {number}") for number in range(services.MOST_SHOWN)]

    with pytest.raises(TooManyInvitations):
        make_invitation("thanks")
    services.stop(invitations[0])
    make_invitation("thanks")
    with pytest.raises(TooManyInvitations):
        services.resume(invitations[0])


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "x" * 121},
        {"button": "x" * 21},
        {"colour": "red"},
        {"weight": "0"},
        {"text": "\0"},
    ],
)
def test_an_invitation_that_cannot_be_shown_is_refused(visit, wrong):
    page = visit().send("entry-points/thanks/invitations/new/", WORDS | wrong)

    assert "errorlist" in page
    assert not Invitation.objects.exists()


def test_a_comparison_says_how_many_views_are_missing_and_then_which_is_better(visit):
    make_invitation("thanks")
    make_invitation("thanks", "Coupon")
    make_views("thanks", "a", 50)
    make_views("thanks", "b", 50)
    for variant in "aabbbbbbb":
        make_link(entry="thanks", variant=variant)
    visitor = visit()

    early = visitor.read("entry-points/thanks/")
    make_links_of_many("b", 500)
    make_links_of_many("a", 300)
    DayOfViews.objects.filter(variant__in="ab").update(count=3_000)

    assert "Too few yet" in early
    assert "Better" not in early
    assert "Better" in visitor.read("entry-points/thanks/")


def make_links_of_many(variant: str, count: int) -> None:
    for _ in range(count):
        make_link(entry="thanks", variant=variant)


def test_a_young_link_is_not_called_lasting(visit):
    make_link(entry="menu", linked_at=timezone.now() - timedelta(days=2))

    page = visit().read("entry-points/menu/")

    assert "nobody can say yet" in page
    assert "there are no views" in page


def test_the_funnel_as_a_file(visit):
    services.create_entry_point("calc", name="=1+1")
    make_link(entry="calc")
    make_link()

    rows = list(csv.reader(io.StringIO(visit().read("entry-points/funnel.csv").lstrip("\ufeff"))))

    assert rows[0][0] == "Entry point"
    assert [row[0] for row in rows[1:]] == ["Import, API and staff", "'=1+1"]
    assert rows[2][5] == "1"


def test_the_code_to_print_is_a_picture(visit):
    visitor = visit()

    picture = Image.open(io.BytesIO(visitor.get("entry-points/qr/qr.png").content))

    assert picture.size == (1200, 1200)
    assert visitor.get("entry-points/qr/qr.svg").content.startswith(b"<svg")


def test_menus_and_messages_get_a_button_that_names_where_it_stands(visit):
    page = visit().read("entry-points/menu/")

    assert 'value="musubi:link?entry=menu"' in page


def test_an_entry_point_of_another_client_is_not_found(visit, other_tenant):
    with tenant_context(other_tenant):
        services.create_entry_point("theirs", name="Theirs")

    assert visit().get("entry-points/theirs/").status_code == 404
    assert visit().get("entry-points/unknown/").status_code == 404


def test_programs_read_steps_and_rate(call):
    make_link(entry="thanks", variant="a")
    key = call("invitations.view_entrypoint", "invitations.view_linkday")

    funnel = key.ask("GET", "entry-points/funnel/?since=2020-01-01").json()
    rate = key.ask("GET", "link-rate/").json()

    [steps] = funnel["steps"]
    assert (steps["entry"], steps["variant"], steps["completions"]) == ("thanks", "a", 1)
    [today] = rate["days"]
    assert today["of_friends"] == 1.0
    assert today["by_entry"] == [{"entry": "thanks", "linked_friends": 1, "linked_customers": 1}]


def test_programs_get_no_views_where_line_does_not_tell_them(call):
    for entry in ("chat", "", "thanks"):
        make_link(make_friend(), make_customer(f"A-{entry}"), entry=entry)
    key = call("invitations.view_entrypoint")

    funnel = key.ask("GET", "entry-points/funnel/?since=2020-01-01").json()

    assert {steps["entry"]: steps["views"] for steps in funnel["steps"]} == {
        "": None,
        "chat": None,
        "thanks": 0,
    }


@pytest.mark.parametrize(
    "query", ["since=x", "since=2026-02-30", "since=2099-01-01", "until=0001-01-01", "until=9999-12-31"]
)
def test_a_program_is_told_of_a_period_that_makes_no_sense(call, query):
    answer = call("invitations.view_entrypoint").ask("GET", f"entry-points/funnel/?{query}")

    assert answer.status_code == 400


def test_a_program_makes_an_entry_point_once(call):
    key = call("invitations.add_entrypoint")

    first = key.ask("POST", "entry-points/", {"code": "mail", "name": "Mail"})
    second = key.ask("POST", "entry-points/", {"code": "mail", "name": "Mail"})

    assert first.json()["snippet"].endswith('data-entry="mail"></script>')
    assert second.json()["code"] == "entry_point_exists"
