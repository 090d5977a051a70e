"""Approvals, comments, versions and tests, as programs use them."""

import pytest

from broadcasts import services
from broadcasts.approving import rules
from broadcasts.models import ApprovalRules, Broadcast
from broadcasts.testing import sending, testers
from tests.factories import make_broadcast, make_followers, make_friend

ALL = [
    *("broadcasts.view_broadcast", "broadcasts.change_broadcast", "broadcasts.check_broadcast"),
    *("broadcasts.approve_broadcast", "broadcasts.view_review", "broadcasts.add_comment"),
    *("broadcasts.view_version", "broadcasts.add_testsend", "broadcasts.change_comment"),
]


@pytest.fixture
def broadcast(channel) -> Broadcast:
    make_friend("aoi")
    return make_broadcast("Ten percent off")


def test_a_program_follows_an_approval(call, broadcast):
    rules.set_rules(ApprovalRules(needs_internal_check=True, answer_within_hours=2), by=None)
    program = call(*ALL)
    address = f"broadcasts/{broadcast.pk}/"

    program.ask("POST", f"{address}submission/")
    asked = program.ask("GET", f"{address}reviews/").json()
    sent_back = program.ask("DELETE", f"{address}check/", {"comment": "Too long", "version": 1}).json()

    assert (asked["status"], asked["wanted"], asked["late_at"] is None) == ("checking", "internal", False)
    assert (sent_back["status"], sent_back["wanted"]) == ("draft", None)
    [said] = sent_back["reviews"]
    assert (said["stage"], said["verdict"], said["comment"]) == ("internal", "sent_back", "Too long")


def test_a_limit_of_no_yen_at_all_is_a_limit(call, tenant):
    answer = call(*ALL, "broadcasts.change_approvalrules").put(
        "approval-rules/", {"second_above_amount": "0"}
    )

    assert (answer.status_code, answer.json()["second_above_amount"]) == (200, "0.0000")
    assert ApprovalRules.present().asks_second


def test_a_version_that_was_not_read_is_not_approved(call, broadcast):
    services.change_broadcast(broadcast, by=None, name="Changed")
    services.submit_for_approval(broadcast, by=None)

    refused = call(*ALL).ask("PUT", f"broadcasts/{broadcast.pk}/approval/", {"version": 1})

    assert (refused.status_code, refused.json()["code"]) == (409, "changed_meanwhile")


def test_what_changed_is_told_in_pieces(call, broadcast):
    services.change_broadcast(broadcast, by=None, messages=[{"type": "text", "text": "Six percent off"}])

    told = call(*ALL).ask("GET", f"broadcasts/{broadcast.pk}/changes/").json()

    [bubble] = told["bubbles"]
    assert bubble["texts"][0][:2] == [{"kind": "was", "text": "Ten"}, {"kind": "is", "text": "Six"}]
    assert call(*ALL).ask("GET", f"broadcasts/{broadcast.pk}/changes/?before=9").status_code == 404


def test_comments_are_added_answered_and_settled(call, broadcast):
    program, address = call(*ALL, "broadcasts.view_comment"), f"broadcasts/{broadcast.pk}/comments/"

    first = program.ask("POST", address, {"text": "Really?", "bubble": 1}).json()
    program.ask("POST", address, {"text": "Yes", "answers": first["id"]})
    program.ask("PUT", f"{address}{first['id']}/settlement/")

    told = program.ask("GET", address).json()
    assert [(each["text"], each["bubble"], each["settled_at"] is None) for each in told] == [
        ("Really?", 1, False),
        ("Yes", 1, True),
    ]
    elsewhere = f"broadcasts/{make_broadcast().pk}/comments/"
    assert program.ask("POST", elsewhere, {"text": "Hi", "answers": first["id"]}).status_code == 400


def test_a_program_sends_a_test(call, broadcast, simulator, channel):
    [ren] = make_followers(simulator, channel, ["ren"])
    tester = testers.add(ren, by=None)

    answer = call(*ALL).ask("POST", f"broadcasts/{broadcast.pk}/tests/", {"testers": [tester.pk]})
    sending.send_due()

    assert (answer.status_code, answer.json()[0]["state"]) == (201, "pending")
    assert simulator.texts(channel.channel_id, ren.line_user_id)[1] == "Ten percent off"
