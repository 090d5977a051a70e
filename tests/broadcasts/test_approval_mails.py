"""Whose turn it is, they are told: once, in their language, and only who may."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.models import F
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Due, User
from broadcasts import services
from broadcasts.approving import comments, mails, rules
from broadcasts.models import ApprovalMail, ApprovalRules, Broadcast
from tests.factories import make_broadcast, make_friend, make_user


def told() -> list[tuple[str, str]]:
    return sorted((to, each.subject) for each in mail.outbox for to in each.to)


@pytest.fixture
def author(channel) -> User:
    make_user("approver", email="hana@example.com")
    make_user("viewer", email="viewer@example.com")
    author = make_user("marketer", email="author@example.com")
    User.objects.update(language="en")
    return author


@pytest.fixture
def broadcast(author) -> Broadcast:
    make_friend("aoi")
    return make_broadcast("Ten percent off today", by=author, name="Autumn")


def test_the_approver_is_mailed_with_what_it_says_and_a_link(tenant, broadcast, author, settings):
    services.submit_for_approval(broadcast, by=author)

    mails.send_due()

    assert told() == [("hana@example.com", "Apparel: Please approve “Autumn”")]
    [sent] = mail.outbox
    for words in (
        "author@example.com asks you",
        "Recipients: 1",
        "Costs now: ¥0",
        "1. Ten percent off today",
    ):
        assert words in sent.body
    assert f"{settings.BASE_URL}/c/apparel/broadcasts/{broadcast.pk}/review/" in sent.body
    assert "&" not in sent.body


def test_the_link_demands_to_sign_in_and_leads_back(client, broadcast):
    page = f"/c/apparel/broadcasts/{broadcast.pk}/review/"

    with schema_context("public"):
        answer = client.get(page)

    assert answer.status_code == 302
    assert answer.url.endswith(f"?next={page}")


def test_each_is_told_in_their_own_language(broadcast, author):
    rules.set_rules(ApprovalRules(needs_internal_check=True), by=None)
    checker = make_user("account_manager", email="checker@example.com")
    User.objects.filter(pk=checker.pk).update(language="ja")
    services.submit_for_approval(broadcast, by=author)

    mails.send_due()

    assert [each.to for each in mail.outbox] == [["checker@example.com"]]
    assert mail.outbox[0].subject == "Apparel：「Autumn」の確認をお願いします"


def test_nobody_is_told_twice(broadcast, author):
    services.submit_for_approval(broadcast, by=author)

    mails.send_due()
    mails.send_due()

    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_away_loses_nothing(tenant, broadcast, author, settings):
    settings.EMAIL_BACKEND = "tests.broadcasts.test_approval_mails.Away"
    services.submit_for_approval(broadcast, by=author)
    mails.send_due()
    assert Due.objects.get(tenant=tenant.pk, kind=mails.KIND).due_at > timezone.now()

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ApprovalMail.objects.update(due_at=timezone.now())
    mails.send_due()

    assert len(mail.outbox) == 1
    assert ApprovalMail.objects.get().attempts == 2


class Away:
    """A mail server that does not answer."""

    def __init__(self, **_settings: object) -> None:
        pass

    def send_messages(self, _messages: list) -> int:
        raise ConnectionRefusedError


def test_what_is_no_longer_asked_is_not_mailed(broadcast, author):
    services.submit_for_approval(broadcast, by=author)
    services.withdraw(broadcast, by=author)

    mails.send_due()

    assert mail.outbox == []


def test_who_lost_the_right_is_not_mailed(broadcast, author):
    services.submit_for_approval(broadcast, by=author)
    with schema_context("public"):
        User.objects.get(email="hana@example.com").memberships.all().delete()

    mails.send_due()

    assert mail.outbox == []


def test_a_late_answer_is_asked_for_once_more(broadcast, author):
    rules.set_rules(ApprovalRules(answer_within_hours=24), by=None)
    services.submit_for_approval(broadcast, by=author)
    mails.send_due()
    mail.outbox.clear()

    ApprovalMail.objects.filter(kind="late").update(due_at=F("due_at") - timedelta(hours=24))
    for _turn in range(2):
        mails.send_due()

    late = "Apparel: “Autumn” still waits for an answer"
    assert told() == [("author@example.com", late), ("hana@example.com", late)]


def test_an_answer_in_time_needs_no_reminder(broadcast, author):
    rules.set_rules(ApprovalRules(answer_within_hours=24), by=None)
    services.submit_for_approval(broadcast, by=author)
    services.approve(broadcast, by=User.objects.get(email="hana@example.com"))

    ApprovalMail.objects.filter(kind="late").update(due_at=timezone.now())
    mails.send_due()

    assert told() == [("author@example.com", "Apparel: “Autumn” is approved")]


def test_the_author_is_told_what_should_change(broadcast, author):
    services.submit_for_approval(broadcast, by=author)
    mails.send_due()
    mail.outbox.clear()

    services.send_back(broadcast, by=User.objects.get(email="hana@example.com"), comment="Wrong <price>")
    mails.send_due()

    assert told() == [("author@example.com", "Apparel: “Autumn” was sent back")]
    assert "Wrong <price>" in mail.outbox[0].body


def test_a_comment_is_mailed_to_whom_it_concerns(broadcast, author):
    hana = User.objects.get(email="hana@example.com")
    said = comments.say(broadcast, "Is the price right?", by=hana, bubble=1)
    mails.send_due()
    comments.answer(said, "Yes, it is", by=author)
    mails.send_due()

    comment = "Apparel: A comment on “Autumn”"
    assert told() == [("author@example.com", comment), ("hana@example.com", comment)]


def test_another_clients_approver_is_told_nothing(broadcast, author, other_tenant):
    with tenant_context(other_tenant):
        make_user("approver", email="other@example.com")
    services.submit_for_approval(broadcast, by=author)

    mails.send_due()

    assert [each.to for each in mail.outbox] == [["hana@example.com"]]
