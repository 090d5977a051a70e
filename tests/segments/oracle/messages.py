"""The leaves of messages: their naive SQL, how they are drawn, what changes them."""

from datetime import datetime, timedelta
from uuid import uuid4

from hypothesis import strategies as st

from broadcasts import topics
from broadcasts.models import Batch, Broadcast, LinkClick, TrackedLink
from chats.models import Conversation, Sending
from events import timeline, versions
from events.timeline import NewEvent
from linking.models import Link, LinkDuty
from segments.models import Segment
from tests.segments.oracle.basics import DAYS_SINCE, ZONE, days, given_only
from tests.segments.worlds import World

BROADCASTS = 4  # the first three with personal links
URLS = ["https://shop.example/a", "https://shop.example/b"]
ACCEPTED = "b.state = 'accepted' AND f.id = ANY (b.friends) AND NOT f.id = ANY (b.rejected)"
NEWEST = """(SELECT n.id FROM broadcasts_broadcast n WHERE n.started_at IS NOT NULL {}
  AND EXISTS (SELECT FROM broadcasts_batch nb WHERE nb.broadcast_id = n.id AND nb.state = 'accepted')
  ORDER BY n.started_at DESC, n.id DESC LIMIT 1)"""


def which(raw: dict, column: str, *, own_links: bool = False) -> tuple[str, list]:
    if raw.get("broadcast") == "last":
        return f"{column} = {NEWEST.format('AND n.tracks_people' if own_links else '')}", []
    if raw.get("broadcast") is None:
        return "true", []
    return f"{column} = %s", [raw["broadcast"]]


def in_days(raw: dict, column: str, now: datetime) -> tuple[str, list]:
    return f"{DAYS_SINCE.format(zone=ZONE, time=column)} <= %s", [now, raw.get("within_days", 99999)]


def received_sql(raw: dict, now: datetime) -> tuple[str, list]:
    named, numbers = which(raw, "b.broadcast_id")
    recent, since = in_days(raw, "b.accepted_at", now)
    own = "AND w.tracks_people" if raw.get("own_links") else ""
    return (
        "EXISTS (SELECT FROM broadcasts_batch b JOIN broadcasts_broadcast w ON w.id = b.broadcast_id"
        f" WHERE {ACCEPTED} AND {named} AND {recent} {own})"
    ), [*numbers, *since]


def clicked_sql(raw: dict, now: datetime) -> tuple[str, list]:
    named, numbers = which(raw, "(e.properties->>'broadcast')::bigint", own_links=True)
    recent, since = in_days(raw, "e.at", now)
    return (
        "EXISTS (SELECT FROM events_event e WHERE e.friend_id = f.id AND e.type = 'clicked'"
        f" AND {named} AND {recent} AND coalesce(e.properties->>'url' = %s, true))"
    ), [*numbers, *since, raw.get("link")]


def not_clicked_sql(raw: dict, now: datetime) -> tuple[str, list]:
    named, numbers = which(raw, "b.broadcast_id", own_links=True)
    clicked, params = clicked_sql(raw, now)
    got = f"EXISTS (SELECT FROM broadcasts_batch b WHERE {ACCEPTED} AND {named})"
    return f"({got} AND NOT {clicked})", [*numbers, *params]


def messages_sql(raw: dict, now: datetime) -> tuple[str, list]:
    in_batch, since = in_days(raw, "b.accepted_at", now)
    in_chat, _same = in_days(raw, "s.sent_at", now)
    welcomed, _same = in_days(raw, "d.ended_at", now)
    sums = [
        f"(SELECT count(*) FROM broadcasts_batch b WHERE {ACCEPTED} AND {in_batch})",
        "(SELECT count(*) FROM chats_sending s WHERE s.conversation_id = f.id AND s.state = 'sent'"
        f" AND s.way = 'push' AND {in_chat})",
        "(SELECT count(*) FROM linking_linkduty d WHERE d.friend_id = f.id AND d.kind = 'welcome'"
        f" AND d.state = 'done' AND {welcomed})",
    ]
    bounds = [raw.get("count_at_least", 0), raw.get("count_at_most", 99999)]
    return f"({' + '.join(sums)}) BETWEEN %s AND %s", [*since * 3, *bounds]


SQL = {
    "received": received_sql,
    "clicked": clicked_sql,
    "not_clicked": not_clicked_sql,
    "messages": messages_sql,
}

known_clicks = st.integers(0, BROADCASTS - 2) | st.just("last")


@st.composite
def message_counts(draw) -> dict:
    least, most = draw(st.sampled_from([(1, None), (2, None), (None, 0), (None, 1), (1, 1), (2, 3)]))
    within = draw(st.integers(0, 4))
    return given_only(type="messages", count_at_least=least, count_at_most=most, within_days=within)


