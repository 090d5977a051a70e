"""Plans carried out: LINE in this process, people of whom it knows something, and every send as planned."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from aiohttp import web
from django.utils import timezone

from broadcasts.models import Broadcast, PlatformSend
from friends.models import Friend, FriendTag, Tag
from line import messages, wire
from line.client import Endpoints, LineClient
from line.simulator.app import make_server
from line.simulator.audiences import Audience
from line.simulator.channels import Channel
from line.simulator.settings import Settings
from line.simulator.world import World
from linking.models import Link
from segments.models import Audience as OurAudience
from segments.models import LineAudience
from segments.reaching.plans import MULTICAST_AT_ONCE, UPLOADED_AT_ONCE, Method, Needed, Plan, Send, filled
from tests.factories import make_broadcast, make_customer, make_tag

PEOPLE, BLOCKED, STRANGERS, TAGS = 260, 8, 6, 3
GENDERS = ("female", "male", "female", None)
AGES = (12, 22, 37, None, 52)
AREAS = ("jp_13", "jp_27", "jp_13", "tw_01", None)
SYSTEMS = ("ios", "android", None)
DAYS = (3, 40, 200, 800)
REGULARS, BY_POSTER = 7_001, 7_002  # LINE's numbers of a chat tag, and of who came by a poster


@dataclass
class Person:
    """What is true of somebody, by us and by LINE."""

    user_id: str
    number: int | None  # ours; None: a friend whom we do not know
    tags: set[int] = field(default_factory=set)
    is_linked: bool = False
    gender: str | None = None
    age: int | None = None
    area: str | None = None
    system: str | None = None
    days: int = 0
    lists: set[int] = field(default_factory=set)
    has_opened: bool = False  # what was sent before
    has_clicked: bool = False


@dataclass(repr=False)
class Stage:
    """LINE's side, ours, and the people on both."""

    channel: Channel
    client: LineClient
    people: list[Person]
    tags: list[Tag]
    sent_before: Broadcast

    def received(self, since: int) -> Counter[str]:
        """How many messages each person has received after so many accepted requests."""
        found = Counter[str]()
        for request in self.channel.accepted[since:]:
            found.update(request.recipients())
        return found

    def requests(self) -> Counter[str]:
        """Accepted ones, by what a plan calls them."""
        names = {f"POST /v2/bot/message/{method}": method.value for method in Method}
        names["PUT /v2/bot/audienceGroup/upload/byFile"] = "upload"
        return Counter(
            {
                names[name]: count
                for (name, status), count in self.channel.statuses.items()
                if name in names and status < 300
            }
        )


@contextmanager
def line_here() -> Iterator[tuple[Channel, LineClient]]:
    """A channel of a LINE of our own, which does everything at once and counts no rates."""
    settings = Settings(
        narrowcast_waiting_seconds=0,
        narrowcast_sending_seconds=0,
        audience_queued_seconds=0,
        audience_working_seconds=0,
        rate_limits=False,
    )
    world = World()
    channel = world.channels["1"] = Channel("1", "secret", settings)
    runner, address = wire.run(_serve(world))
    try:
        yield channel, LineClient("1", "secret", endpoints=Endpoints(address, address, address))
    finally:
        wire.run(runner.cleanup())


async def _serve(world: World) -> tuple[web.ServerRunner, str]:
    runner = web.ServerRunner(make_server(world))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    return runner, f"http://{host}:{port}"


def make_stage(channel: Channel, client: LineClient) -> Stage:
    tags = [make_tag() for _tag in range(TAGS)]
    people = [_person(channel, place, tags) for place in range(PEOPLE + STRANGERS)]
    numbers = {person.user_id: person for person in people[:PEOPLE]}
    now = timezone.now()
    rows = Friend.objects.bulk_create(
        Friend(line_user_id=user_id, display_name=user_id, followed_at=now, status_at=now)
        for user_id in numbers
    )
    for row in rows:
        numbers[row.line_user_id].number = row.pk
    _know(people[:PEOPLE])
    _block(channel, people[:BLOCKED])
    for number, kind in ((REGULARS, "CHAT_TAG"), (BY_POSTER, "FRIEND_PATH")):
        on_it = {person.user_id for person in people if number in person.lists}
        channel.audiences[number] = Audience(number, kind, kind, now.timestamp(), listed=on_it)
        LineAudience.objects.create(line_id=number, name=kind, kind=kind, status="READY", seen_at=now)
    return Stage(channel, client, people, tags, _send_before(channel, client, people))


