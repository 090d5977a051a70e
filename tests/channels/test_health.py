"""How a channel is found to be, with LINE as the simulator plays it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts import board
from accounts.models import Activity, Due, User
from billing import quota
from channels import announcing, findings, health, judging, tasks
from channels.judging import Counted
from channels.login import Login, connect_login
from channels.models import Channel, ChannelCheck
from config.embedded import free_port
from tests.factories import make_channel, make_channel_check, make_user

NUMBER, LOGIN = "1656000001", "2000000001"
OTHER_TOOL = "https://tool.example.com/hook"


@pytest.fixture
def channel(tenant, line, settings) -> Channel:
    """Receiving, and tested a moment ago; nothing serves at its address."""
    settings.BASE_URL = f"http://127.0.0.1:{free_port()}"
    made = make_channel(line, tenant, NUMBER)
    line.configure(NUMBER, webhook_url=made.webhook_url)
    made.webhook_checked_at = timezone.now()
    made.save()
    return made


def look(channel: Channel) -> dict[str, str]:
    """What one check finds, by what was checked."""
    health.check(channel.tenant)
    return {row.kind: row.finding for row in ChannelCheck.objects.present().filter(tenant=channel.tenant)}


def test_a_channel_in_order(channel):
    assert look(channel) == {
        "access": "access_ok",
        "webhook": "webhook_ok",
        "events": "events_ok",
        "signatures": "signatures_ok",
        "quota": "quota_ok",
    }


@pytest.mark.parametrize(
    ("changed", "kind", "finding"),
    [
        ({"channel_secret": "reissued"}, "access", "access_refused"),
        ({"tokens_refused": True}, "access", "access_refused"),
        ({"suspended": True}, "access", "account_refused"),
        ({"webhook_active": False}, "webhook", "webhook_off"),
        ({"webhook_url": None}, "webhook", "webhook_missing"),
        ({"webhook_url": OTHER_TOOL}, "webhook", "webhook_elsewhere"),
    ],
)
def test_what_is_wrong_at_line_is_found_and_goes_again(channel, line, changed, kind, finding):
    before = {"channel_secret": "secret of the channel", "tokens_refused": False, "suspended": False}
    line.configure(NUMBER, **changed)
    assert look(channel)[kind] == finding
    assert Activity.objects.filter(tenant=channel.tenant, verb="channel.trouble").count() == 1

    line.configure(NUMBER, **before, webhook_active=True, webhook_url=channel.webhook_url)
    assert look(channel)[kind] == f"{kind}_ok"
    assert Activity.objects.filter(tenant=channel.tenant, verb="channel.recovered").count() == 1


def test_the_webhook_is_tested_once_an_hour_and_at_every_check_while_it_fails(channel, line):
    Channel.objects.update(webhook_checked_at=timezone.now() - timedelta(hours=2))

    assert look(channel)["webhook"] == "webhook_unreachable"
    look(channel)

    assert line.requests(NUMBER)["by_endpoint"]["POST /v2/bot/channel/webhook/test"] == {"200": 2}
    assert "COULD_NOT_CONNECT" in ChannelCheck.objects.get(kind="webhook", until=None).title


def test_a_webhook_that_was_reached_lately_is_not_tested(channel, line):
    look(channel)
    look(channel)

    assert "POST /v2/bot/channel/webhook/test" not in line.requests(NUMBER)["by_endpoint"]


def test_a_check_that_line_does_not_answer_changes_nothing_but_says_so(channel, line):
    look(channel)
    line.fail_next(times=1, path="/v2/bot/info")

    assert look(channel) | {"access": ""} == {
        "access": "",
        "webhook": "webhook_ok",
        "events": "events_ok",
        "signatures": "signatures_ok",
        "quota": "quota_ok",
    }
    assert ChannelCheck.objects.get(kind="access", until=None).state == "warn"


def test_who_sends_only_is_not_blamed_for_the_webhook(channel, line):
    line.configure(NUMBER, webhook_url=OTHER_TOOL)
    Channel.objects.update(mode="send_only")

    assert look(channel) == {"access": "access_ok", "webhook": "webhook_of_others", "quota": "quota_ok"}


def test_who_sends_only_is_told_when_the_webhook_comes_here(channel):
    Channel.objects.update(mode="send_only")

    assert look(channel)["webhook"] == "webhook_here_unasked"


def test_switching_to_sending_only_ends_what_was_found_of_events(channel):
    look(channel)
    Channel.objects.update(mode="send_only")
    look(channel)

    ended = ChannelCheck.objects.exclude(until=None).values_list("kind", flat=True)
    assert {"events", "signatures"} <= set(ended)


@pytest.mark.parametrize(
    ("limit", "used", "finding"),
    [
        (None, 900, "quota_ok"),
        (1_000, 500, "quota_ok"),
        (1_000, 950, "quota_low"),
        (1_000, 1_000, "quota_used_up"),
    ],
)
def test_the_messages_of_the_month(channel, limit, used, finding):
    quota.record_reading(channel.tenant_id, limit, used, timezone.now())

    assert look(channel)["quota"] == finding


def test_a_login_channel_is_checked_too(channel, line, tenant):
    line.add_channel(LOGIN, "l0gin")
    connect_login(channel, Login(LOGIN, "l0gin"))
    assert look(channel)["login"] == "login_ok"

    line.configure(LOGIN, channel_secret="reissued")
    assert look(channel)["login"] == "login_refused"


def test_name_picture_and_account_type_follow_line(channel, line):
    line.configure(NUMBER, name="新しい名前", verified=True)

    look(channel)

    channel.refresh_from_db()
    assert (channel.name, channel.account_type) == ("新しい名前", "verified")


def test_premium_stays_as_a_person_chose_it_while_line_lists_the_friends(channel, line):
    line.configure(NUMBER, verified=True)
    Channel.objects.update(account_type="premium")
    look(channel)
    assert Channel.objects.get().account_type == "premium"

    line.configure(NUMBER, verified=False)
    look(channel)
    assert Channel.objects.get().account_type == "unverified"


def test_the_same_finding_keeps_the_moment_at_which_it_began(channel, line):
    line.configure(NUMBER, webhook_active=False)
    look(channel)
    began = ChannelCheck.objects.get(kind="webhook", until=None).since

    look(channel)

    row = ChannelCheck.objects.get(kind="webhook", until=None)
    assert row.since == began
    assert row.checked_at > began


def test_the_check_comes_back_in_five_minutes(channel, tenant):
    board.call("health")

    tasks.check_health.apply(headers={"musubi_schema": tenant.schema_name})

    wait = Due.objects.get(tenant=tenant, kind="health").due_at - timezone.now()
    assert timedelta(minutes=4) < wait < timedelta(minutes=6)


def test_a_client_without_a_channel_has_nothing_to_check(tenant):
    assert health.check(tenant) is None


NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def signatures(count: int, *, minutes_ago: int, noted: int = 0) -> judging.Finding:
    """What is found with this many wrong signatures, the last so long ago, where `noted` were known of."""
    at = NOW - timedelta(minutes=minutes_ago)
    channel = Channel(bad_signature_count=count, bad_signature_at=at)
    before = ChannelCheck(finding="signatures_ok", detail={"count": noted})
    return judging.signatures(channel, before, NOW)


def test_a_few_wrong_signatures_are_chance_and_more_are_not():
    assert signatures(4, minutes_ago=1).finding == "signatures_ok"
    assert signatures(12, minutes_ago=1) == ("warn", "signatures_wrong", {"count": 0, "more": 12})


def test_wrong_signatures_are_forgotten_after_an_hour_and_counted_from_there():
    forgotten = signatures(12, minutes_ago=61)

    assert forgotten == ("good", "signatures_ok", {"count": 12})
    assert signatures(14, minutes_ago=1, noted=12).finding == "signatures_ok"


@pytest.mark.parametrize(
    ("days_quiet", "sent", "finding"),
    [(4, 100, "events_quiet"), (4, 99, "events_ok"), (2, 5_000, "events_ok")],
)
def test_silence_after_many_messages_is_worth_a_look(days_quiet, sent, finding):
    counted = Counted(quota=None, sent_lately=sent, last_event_at=NOW - timedelta(days=days_quiet))

    assert judging.events(Channel(connected_at=NOW - timedelta(days=90)), counted, NOW).finding == finding


def test_every_finding_has_words():
    assert all(findings.title(name, DETAILS) and name for name in findings.FINDINGS)
    assert "%(" not in "".join(findings.title(name, DETAILS) for name in findings.FINDINGS)


DETAILS = {"endpoint": OTHER_TOOL, "reason": "403", "more": 5, "remaining": "10", "limit": "1,000"}


def minutes_ago(minutes: int) -> datetime:
    return timezone.now() - timedelta(minutes=minutes)


def test_lasting_trouble_is_mailed_once_to_the_account_managers_in_their_language(tenant):
    english, japanese = make_user("account_manager"), make_user("account_manager", whole_agency=True)
    User.objects.filter(pk=english.pk).update(language="en")
    make_user("owner"), make_user("marketer")
    make_channel_check(tenant, "webhook_off", state="bad", since=minutes_ago(6))

    announcing.announce(tenant, timezone.now())
    announcing.announce(tenant, timezone.now())

    by_reader = {message.to[0]: message for message in mail.outbox}
    assert set(by_reader) == {english.email, japanese.email}
    assert len(mail.outbox) == 2
    assert "Apparel: “Use webhook” is switched off" in by_reader[english.email].subject
    assert "/c/apparel/channel/" in by_reader[english.email].body
    assert "Webhook" in by_reader[japanese.email].subject
    assert by_reader[japanese.email].subject != by_reader[english.email].subject


def test_without_an_account_manager_the_owners_are_told(tenant):
    owner = make_user("owner")
    make_channel_check(tenant, "access_refused", state="bad", since=minutes_ago(6))

    announcing.announce(tenant, timezone.now())

    assert [message.to for message in mail.outbox] == [[owner.email]]


@pytest.mark.parametrize(
    "row",
    [
        {"state": "bad", "since": timedelta(minutes=1)},
        {"state": "warn", "since": timedelta(minutes=6)},
        {"state": "bad", "since": timedelta(minutes=6), "until": timedelta(minutes=1)},
    ],
    ids=["of this minute", "a warning", "over"],
)
def test_what_is_new_small_or_over_is_not_mailed(tenant, row):
    make_user("account_manager")
    times = {name: timezone.now() - ago for name, ago in row.items() if name != "state"}
    make_channel_check(tenant, "webhook_off", state=row["state"], **times)

    assert announcing.announce(tenant, timezone.now()) == 0
    assert mail.outbox == []


def test_a_mail_that_cannot_leave_is_tried_again(tenant, settings):
    make_user("account_manager")
    make_channel_check(tenant, "webhook_off", state="bad", since=minutes_ago(6))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = free_port()
    assert announcing.announce(tenant, timezone.now()) == 0

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert announcing.announce(tenant, timezone.now()) == 1


def test_the_other_clients_trouble_is_not_ours(tenant, other_tenant):
    make_user("account_manager")
    make_channel_check(other_tenant, "webhook_off", state="bad", since=minutes_ago(6))

    assert not ChannelCheck.objects.exists()
    assert announcing.announce(tenant, timezone.now()) == 0
