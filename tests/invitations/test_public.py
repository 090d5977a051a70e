"""What pages of the shop load and report, and where a link from a message or from print leads."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from invitations import counting, services
from invitations.models import EntryPoint
from linking.models import LinkSettings
from routes import visits
from tests.factories import make_invitation
from tests.invitations.conftest import Passer, views_of


def test_the_snippet_is_under_three_kilobytes_and_needs_nothing_else(passer):
    answer = passer.get("musubi.js")

    script = answer.content.decode()
    assert len(answer.content) < 3_000
    assert "cookie" not in script
    assert "import" not in script
    assert "eval" not in script
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_snippet_is_kept_for_a_day_and_for_ever_under_its_version(passer):
    usual = passer.get("musubi.js")
    version = usual.headers["ETag"].strip('"')

    by_version = passer.get("musubi.js", {"v": version})
    again = passer.get("musubi.js", headers={"if-none-match": usual.headers["ETag"]})

    assert "max-age=86400" in usual.headers["Cache-Control"]
    assert "immutable" in by_version.headers["Cache-Control"]
    assert again.status_code == 304


def test_without_a_wording_of_its_own_the_clients_reason_is_shown(passer):
    LinkSettings.objects.create(pk=1, reason="Points in your chat")

    [offer] = passer.get("thanks.json").json()["invitations"]

    assert offer["text"] == "Points in your chat"
    assert offer["variant"] == ""
    assert offer["link"].endswith("/c/apparel/link/login/thanks/")


def test_invitations_that_take_turns_come_with_their_weights(passer):
    make_invitation("thanks", "Points")
    make_invitation("thanks", "Coupon 🎫 家族", weight=3, colour="#000000")
    services.stop(make_invitation("thanks", "Old"))

    offers = passer.get("thanks.json").json()["invitations"]

    told = [(each["variant"], each["text"], each["weight"], each["ink"]) for each in offers]
    assert told == [("a", "Points", 1, "#10151f"), ("b", "Coupon 🎫 家族", 3, "#ffffff")]


def test_what_is_archived_or_unknown_shows_nothing(passer):
    services.archive(EntryPoint.objects.get(code="thanks"))

    assert passer.get("thanks.json").json() == {"invitations": []}
    assert passer.get("nothing.json").status_code == 404


def test_nothing_that_is_answered_sets_a_cookie(passer):
    answers = [passer.get("musubi.js"), passer.get("thanks.json"), passer.saw("thanks")]
    answers.append(passer.get("go/qr/"))

    assert not [answer.cookies for answer in answers if answer.cookies]


def test_views_are_counted_by_invitation(passer):
    make_invitation("thanks")

    answers = [passer.saw("thanks", variant) for variant in ("a", "a", "", "made-up")]

    assert [answer.status_code for answer in answers] == [204] * 4
    assert views_of("thanks") == {"a": 2, "": 2}


@pytest.mark.parametrize(
    "agent", ["Googlebot/2.1 (+http://www.google.com/bot.html)", "facebookexternalhit/1.1", "curl/8.0", ""]
)
def test_machines_are_answered_and_not_counted(tenant, agent):
    answer = Passer(agent).saw("thanks")

    assert answer.status_code == 204
    assert views_of("thanks") == {}


@pytest.mark.parametrize("body", [{}, {"entry": "x" * 5000}, {"entry": "thanks\0"}, {"entry": "家族👨‍👩‍👧"}])
def test_what_makes_no_sense_is_not_counted(passer, body):
    answer = passer.post("views/", body)

    assert answer.status_code == 204
    assert views_of("thanks") == {}


def test_a_flood_from_one_address_is_not_counted(passer, monkeypatch):
    monkeypatch.setattr(visits, "MOST_A_MINUTE", 2)

    for _ in range(5):
        passer.post("views/", {"entry": "thanks"}, REMOTE_ADDR="203.0.113.9")

    assert views_of("thanks") == {"": 2}


def test_the_views_of_another_client_are_its_own(passer, other_tenant):
    passer.saw("thanks")

    with tenant_context(other_tenant):
        assert views_of("thanks") == {}


def test_no_view_is_lost_when_many_come_at_once(own_tenant):
    def look(_number: int) -> None:
        with tenant_context(own_tenant):
            counting.count_view("thanks")
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(look, range(40)))

    assert views_of("thanks") == {"": 40}


def test_a_link_from_a_message_is_counted_and_leads_to_the_sign_in(passer):
    make_invitation("message")

    answer = passer.get("go/message/", {"variant": "a"})

    assert answer.status_code == 302
    assert answer.url.endswith("/c/apparel/link/login/message/?variant=a")
    assert views_of("message") == {"a": 1}


def test_without_a_login_channel_it_leads_to_the_word_in_the_chat(passer, channel):
    channel.basic_id = "@apparel"
    channel.save()

    answer = passer.get("go/qr/")

    assert answer.url == "https://line.me/R/oaMessage/%40apparel/?%E9%80%A3%E6%90%BA"


def test_offers_are_the_same_for_everybody_who_reads_that_language(passer):
    first, second = passer.get("signup.json"), passer.get("signup.json")

    assert json.loads(first.content) == json.loads(second.content)
    assert "Accept-Language" in first.headers["Vary"]
