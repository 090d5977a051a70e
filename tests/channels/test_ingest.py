"""The webhook's address: what is stored, and what is refused."""

import asyncio

import pytest

from accounts.models import Due, Tenant
from channels import rotation
from channels.ingest import MAX_BODY_BYTES
from channels.models import Channel, InboxBody
from line import signatures
from tests.channels.conftest import call, deliver, give_channel, make_body


def bodies_of(tenant: Tenant) -> list[bytes]:
    rows = InboxBody.objects.filter(tenant_id=tenant.pk).order_by("id")
    return [bytes(body) for body in rows.values_list("body", flat=True)]


def test_a_signed_body_is_stored_byte_for_byte_and_its_processing_called_for(own_tenant, serve):
    give_channel(own_tenant)
    body = b' {"destination": "U1",\n "events": []}  '

    assert serve(lambda app: deliver(app, own_tenant, body)) == 200

    assert bodies_of(own_tenant) == [body]
    assert Due.objects.filter(tenant=own_tenant.pk, kind="inbox").exists()


@pytest.mark.parametrize("signature", ["", "nonsense", "\xff", signatures.sign("another", make_body())])
def test_a_wrong_signature_is_refused_and_counted_and_nothing_is_stored(own_tenant, serve, signature):
    channel = give_channel(own_tenant)

    assert serve(lambda app: call(app, own_tenant.slug, make_body(), signature=signature)) == 401

    assert bodies_of(own_tenant) == []
    assert not Due.objects.filter(tenant=own_tenant.pk, kind="inbox").exists()
    assert Channel.objects.get(pk=channel.pk).bad_signature_count == 1


def test_an_address_of_nobody_is_not_found(own_tenant, serve):
    give_channel(own_tenant)

    assert serve(lambda app: call(app, "nobody", make_body())) == 404


def test_one_clients_secret_opens_no_other_clients_inbox(own_tenant, second_tenant, serve):
    give_channel(own_tenant, "secret of own")
    give_channel(second_tenant, "secret of second")

    assert serve(lambda app: deliver(app, own_tenant, make_body(), secret="secret of second")) == 401
    assert serve(lambda app: deliver(app, own_tenant, make_body(), secret="secret of own")) == 200

    assert len(bodies_of(own_tenant)) == 1
    assert bodies_of(second_tenant) == []


def test_only_a_post_is_taken(own_tenant, serve):
    give_channel(own_tenant)

    assert serve(lambda app: call(app, own_tenant.slug, method="GET")) == 405


def test_a_body_that_no_webhook_has_the_size_of_is_read_no_further(own_tenant, serve):
    give_channel(own_tenant)
    half = b" " * (MAX_BODY_BYTES // 2 + 1)

    assert serve(lambda app: call(app, own_tenant.slug, half, half, half)) == 413


def test_a_channel_connected_a_moment_ago_is_known(own_tenant, serve):
    async def play(app) -> int:
        await asyncio.to_thread(give_channel, own_tenant)
        return await deliver(app, own_tenant, make_body())

    assert serve(play) == 200


def test_while_a_secret_is_replaced_the_old_and_the_new_one_both_sign(own_tenant, serve, line):
    line.add_channel(number := own_tenant.slug[-8:], "new")
    channel = give_channel(own_tenant, "old", channel_id=number)

    async def play(app) -> list[int]:
        before = await deliver(app, own_tenant, make_body(), secret="old")
        await asyncio.to_thread(rotation.begin_rotation, channel, channel_secret="new")
        during = [await deliver(app, own_tenant, make_body(), secret=secret) for secret in ("new", "old")]
        return [before, *during]

    assert serve(play) == [200, 200, 200]


def test_after_the_rotation_the_old_secret_signs_no_more(own_tenant, serve, line):
    line.add_channel(number := own_tenant.slug[-8:], "new")
    channel = give_channel(own_tenant, "old", channel_id=number)

    rotation.begin_rotation(channel, channel_secret="new")
    rotation.finish_rotation(channel)

    assert serve(lambda app: deliver(app, own_tenant, make_body(), secret="old")) == 401
    assert serve(lambda app: deliver(app, own_tenant, make_body(), secret="new")) == 200


def test_bodies_of_many_requests_at_once_are_all_stored(own_tenant, serve):
    give_channel(own_tenant)
    bodies = [b'{"number": %d}' % number for number in range(300)]

    async def play(app) -> set[int]:
        return set(await asyncio.gather(*(deliver(app, own_tenant, body) for body in bodies)))

    assert serve(play) == {200}

    assert sorted(bodies_of(own_tenant)) == sorted(bodies)
