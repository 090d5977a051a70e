import base64
import os

import pytest
from cryptography.exceptions import InvalidTag
from django.core.management import call_command

from accounts import secrets
from accounts.models import Tenant

PLACE = "channels_channel.secret:1"


def new_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def old_key(settings) -> str:
    settings.MASTER_KEYS = [new_key()]
    return settings.MASTER_KEYS[0]


@pytest.fixture
def sealed(old_key, other_tenant) -> bytes:
    """A secret of the second client, under the old master key."""
    return secrets.seal(other_tenant.pk, PLACE, "secret of the channel")


def opened(tenant: Tenant, sealed: bytes) -> str:
    return secrets.unseal(tenant.pk, PLACE, sealed)


def test_secrets_open_before_and_after_the_keys_are_rotated(sealed, old_key, other_tenant, settings, capsys):
    latest = new_key()

    settings.MASTER_KEYS = [latest, old_key]
    before = opened(other_tenant, sealed)
    call_command("rotate_keys", "--json")
    after = opened(other_tenant, sealed)
    settings.MASTER_KEYS = [latest]
    alone = opened(other_tenant, sealed)

    assert [before, after, alone] == ["secret of the channel"] * 3
    assert capsys.readouterr().out == '{"rewrapped": 1}\n'


def test_before_they_are_rotated_secrets_need_the_old_key(sealed, old_key, other_tenant, settings):
    settings.MASTER_KEYS = [new_key()]

    with pytest.raises(InvalidTag):
        opened(other_tenant, sealed)


def test_a_derived_key_stays_after_the_keys_are_rotated_and_is_of_one_client_and_purpose(
    old_key, other_tenant, settings
):
    key = secrets.derive(other_tenant.pk, "links")
    another = Tenant.objects.get(slug="apparel")

    settings.MASTER_KEYS = [new_key(), old_key]
    secrets.rewrap()

    assert secrets.derive(other_tenant.pk, "links") == key
    assert secrets.derive(other_tenant.pk, "letters") != key
    assert secrets.derive(another.pk, "links") != key


def test_many_are_sealed_and_opened_with_one_look_at_the_key(tenant, django_assert_num_queries):
    places = [("a", "one"), ("b", "two")]
    secrets.seal(tenant.pk, "a", "the key is there")

    with django_assert_num_queries(2):
        sealed = secrets.seal_each(tenant.pk, places)
        opened = secrets.unseal_each(tenant.pk, [("a", sealed[0]), ("b", sealed[1])])

    assert opened == ["one", "two"]