def _person(channel: Channel, place: int, tags: list[Tag]) -> Person:
    """The places run through combinations: lengths without common divisor, and bits."""
    known = Person(
        user_id=channel.add_person(f"p{place}").user_id,
        number=None,
        gender=GENDERS[place % 4],
        age=AGES[place % 5],
        area=AREAS[place // 4 % 5],
        system=SYSTEMS[place % 3],
        days=DAYS[place // 3 % 4],
        has_opened=place % 2 == 0,
        has_clicked=place % 4 == 0,
        lists={number for number, every in ((REGULARS, 3), (BY_POSTER, 4)) if place // 5 % every == 0},
    )
    if place < PEOPLE:
        known.tags = {at for at in range(TAGS) if place // (7 + at) % 2}
        known.is_linked = place % 11 < 4
    joined = datetime.now(UTC) - timedelta(days=known.days)
    channel.befriend(known.user_id, joined.strftime("%Y%m%d"))
    guesses = {"gender": known.gender, "age": known.age, "area": known.area, "app_type": known.system}
    channel.people[known.user_id].known = guesses
    return known


def _know(people: list[Person]) -> None:
    tags = list(Tag.objects.order_by("pk"))[-TAGS:]
    FriendTag.objects.bulk_create(
        FriendTag(friend_id=person.number, tag=tags[at]) for person in people for at in person.tags
    )
    Link.objects.bulk_create(
        Link(friend_id=person.number, customer=make_customer(), method="api", linked_at=timezone.now())
        for person in people
        if person.is_linked
    )


def _block(channel: Channel, people: list[Person]) -> None:
    for person in people:
        channel.block(person.user_id, "20260101")
    Friend.objects.filter(pk__in=[person.number for person in people]).update(status="blocked")


def _send_before(channel: Channel, client: LineClient, people: list[Person]) -> Broadcast:
    """A message by LINE's broadcast, which some have opened, and some of them have clicked in."""
    body = messages.broadcast_body([{"type": "text", "text": "Opening"}])
    request_id = wire.run(client.broadcast(body, uuid4())).request_id
    accepted = channel.accepted[-1]
    accepted.opened = {person.user_id for person in people if person.has_opened}
    clicked = Counter(person.user_id for person in people if person.has_clicked)
    accepted.clicks = {(0, "https://shop.jp/"): clicked}
    made = make_broadcast()
    PlatformSend.objects.create(
        broadcast=made,
        position=0,
        method=Broadcast.Method.BROADCAST,
        friends=b"",
        most=len(people),
        retry_key=uuid4(),
        state=PlatformSend.State.SENT,
        request_id=request_id,
        accepted_at=timezone.now(),
    )
    return made


def carry_out(plan: Plan, stage: Stage) -> list[Send]:
    """Make every request of the plan; the narrowcasts that failed for want of people."""
    user_ids = dict(Friend.objects.values_list("pk", "line_user_id"))
    failed = []
    for send in plan.sends:
        ids = [user_ids[number] for number in send.friends]
        if send.method == Method.NARROWCAST:
            failed += [] if _narrowcast(send, ids, stage) else [send]
        else:
            _by_id(send, ids, stage.client)
    return failed


def _by_id(send: Send, ids: list[str], client: LineClient) -> None:
    text = [{"type": "text", "text": "Sale today"}]
    if send.method == Method.BROADCAST:
        wire.run(client.broadcast(messages.broadcast_body(text), uuid4()))
    elif send.method == Method.PUSH:
        for user_id in ids:
            wire.run(client.push(messages.push_body(user_id, text), uuid4()))
    else:
        for at in range(0, len(ids), MULTICAST_AT_ONCE):
            some = ids[at : at + MULTICAST_AT_ONCE]
            wire.run(client.multicast(messages.multicast_body(some, text), uuid4()))


def _narrowcast(send: Send, ids: list[str], stage: Stage) -> bool:
    client = stage.client
    audiences = [_made(need, ids, client) for need in send.needs]
    body = messages.narrowcast_body(
        [{"type": "text", "text": "Sale today"}],
        recipient=filled(send.recipient, audiences),
        demographic=send.filter,
        most=send.limit,
    )
    request_id = wire.run(client.narrowcast(body, uuid4())).request_id
    progress = wire.run(client.get_narrowcast_progress(request_id))
    for number in audiences:
        wire.run(client.delete_audience_group(number))
    assert progress["phase"] == "succeeded" or progress["errorCode"] in (2, 4), progress
    return progress["phase"] == "succeeded"


def _made(need: Needed, ids: list[str], client: LineClient) -> int:
    if need.kind == OurAudience.Kind.UPLOAD:
        return _upload(ids, client)
    if need.kind == OurAudience.Kind.OPENED:
        asked = client.create_imp_based_audience_group(uuid4().hex, need.request_id)
    else:
        asked = client.create_click_based_audience_group(uuid4().hex, need.request_id)
    return wire.run(asked)["audienceGroupId"]


def _upload(ids: list[str], client: LineClient) -> int:
    number = wire.run(client.create_audience_group(uuid4().hex))["audienceGroupId"]
    for at in range(0, len(ids), UPLOADED_AT_ONCE):
        wire.run(client.add_user_ids_to_audience(number, ids[at : at + UPLOADED_AT_ONCE]))
    assert wire.run(client.get_audience_data(number))["audienceGroup"]["status"] == "READY"
    return number


def holds(raw: dict, person: Person, tags: list[Tag]) -> bool | None:
    """Whether a tree is true of somebody; None if that hangs on what LINE does not know of them."""
    if "all" in raw:
        parts = {holds(part, person, tags) for part in raw["all"]}
        return False if False in parts else None if None in parts else True
    if "any" in raw:
        parts = {holds(part, person, tags) for part in raw["any"]}
        return True if True in parts else None if None in parts else False
    if "not" in raw:
        below = holds(raw["not"], person, tags)
        return None if below is None else not below
    return _leaf(raw, person, tags)


def _leaf(raw: dict, person: Person, tags: list[Tag]) -> bool | None:
    match raw["type"]:
        case "tag":
            return any(tags[at].pk == raw["tag"] for at in person.tags)
        case "linked":
            return person.is_linked == raw["is"]
        case "line_gender":
            return None if person.gender is None else person.gender in raw["in"]
        case "line_area":
            return None if person.area is None else person.area in raw["in"]
        case "line_os":
            return None if person.system is None else person.system in raw["in"]
        case "line_age":
            return (
                None
                if person.age is None
                else raw.get("at_least", 0) <= person.age < raw.get("less_than", 99)
            )
        case "line_friend_period":
            return raw.get("days_at_least", 0) <= person.days < raw.get("days_less_than", 9999)
        case "line_audience":
            return raw["audience"] in person.lists
        case "opened":
            return person.has_clicked if raw.get("and_clicked") else person.has_opened
    raise AssertionError(raw)
