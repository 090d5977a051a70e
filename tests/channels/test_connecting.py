"""Tying a client to its Official Account, asking the simulator as one would ask LINE."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Activity, Due
from billing import quota
from channels import rotation, services, tasks
from channels.errors import ChannelTaken, HasOtherChannel, LineSilent, WrongCredentials
from channels.models import Channel
from config.embedded import free_port
from line import wire
from tests.channels.conftest import give_channel

NUMBER = "1656000001"


@pytest.fixture
def account(line, settings) -> dict:
    """An Official Account at LINE; nothing answers yet where its webhooks would go."""
    settings.BASE_URL = f"http://127.0.0.1:{free_port()}"
    return line.add_channel(NUMBER, "right", name="さくら洋品店", basic_id="@sakura", quota=5_000)


def test_connecting_keeps_what_line_says_of_the_account(tenant, account):
    services.connect_channel(tenant, channel_id=NUMBER, channel_secret="right")

    channel = Channel.objects.get(tenant=tenant)
    assert (channel.name, channel.basic_id, channel.bot_user_id) == (
        "さくら洋品店",
        "@sakura",
        account["userId"],
    )
    assert channel.secret() == "right"
    assert quota.status(tenant.pk, timezone.now()).limit == 5_000
    assert Activity.objects.filter(tenant=tenant, verb="channel.connected").exists()
    assert Due.objects.filter(tenant=tenant, kind="quota").exists()


def test_the_connected_channels_client_reaches_line(tenant, account):
    channel = services.connect_channel(tenant, channel_id=NUMBER, channel_secret="right")

    assert wire.run(services.client_for(channel).get_bot_info())["displayName"] == "さくら洋品店"


def test_connecting_sets_the_webhook_and_says_so_if_line_cannot_reach_it(
    tenant, account, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        channel = services.connect_channel(tenant, channel_id=NUMBER, channel_secret="right")

    endpoint = wire.run(services.client_for(channel).get_webhook_endpoint())
    assert endpoint["endpoint"] == channel.webhook_url
    assert channel.webhook_url.endswith("/c/apparel/line/webhook/")
    assert "COULD_NOT_CONNECT" in channel.webhook_problem


def test_a_wrong_secret_is_refused_and_nothing_is_saved(tenant, account):
    with pytest.raises(WrongCredentials) as refusal:
        services.connect_channel(tenant, channel_id=NUMBER, channel_secret="wrong")

    assert "Basic settings" in refusal.value.message
    assert not Channel.objects.filter(tenant=tenant).exists()


def test_while_line_is_silent_nothing_is_saved(tenant, account, line):
    line.fail_next(times=5, status=500, path="/v2/bot/info")

    with pytest.raises(LineSilent):
        services.connect_channel(tenant, channel_id=NUMBER, channel_secret="right")

    assert not Channel.objects.filter(tenant=tenant).exists()


def test_a_channel_belongs_to_one_client(tenant, other_tenant, account):
    services.connect_channel(tenant, channel_id=NUMBER, channel_secret="right")

    with pytest.raises(ChannelTaken):
        services.connect_channel(other_tenant, channel_id=NUMBER, channel_secret="right")


def test_a_client_has_one_channel(tenant, account, line):
    line.add_channel("1656000002", "right")
    services.connect_channel(tenant, channel_id=NUMBER, channel_secret="right")

    with pytest.raises(HasOtherChannel):
        services.connect_channel(tenant, channel_id="1656000002", channel_secret="right")


def test_connecting_again_with_a_reissued_secret_keeps_the_old_one_for_signatures(tenant, account, line):
    services.connect_channel(tenant, channel_id=NUMBER, channel_secret="right")
    line.configure(NUMBER, channel_secret="reissued")

    channel = services.connect_channel(tenant, channel_id=NUMBER, channel_secret="reissued")

    assert channel.secrets() == ["reissued", "right"]


def test_a_secret_that_line_does_not_know_begins_no_rotation(tenant, account):
    channel = services.connect_channel(tenant, channel_id=NUMBER, channel_secret="right")

    with pytest.raises(WrongCredentials):
        rotation.begin_rotation(channel, channel_secret="wrong")

    assert Channel.objects.get(pk=channel.pk).secrets() == ["right"]


def test_the_quota_is_read_again_and_again(tenant, account, line):
    services.connect_channel(tenant, channel_id=NUMBER, channel_secret="right")
    line.configure(NUMBER, quota=30_000)

    tasks.refresh_quota.apply(headers={"musubi_schema": tenant.schema_name})

    assert quota.status(tenant.pk, timezone.now()).limit == 30_000
    assert Due.objects.get(tenant=tenant, kind="quota").due_at > timezone.now()


def test_the_command_answers_in_json(db, account, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("right\n"))
    out = io.StringIO()

    call_command("connect_channel", "apparel", NUMBER, "--secret-stdin", "--json", stdout=out)

    answer = json.loads(out.getvalue())
    assert (answer["client"], answer["name"]) == ("apparel", "さくら洋品店")
    assert "right" not in out.getvalue()


def test_the_command_says_what_is_wrong(db, account, monkeypatch):
    monkeypatch.setenv("LINE_CHANNEL_SECRET", "wrong")
    with pytest.raises(CommandError, match="LINE does not know this channel ID"):
        call_command("connect_channel", "apparel", NUMBER)
    with pytest.raises(CommandError, match="“nobody” does not exist"):
        call_command("connect_channel", "nobody", NUMBER)


def test_the_command_connects_a_client_that_sends_only_with_its_login_channel(db, account, line, monkeypatch):
    line.add_channel("2000000001", "l0gin")
    line.configure(NUMBER, webhook_url="https://tool.example.com/hook", verified=True)
    monkeypatch.setenv("LINE_CHANNEL_SECRET", "right")
    monkeypatch.setenv("LINE_LOGIN_SECRET", "l0gin")
    out = io.StringIO()

    more = ["--send-only", "--premium", "--login-channel-id", "2000000001", "--provider-id", "1234567890"]
    call_command("connect_channel", "apparel", NUMBER, *more, stdout=out)

    channel = Channel.objects.get(channel_id=NUMBER)
    assert (channel.mode, channel.account_type, channel.login_secret()) == ("send_only", "premium", "l0gin")
    endpoint = wire.run(services.client_for(channel).get_webhook_endpoint())
    assert endpoint["endpoint"] == "https://tool.example.com/hook"
    assert "It only sends" in out.getvalue()


def test_a_channel_of_another_client_is_refused_from_inside_a_client_too(tenant, other_tenant, account):
    give_channel(other_tenant, channel_id=NUMBER)

    with pytest.raises(ChannelTaken):
        services.connect_channel(tenant, channel_id=NUMBER, channel_secret="right")


def test_two_who_connect_the_same_channel_at_once_are_not_both_served(
    tenant, other_tenant, account, monkeypatch
):
    """The second has looked before the first has saved."""
    monkeypatch.setattr(services, "_check_free", lambda tenant, channel_id: None)
    give_channel(other_tenant, channel_id=NUMBER)

    with pytest.raises(ChannelTaken):
        services.connect_channel(tenant, channel_id=NUMBER, channel_secret="right")
