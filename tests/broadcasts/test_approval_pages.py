"""The page of a review, what is said on it, and the rules."""

import pytest
from django_tenants.utils import tenant_context

from broadcasts import services
from broadcasts.approving import comments, rules
from broadcasts.models import ApprovalRules, Broadcast, Comment
from tests.factories import make_broadcast, make_friend

Status = Broadcast.Status


@pytest.fixture
def broadcast(channel) -> Broadcast:
    make_friend("aoi")
    return make_broadcast("Ten percent off", name="Autumn")


def test_the_checker_passes_it_on_and_the_approver_approves(visit, broadcast):
    rules.set_rules(ApprovalRules(needs_internal_check=True), by=None)
    services.submit_for_approval(broadcast, by=None)
    page = f"broadcasts/{broadcast.pk}/review/"

    checker = visit("account_manager")
    assert "Checked: pass it on" in checker.read(page)
    assert "went on to the next" in checker.send(page, {"version": 1, "verdict": "approve"})
    approver = visit("approver")
    assert "Ten percent off" in approver.read(page)
    assert "is approved" in approver.send(page, {"version": 1, "verdict": "approve", "comment": "Good"})

    broadcast.refresh_from_db()
    assert broadcast.status == Status.APPROVED


def test_the_approver_cannot_check_nor_the_checker_approve(visit, broadcast):
    rules.set_rules(ApprovalRules(needs_internal_check=True), by=None)
    services.submit_for_approval(broadcast, by=None)
    page = f"broadcasts/{broadcast.pk}/review/"
    asked = {"version": 1, "verdict": "approve"}

    assert visit("approver").post(page, asked).status_code == 403
    services.check(broadcast, by=None)
    assert visit("account_manager").post(page, asked).status_code == 403


def test_sending_back_needs_words(visit, broadcast):
    services.submit_for_approval(broadcast, by=None)
    page = f"broadcasts/{broadcast.pk}/review/"

    shown = visit("approver").send(page, {"version": 1, "verdict": "send_back"})

    assert "Say what should change." in shown
    broadcast.refresh_from_db()
    assert broadcast.status == Status.AWAITING_APPROVAL


def test_the_author_reads_first_who_sent_it_back_and_why(visit, broadcast):
    services.submit_for_approval(broadcast, by=None)
    answer = {"version": 1, "verdict": "send_back", "comment": "The date is wrong"}
    visit("approver").send(f"broadcasts/{broadcast.pk}/review/", answer)

    shown = visit("marketer").read(f"broadcasts/{broadcast.pk}/")

    notice = shown.split(" sent it back", 1)[1]
    assert "The date is wrong" in notice.split("Reviews", 1)[0]


def test_what_was_changed_meanwhile_is_not_approved(visit, broadcast):
    approver = visit("approver")
    services.change_broadcast(broadcast, by=None, name="Winter")
    services.submit_for_approval(broadcast, by=None)

    page = approver.send(f"broadcasts/{broadcast.pk}/review/", {"version": 1, "verdict": "approve"})

    assert "Reload and look again." in page


def test_people_talk_about_a_bubble_and_settle_it(visit, broadcast):
    approver, author = visit("approver"), visit("marketer")
    talk = f"broadcasts/{broadcast.pk}/comments/"

    approver.post(talk, {"bubble": "1", "text": "Twenty? <b>🍁"})
    said = Comment.objects.get()
    author.post(f"{talk}{said.pk}/", {"do": "answer", "text": "Ten"})
    author.post(f"{talk}{said.pk}/", {"do": "settle"})

    page = approver.read(talk)
    assert "Twenty? &lt;b&gt;🍁" in page
    assert "Bubble 1" in page
    assert "Settled by" in page
    assert [each.text for each in said.answered_by.all()] == ["Ten"]
    approver.post(f"{talk}{said.pk}/", {"do": "reopen"})
    said.refresh_from_db()
    assert said.settled_at is None


@pytest.mark.parametrize("asked", [{"text": ""}, {"text": "a" * 2_001}, {"text": "Hi", "bubble": "9"}])
def test_a_comment_that_says_nothing_or_too_much_is_not_kept(visit, broadcast, asked):
    visit("approver").post(f"broadcasts/{broadcast.pk}/comments/", asked)

    assert not Comment.objects.exists()


def test_an_answer_with_a_nul_is_kept_without_it(visit, broadcast):
    comment = comments.say(broadcast, "Is the price right?", by=None)

    visit("approver").post(f"broadcasts/{broadcast.pk}/comments/{comment.pk}/", {"text": "Y\0es"})

    assert Comment.objects.filter(text="Yes").exists()


def test_a_comment_of_another_broadcast_or_client_is_not_found(visit, broadcast, other_tenant):
    other = comments.say(make_broadcast(), "Elsewhere", by=None)
    with tenant_context(other_tenant):
        foreign = comments.say(make_broadcast(), "Foreign", by=None)
    visitor = visit("approver")

    for pk in (other.pk, foreign.pk + 1_000):
        page = f"broadcasts/{broadcast.pk}/comments/{pk}/"
        assert visitor.post(page, {"do": "settle"}).status_code == 404


def test_rules_are_set_and_told_in_the_log(visit, tenant):
    visit("account_manager").post(
        "broadcasts/approval/", {"needs_internal_check": "on", "second_above_people": "1000"}
    )

    kept = ApprovalRules.present()
    assert (kept.needs_internal_check, kept.second_above_people, kept.asks_second) == (True, 1000, True)


@pytest.mark.parametrize("hours", ["0", "721", "-1", "x"])
def test_hours_that_make_no_sense_are_refused(visit, tenant, hours):
    page = visit("owner").send("broadcasts/approval/", {"answer_within_hours": hours})

    assert "errorlist" in page
    assert not ApprovalRules.objects.exists()


def test_a_rule_that_nobody_could_meet_is_warned_of(visit, tenant):
    page = visit("owner").read("broadcasts/approval/")

    assert "Nobody has the role of the client’s approver" in page
    assert "nobody could be the second" in page