CONDITIONS = st.one_of(
    st.builds(
        given_only,
        type=st.just("received"),
        broadcast=st.integers(0, BROADCASTS - 1) | st.just("last"),
        within_days=days,
    ),
    st.builds(
        given_only,
        type=st.just("received"),
        within_days=st.integers(0, 4),
        own_links=st.none() | st.booleans(),
    ),
    st.builds(
        given_only,
        type=st.just("clicked"),
        broadcast=st.none() | known_clicks,
        link=st.none() | st.sampled_from(URLS),
        within_days=days,
    ),
    st.builds(given_only, type=st.just("not_clicked"), broadcast=known_clicks),
    message_counts(),
)


def broadcast_at(place: int) -> Broadcast:
    """The one of this place; made when it is first asked for."""
    segment = Segment.objects.get_or_create(name="drawn", defaults={"tree": {"all": []}})[0]
    made = {
        "segment": segment,
        "messages": [{"type": "text", "text": "Sale"}],
        "key": uuid4(),
        "tracks_people": place < BROADCASTS - 1,
    }
    return Broadcast.objects.get_or_create(name=f"drawn {place}", defaults=made)[0]


def with_real_rows(leaf: dict, _world: World) -> dict:
    place = leaf.get("broadcast")
    return leaf | {"broadcast": broadcast_at(place).pk} if isinstance(place, int) else leaf


def send(world: World, who: int, what: int) -> None:
    """A request for two people: LINE took it, refused one of them, or has not answered yet."""
    broadcast = broadcast_at(what % BROADCASTS)
    if broadcast.finished_at:
        return
    had = {pk for batch in broadcast.batches.all() for pk in batch.friends}
    friends = sorted({world.friend(who).pk, world.friend(who + what + 1).pk} - had)
    common = {"method": "push", "friend_count": len(friends), "position": 0}
    Batch.objects.create(
        broadcast=broadcast,
        friends=friends,
        rejected=friends[1:] if who % 2 else [],
        state=("accepted", "accepted", "claimed")[(who + what) % 3],
        accepted_at=world.now,
        retry_key=uuid4(),
        **common,
    )
    if broadcast.started_at is None:
        Broadcast.objects.filter(pk=broadcast.pk).update(started_at=world.now, status="sending")
    versions.touch(topics.received(broadcast.pk))


def finish(world: World, _who: int, what: int) -> None:
    found = Broadcast.objects.filter(name=f"drawn {what % BROADCASTS}", started_at__isnull=False)
    found.filter(finished_at=None).update(finished_at=world.now, status="sent")


def click(world: World, who: int, what: int) -> None:
    broadcast, friend = broadcast_at(what % (BROADCASTS - 1)), world.friend(who).pk
    url = URLS[who % 2]
    link = TrackedLink.objects.get_or_create(
        broadcast=broadcast, url=url, defaults={"code": uuid4().hex[:24]}
    )[0]
    is_first = not LinkClick.objects.filter(link=link, friend_id=friend).exists()
    at = LinkClick.objects.create(link=link, friend_id=friend, is_first=is_first).at
    said = {"kind": "broadcast", "broadcast": broadcast.pk, "url": url, "first": is_first}
    timeline.record([NewEvent("clicked", at=at, friend_id=friend, properties=said)])


def write(world: World, who: int, what: int) -> None:
    """Somebody wrote to a friend: by a push, by a free reply, or in vain."""
    at = world.now - timedelta(days=what % 4, hours=who)
    talk = Conversation.objects.get_or_create(friend=world.friend(who), defaults={"last_at": at})[0]
    Sending.objects.create(
        conversation=talk,
        client_token=uuid4().hex,
        way=("push", "push", "reply")[what % 3],
        may_push=True,
        retry_key=uuid4(),
        body=b"{}",
        state="sent" if who % 3 else "failed",
        sent_at=at,
    )
    versions.touch("pushes", friends=[world.friend(who).pk])


def welcome(world: World, who: int, what: int) -> None:
    """A welcome of a link that has ended since."""
    at = world.now - timedelta(days=what % 4)
    friend = world.friend(who)
    link = Link.objects.create(
        friend=friend, customer=world.customer(what), method="api", linked_at=at, unlinked_at=at
    )
    LinkDuty.objects.create(
        friend=friend, link=link, kind="welcome", state="done", due_at=at, created_at=at, ended_at=at
    )
    versions.touch("pushes", friends=[friend.pk])


STEPS = [send, send, send, finish, click, click, write, welcome]
