"""What pages say of a connection: its address, what has arrived of each topic, a body to be read."""

from dataclasses import dataclass
from datetime import datetime

import orjson
from django.conf import settings
from django.urls import reverse

from connectors.models import Connection
from connectors.shopify.topics import TOPICS, Topic


@dataclass(frozen=True)
class Arrival:
    """A topic of Shopify's, and how much of it has come."""

    topic: Topic
    count: int
    last_at: datetime | None


def address(connection: Connection) -> str:
    """Where the shop posts."""
    return settings.BASE_URL + reverse("connection_inbound", args=[connection.code])


def arrivals(connection: Connection) -> list[tuple[str, list[Arrival]]]:
    """Topics to set up first, those to add if wanted, and those that only an app can ask for."""
    seen = {topic.name: topic for topic in connection.topics.all()}
    rows = [
        Arrival(topic, seen[name].count if name in seen else 0, seen[name].last_at if name in seen else None)
        for name, topic in TOPICS.items()
    ]
    return [
        ("needed", [row for row in rows if row.topic.is_needed]),
        ("useful", [row for row in rows if row.topic.admin_name and not row.topic.is_needed]),
        ("app", [row for row in rows if not row.topic.admin_name]),
    ]


def readable(body: bytes) -> str:
    """Indented if it is JSON; else as it came."""
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return body.decode(errors="replace")
