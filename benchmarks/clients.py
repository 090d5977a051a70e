"""Clients to measure with: a channel at the simulator, and as many friends as wanted, made by SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from django.conf import settings
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts import services as accounts
from accounts.models import Tenant
from billing import services as billing
from broadcasts import services as broadcasts
from broadcasts.models import Broadcast
from channels import services as channels
from line.simulator.control import Simulator
from segments import services as segments

SECRET = "secret of the channel"
FRIENDS = """
INSERT INTO friends_friend
  (line_user_id, display_name, picture_url, language, status, followed_at, created_at)
SELECT 'U' || md5(n::text), 'friend ' || n, '', 'ja', 'friend', now(), now() FROM generate_series(1, %s) n
"""
TAG = "INSERT INTO friends_tag (id, name, color) VALUES (%(size)s, 'the first ' || %(size)s, '')"
TAGGED = """
INSERT INTO friends_friendtag (friend_id, tag_id, at)
SELECT n, %(size)s, now() FROM generate_series(1, %(size)s) n
"""


@dataclass(frozen=True)
class Client:
    """A client whose channel is open to everyone; the first so many friends have that number as their tag."""

    tenant: Tenant
    channel_id: str

    def draft(self, text: str, *, to_first: int | None = None) -> Broadcast:
        """A text to everyone, or to the first so many."""
        tree = {"type": "tag", "tag": to_first} if to_first else {"all": []}
        messages = [{"type": "text", "text": text}]
        with tenant_context(self.tenant):
            segment = segments.create_segment("Measured", tree)
            return broadcasts.create_broadcast(name="Measured", segment=segment, messages=messages, by=None)

    def send_now(self, broadcast: Broadcast) -> Broadcast:
        with tenant_context(self.tenant):
            return broadcasts.send_now(broadcast, by=None)


def make_client(number: int, simulator: Simulator, *, friends: int, tagged: list[int]) -> Client:
    slug, channel_id = f"bench-{number}", f"{number:010}"
    agency = accounts.create_agency(name=f"Benchmark {number}", slug=slug)
    tenant = accounts.create_client(agency, slug=slug, name="Benchmark", requires_approval=False)
    billing.subscribe(tenant.pk, plan="standard", since=timezone.localdate())
    simulator.add_channel(channel_id, SECRET, open_friends=True)
    channels.connect_channel(tenant, channel_id=channel_id, channel_secret=SECRET)
    with tables_of(tenant) as connection:
        connection.execute(FRIENDS, [friends])
        for size in tagged:
            connection.execute(TAG, {"size": size})
            connection.execute(TAGGED, {"size": size})
        connection.execute("VACUUM ANALYZE friends_friend, friends_friendtag")
    return Client(tenant, channel_id)


@contextmanager
def tables_of(tenant: Tenant) -> Iterator[psycopg.Connection]:
    """A bare connection to a client's tables, as their owner."""
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
        connection.execute(f'SET search_path = "{tenant.schema_name}"')
        yield connection
