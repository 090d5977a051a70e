"""Names and pictures, fetched from LINE behind the webhook."""

from datetime import timedelta

from django.utils import timezone
from django_tenants.utils import schema_context

from accounts import board
from accounts.models import Due, Tenant
from config.task import HEADER
from friends import services
from friends.models import Friend
from friends.tasks import fetch_profiles
from tests.factories import make_friend
from tests.friends.webhooks import arrive, text


def due() -> Due | None:
    return Due.objects.filter(kind="profiles", due_at__isnull=False).first()


def fetch(tenant: Tenant) -> None:
    """Run the task as a worker does: called for the tenant, started without one."""
    with schema_context("public"):
        fetch_profiles.apply(headers={HEADER: tenant.schema_name}, throw=True)


def test_a_new_friend_gets_name_and_language(tenant, channel, simulator):
    [user] = simulator.add_people(channel.channel_id, ["佐藤 葵"])
    simulator.follow(channel.channel_id, [user])
    services.know([user])
    assert due() is not None

    fetch(tenant)

    friend = Friend.objects.get()
    assert (friend.display_name, friend.language) == ("佐藤 葵", "ja")
    assert friend.profile_due_at is None
    assert due() is None


def test_somebody_line_does_not_know_is_not_asked_about_again(tenant, channel):
    arrive(text("stranger", "Hello"))

    fetch(tenant)

    assert Friend.objects.get().profile_fetched_at is not None
    assert due() is None


def test_without_an_answer_it_is_tried_again_in_a_minute(tenant, channel, simulator):
    [user] = simulator.add_people(channel.channel_id, ["佐藤 葵"])
    simulator.follow(channel.channel_id, [user])
    services.know([user])
    simulator.fail_next(1, 500, "/v2/bot/profile")

    fetch(tenant)

    friend = Friend.objects.get()
    assert friend.profile_fetched_at is None
    assert timedelta(seconds=50) < friend.profile_due_at - timezone.now() < timedelta(seconds=60)
    assert due().due_at == friend.profile_due_at


def test_a_known_friend_is_asked_about_when_somebody_wants_it(tenant, channel, simulator):
    [user] = simulator.add_people(channel.channel_id, ["New name"])
    simulator.follow(channel.channel_id, [user])
    friend = make_friend("Old name", line_user_id=user, profile_fetched_at=timezone.now())

    services.ask_profiles([friend.pk])
    fetch(tenant)

    assert Friend.objects.get().display_name == "New name"


def test_a_client_without_a_channel_waits(tenant):
    services.know([f"U{'0' * 32}"])
    seen = board.version("profiles")

    fetch(tenant)

    assert board.version("profiles") == seen
    assert due().due_at > timezone.now() + timedelta(minutes=50)
