"""A LINE Official Account's channel, the people of its provider, and who of them is a friend."""

import hashlib
import re
from array import array
from collections import Counter
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING

from line.simulator.inboxes import Accepted, Inboxes
from line.simulator.limits import Buckets
from line.simulator.mishaps import Mishaps
from line.simulator.settings import Settings

if TYPE_CHECKING:
    from line.simulator.audiences import Audience
    from line.simulator.contents import Content
    from line.simulator.coupons import Coupon
    from line.simulator.narrowcast_course import Narrowcast
    from line.simulator.postman import Redelivery
    from line.simulator.retry_keys import Kept
    from line.simulator.richmenu_bulk import Batch
    from line.simulator.richmenus import RichMenu

_USER_ID = re.compile(r"U[0-9a-f]{32}")
_HEX = b"0123456789abcdef"


class Remembered:
    """A dataclass that can be unpickled from before it had all of its fields."""

    def __setstate__(self, state: dict) -> None:
        for each in fields(self):  # type: ignore[arg-type]
            if each.name not in state and each.default_factory is not MISSING:
                state[each.name] = each.default_factory()
        self.__dict__.update(state)


@dataclass
class Person(Remembered):
    """Someone with LINE on their telephone.

    `wrote_at` is when they last wrote to the account, by themselves and not in a group. `known` is what LINE
    is to think of them where it is not to guess (see `attributes`). `phone` is a number in E.164 form, and
    `notices` whether they take messages to it: on, off, or unset until they are asked by the first. The
    account has read what they wrote until `answered_until`, and shows them moving dots until `loading_until`.
    """

    user_id: str
    name: str
    said: list[dict] = field(default_factory=list)
    wrote_at: float | None = None
    read_until: float = 0.0
    known: dict = field(default_factory=dict)
    phone: str = ""
    notices: str = "on"
    answered_until: float = 0.0
    loading_until: float = 0.0


@dataclass
class Notice:
    """A notification message that was accepted; `tag` is what its `delivery` event will say."""

    kind: str
    request_id: str
    tag: str
    body: bytes
    at: float = 0.0


@dataclass
class Channel(Remembered):
    id: str
    secret: str
    settings: Settings
    people: dict[str, Person] = field(default_factory=dict)
    friends: set[str] = field(default_factory=set)
    blockers: set[str] = field(default_factory=set)
    accepted: list[Accepted] = field(default_factory=list)
    read_until: int = 0
    by_retry_key: dict[str, "Kept"] = field(default_factory=dict)
    inboxes: Inboxes = field(default_factory=Inboxes)
    buckets: Buckets = field(default_factory=Buckets)
    statuses: Counter = field(default_factory=Counter)
    accepted_times: dict[str, array] = field(default_factory=dict)
    sent_on: Counter = field(default_factory=Counter)
    billed_in: Counter = field(default_factory=Counter)
    added_on: Counter = field(default_factory=Counter)
    blocks_on: Counter = field(default_factory=Counter)
    units_in: dict[str, dict[str, None]] = field(default_factory=dict)
    reply_tokens: dict = field(default_factory=dict)
    link_tokens: dict = field(default_factory=dict)
    contents: dict[str, "Content"] = field(default_factory=dict)
    events: dict[str, dict] = field(default_factory=dict)
    undelivered: dict[str, None] = field(default_factory=dict)
    webhook_log: list[dict] = field(default_factory=list)
    redeliveries: list["Redelivery"] = field(default_factory=list)
    mishaps: Mishaps = field(default_factory=Mishaps)
    failing_since: float | None = None
    gave_up: bool = False
    next_message_id: int = 461_230_966_842_064_897
    last_audience_id: int = 5_614_991_017_776
    friend_since: dict[str, str] = field(default_factory=dict)
    pushed_at: dict[str, list[float]] = field(default_factory=dict)
    reserved: int = 0
    narrowcasts: dict[str, "Narrowcast"] = field(default_factory=dict)
    audiences: dict[int, "Audience"] = field(default_factory=dict)
    coupons: dict[str, "Coupon"] = field(default_factory=dict)
    rich_menus: dict[str, "RichMenu"] = field(default_factory=dict)
    default_rich_menu: str | None = None
    rich_menu_of: dict[str, str] = field(default_factory=dict)
    rich_menu_aliases: dict[str, str] = field(default_factory=dict)
    rich_menu_batches: dict[str, "Batch"] = field(default_factory=dict)
    read_tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    notices_waiting: dict[str, list[Notice]] = field(default_factory=dict)

    @property
    def user_id(self) -> str:
        """The account's own user id: `destination` in webhooks."""
        return make_user_id(f"account {self.id}")

    def add_person(self, name: str) -> Person:
        """Someone new. A channel makes the same ids in the same order, so that runs can be compared."""
        person = Person(make_user_id(f"{self.id} {len(self.people)}"), name)
        self.people[person.user_id] = person
        return person

    def forgive(self) -> None:
        """Webhooks are sent again, however long they failed."""
        self.failing_since, self.gave_up = None, False

    def new_message_ids(self, number: int) -> range:
        first = self.next_message_id
        self.next_message_id += number
        return range(first, self.next_message_id)

    def knows(self, user_id: str) -> bool:
        return user_id in self.people or (self.settings.open_friends and is_user_id(user_id))

    def can_receive(self, user_id: str) -> bool:
        if user_id in self.friends:
            return True
        return self.settings.open_friends and user_id not in self.blockers and is_user_id(user_id)

    def wrote(self, user_id: str, *, since: float) -> bool:
        """Whether somebody who does not block the account has written to it since then."""
        wrote_at = self.people[user_id].wrote_at if user_id in self.people else None
        return wrote_at is not None and wrote_at >= since and user_id not in self.blockers

    def out_of_reach(self, user_ids: list[str]) -> set[str]:
        """Those who would not receive: not friends, blocked the account, or do not exist."""
        if self.friends.issuperset(user_ids):
            return set()
        if self.settings.open_friends and are_user_ids(user_ids):
            return self.blockers.intersection(user_ids)
        return {user_id for user_id in user_ids if not self.can_receive(user_id)}

    def befriend(self, user_id: str, day: str) -> bool:
        """Add or unblock the account. Whether it was an unblocking."""
        was_blocking = user_id in self.blockers
        self.added_on[day] += not was_blocking and user_id not in self.friends
        self.blocks_on[day] -= was_blocking
        self.blockers.discard(user_id)
        self.friends.add(user_id)
        self.friend_since.setdefault(user_id, day)
        return was_blocking

    def block(self, user_id: str, day: str) -> None:
        """What was linked to the person is lost."""
        self.friend_since.pop(user_id, None)
        self.rich_menu_of.pop(user_id, None)
        self.blocks_on[day] += user_id not in self.blockers
        self.friends.discard(user_id)
        self.blockers.add(user_id)


def make_user_id(seed: str) -> str:
    return "U" + hashlib.blake2s(seed.encode(), digest_size=16).hexdigest()


def is_user_id(value: object) -> bool:
    return isinstance(value, str) and _USER_ID.fullmatch(value) is not None


def are_user_ids(values: list) -> bool:
    """`all(map(is_user_id, values))`, twenty times as fast: a multicast brings 500."""
    if not all(type(value) is str for value in values) or set(map(len, values)) != {33}:
        return False
    joined = "".join(values)
    if not joined.isascii() or joined[::33] != "U" * len(values):
        return False
    return len(joined.encode().translate(None, _HEX)) == len(values)
