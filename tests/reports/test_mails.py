"""Reports by mail: to whom, in whose name, each once, also with two workers and a kill."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.db import connection
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from agency_library import branding
from reports import life, mails
from reports.errors import AlreadyMailed, BadAddress, NoRecipients, NotConfirmed, NotReleased
from reports.models import ReportMail
from scenarios.mails import posting
from tests.api.conftest import caller, make_key
from tests.factories import make_user
from tests.planning.factories import counted_until
from tests.reports.factories import make_released, make_report

TANAKA = "tanaka@example.com"


@pytest.fixture
def report(tenant):
    with time_machine.travel(datetime(2026, 11, 1, 3, tzinfo=UTC), tick=True):
        counted_until(date(2026, 10, 31))
        yield make_released()


def send(report, *addresses: str, way: str = "attached", confirmed: bool = True):
    return mails.send(report, addresses, way=way, confirmed=confirmed, by=None)


def states(report) -> list[str]:
    return sorted(report.mails.values_list("state", flat=True))


def test_the_pdf_is_attached_in_the_agencys_name(report, tenant):
    with schema_context("public"):
        branding.change(tenant.agency_id, by=None, sender_name="さくら広告", reply_to="am@example.com")

    send(report, TANAKA)
    mails.send_due()

    [sent] = outbox.outbox
    assert "さくら広告" in str(sent.message()["From"]) or sent.from_email.startswith("=?utf-8?")
    assert (sent.to, sent.reply_to) == ([TANAKA], ["am@example.com"])
    [(name, content, kind)] = sent.attachments
    assert (name, kind) == ("report-2026-10-v1-ja.pdf", "application/pdf")
    assert content == bytes(report.files.get(language="ja").content)
    assert states(report) == ["sent"]


def test_a_link_has_no_attachment_and_a_file_that_is_too_large_becomes_one(report, monkeypatch):
    send(report, TANAKA, way="link")
    mails.send_due()
    monkeypatch.setattr(mails, "MOST_BYTES", 10)
    send(report, "sato@example.com")
    mails.send_due()

    assert [each.attachments for each in outbox.outbox] == [[], []]
    assert all(f"/c/apparel/reports/{report.pk}/" in each.body for each in outbox.outbox)


def test_each_gets_it_once_however_often_it_is_sent(report):
    send(report, TANAKA, TANAKA.upper(), f" {TANAKA} ")
    send(report, TANAKA)
    mails.send_due()
    mails.send_due()

    assert len(outbox.outbox) == 1


def test_a_program_mails_a_report_and_is_told_of_each_mail(report, tenant):
    call = caller(make_key(tenant, "reports.view_report", "reports.release_report"))
    asked = {"addresses": [TANAKA], "way": "link", "confirmed": True}

    first = call.post(f"reports/{report.pk}/mails/", asked)
    again = call.post(f"reports/{report.pk}/mails/", asked)

    kept = report.mails.get()
    [told] = first.json()
    assert first.status_code == 202
    assert (told["id"], told["address"], told["state"]) == (kept.pk, TANAKA, "pending")
    assert told["created_at"]
    assert again.json() == []


def test_strangers_get_it_once_somebody_has_confirmed_that(report):
    member = make_user("viewer", email="member@example.com")

    send(report, member.email, confirmed=False)
    with pytest.raises(NotConfirmed) as refused:
        send(report, member.email, TANAKA, confirmed=False)

    assert refused.value.context == {"addresses": TANAKA}
    assert states(report) == ["pending"]


@pytest.mark.parametrize(
    ("addresses", "error"),
    [
        ([], NoRecipients),
        (["no address"], BadAddress),
        ([f"p{each}@example.com" for each in range(51)], NoRecipients),
    ],
)
def test_recipients_that_cannot_be_are_refused(report, addresses, error):
    with pytest.raises(error):
        send(report, *addresses)
    assert not ReportMail.objects.exists()


def test_only_released_reports_are_mailed_and_withdrawing_stops_those_on_their_way(report):
    with pytest.raises(NotReleased):
        send(make_report(date(2026, 8, 1)), TANAKA)
    send(report, TANAKA)
    life.withdraw(report, reason="Wrong", by=None)

    mails.send_due()

    assert outbox.outbox == []
    assert states(report) == ["cancelled"]


def test_a_mail_that_was_refused_is_shown_and_sent_again_by_hand(report, monkeypatch):
    refused = posting.Outcome(posting.REFUSED, "550 no such user")
    with monkeypatch.context() as patched:
        patched.setattr(posting.Mailbox, "post", lambda *_given: refused)
        send(report, TANAKA)
        mails.send_due()
    first = report.mails.get()
    assert (first.state, first.problem) == ("failed", "550 no such user")

    mails.again(first, by=None)
    with pytest.raises(AlreadyMailed):
        mails.again(first, by=None)
    mails.send_due()

    assert len(outbox.outbox) == 1
    assert states(report) == ["failed", "sent"]


def test_a_line_that_broke_is_told_in_words(report, tenant, visit):
    send(report, TANAKA)
    report.mails.update(state="unknown", problem=posting.BROKEN_OFF)

    page = visit("account_manager").read(f"reports/{report.pk}/mail/")
    [told] = (
        caller(make_key(tenant, "reports.view_report", "reports.view_reportmail"))
        .get(f"reports/{report.pk}/mails/")
        .json()
    )

    assert "The connection to the mail server broke." in page
    assert told["problem"] == "The connection to the mail server broke."


def test_while_the_mail_server_is_away_mails_wait(report, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    send(report, TANAKA, "sato@example.com")
    left = {"state": "claimed", "due_at": timezone.now() - timedelta(seconds=1)}  # by a worker that has died
    report.mails.filter(address=TANAKA).update(**left)

    mails.send_due()

    assert states(report) == ["claimed", "pending"]
    assert not report.mails.filter(due_at__lte=timezone.now()).exists()


@pytest.fixture
def committed(own_tenant):
    """A released report whose mails are really committed."""
    with time_machine.travel(datetime(2026, 11, 1, 3, tzinfo=UTC), tick=True):
        counted_until(date(2026, 10, 31))
        yield own_tenant, make_released()


def test_workers_at_once_mail_each_once(committed):
    tenant, report = committed
    send(report, *[f"p{number}@example.com" for number in range(12)])

    def work(_number: int) -> None:
        with tenant_context(tenant):
            mails.send_due()
        connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))

    assert sorted(each.to[0] for each in outbox.outbox) == sorted(
        f"p{number}@example.com" for number in range(12)
    )
    assert states(report) == ["sent"] * 12


def test_a_worker_killed_over_a_mail_leaves_it_unknown_and_unrepeated(committed, monkeypatch):
    tenant, report = committed
    send(report, TANAKA)
    child = os.fork()
    if child == 0:
        connection.inc_thread_sharing()
        connection.connection = None
        monkeypatch.setattr(posting.Mailbox, "post", lambda *_given: os.kill(os.getpid(), signal.SIGKILL))
        with tenant_context(tenant):
            mails.send_due()
        os._exit(0)
    os.waitpid(child, 0)
    connection.close()

    with tenant_context(tenant):
        assert states(report) == ["claimed"]
        report.mails.update(due_at=timezone.now() - timedelta(seconds=1))
        mails.send_due()

        assert states(report) == ["unknown"]
    assert outbox.outbox == []
