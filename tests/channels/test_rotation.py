"""Two secrets are valid while one takes over from the other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Due
from channels import rotation, tasks
from channels.errors import LineSilent, SameSecret
from channels.models import Channel
from line.simulator.control import Simulator
from tests.channels.conftest import give_channel

NUMBER = "1656000001"


@pytest.fixture
def account(line) -> Simulator:
    """At LINE the secret is “new” already."""
    line.add_channel(NUMBER, "new")
    return line


@pytest.fixture
def channel(tenant, account) -> Channel:
    return give_channel(tenant, "old", channel_id=NUMBER)


def kept(channel: Channel) -> Channel:
    return Channel.objects.get(pk=channel.pk)


def test_the_old_secret_is_accepted_for_a_day_and_it_shows_since_when_the_new_one_is_in_use(channel):
    rotation.begin_rotation(channel, channel_secret="new")

    row = kept(channel)
    assert row.secrets() == ["new", "old"]
    assert row.old_secret_until - row.secret_since == timedelta(hours=24)
    assert Due.objects.get(tenant=channel.tenant, kind="rotation").due_at == row.old_secret_until


def test_after_a_day_the_old_secret_ends_by_itself(channel, tenant):
    rotation.begin_rotation(channel, channel_secret="new")
    Channel.objects.update(old_secret_until=timezone.now())

    tasks.finish_rotation.apply(headers={"musubi_schema": tenant.schema_name})

    assert kept(channel).secrets() == ["new"]
    assert Due.objects.get(tenant=tenant, kind="rotation").due_at is None


def test_before_that_the_task_waits(channel, tenant):
    rotation.begin_rotation(channel, channel_secret="new")

    tasks.finish_rotation.apply(headers={"musubi_schema": tenant.schema_name})

    assert kept(channel).secrets() == ["new", "old"]
    assert Due.objects.get(tenant=tenant, kind="rotation").due_at == kept(channel).old_secret_until


def test_a_third_secret_drops_the_first(channel, account):
    rotation.begin_rotation(channel, channel_secret="new")
    account.configure(NUMBER, channel_secret="newest")

    rotation.begin_rotation(channel, channel_secret="newest")

    assert kept(channel).secrets() == ["newest", "new"]


def test_the_secret_in_use_begins_no_rotation(channel):
    with pytest.raises(SameSecret):
        rotation.begin_rotation(channel, channel_secret="old")


def test_while_line_is_silent_nothing_changes(channel, account):
    account.fail_next(times=1, path="/oauth2/v3/token")

    with pytest.raises(LineSilent):
        rotation.begin_rotation(channel, channel_secret="new")

    assert kept(channel).secrets() == ["old"]


def test_a_secret_that_was_good_a_minute_ago_is_asked_for_again(channel, account):
    """A token that was issued with it is still in hand, and proves nothing."""
    rotation.check(channel, "new")
    account.configure(NUMBER, channel_secret="newest")

    with pytest.raises(Exception, match="wrong_credentials"):
        rotation.check(channel, "new")
