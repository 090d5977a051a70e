"""A plan: by which requests to LINE the friends of a tree are reached, and what comes with each way."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from line import rates
from segments.models import Audience
from segments.reaching.platform import Json

MULTICAST_AT_ONCE = 500  # https://developers.line.biz/en/reference/messaging-api/#send-multicast-message
UPLOADED_AT_ONCE = 300_000  # LINE takes 1,500,000 in a file; smaller ones keep our memory flat
LEAST_REACH = (
    100  # https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message-restrictions
)
FEWEST_RECIPIENTS = 50
STATISTICS_FROM = 20  # people, below which LINE shows no opens and clicks
READYING = (timedelta(minutes=1), timedelta(hours=4))  # how long LINE takes over a list: “minutes to hours”
NARROWCASTING = (timedelta(seconds=10), timedelta(minutes=30))  # LINE says no more than “later”; our guess


class Method(models.TextChoices):
    MULTICAST = "multicast", _("Multicast")
    PUSH = "push", _("Push")
    NARROWCAST = "narrowcast", _("Narrowcast")
    BROADCAST = "broadcast", _("Broadcast to all friends")


class Statistics(models.TextChoices):
    """By what LINE counts opens and clicks."""

    UNIT = "unit", _("by the name of the message")
    REQUEST = "request", _("by the request")


class Needed(NamedTuple):
    """A list LINE must hold before the send: the friends of the send (`upload`), or readers of a message."""

    kind: str  # of Audience.Kind
    request_id: str = ""
    url: str = ""


@dataclass(frozen=True)
class Took:
    """How long something takes, at least and at most."""

    least: timedelta
    most: timedelta

    def __add__(self, other: "Took") -> "Took":
        return Took(self.least + other.least, self.most + other.most)


@dataclass(frozen=True)
class Send:
    """One way to some of the people. No friend is in two sends of a plan.

    `friends` are those we know of whom it may reach; LINE decides among them unless `is_exact`. By multicast
    and push they are reached by id. A narrowcast goes to `recipient`, in which `{"type": "audience",
    "needed": 0}` stands for the first of `needs`: `filled` puts LINE's numbers there. `filter` is LINE's
    demographic filter. Without recipient it also reaches friends whom we do not know yet.
    """

    method: Method
    friends: BitMap
    needs: tuple[Needed, ...] = ()
    recipient: Json | None = None
    filter: Json | None = None
    is_restricted: bool = False  # LINE refuses it below FEWEST_RECIPIENTS
    reach: int = 0  # of the account, where LINE finds the people: what it sets aside without a limit
    at_most: int | None = None  # of a narrowcast: to so many, whom LINE draws by lot

    @property
    def most(self) -> int:
        return len(self.friends) if self.at_most is None else min(len(self.friends), self.at_most)

    @property
    def is_exact(self) -> bool:
        return self.method != Method.NARROWCAST

    @property
    def least(self) -> int:
        return self.most if self.is_exact else 0

    @property
    def minimum(self) -> int | None:
        """Of people, below which LINE sends nothing; None if there is no such rule for it."""
        return FEWEST_RECIPIENTS if self.is_restricted else None

    @property
    def uploads_friends(self) -> bool:
        return any(need.kind == Audience.Kind.UPLOAD for need in self.needs)

    @property
    def limit(self) -> int | None:
        """`limit.max` of a narrowcast to uploaded friends: LINE sets no more aside than they need.

        None where LINE may find friends whom we do not know: a limit would leave out some by chance, which
        is done only where that is wanted.
        """
        if self.at_most is not None:
            return self.at_most
        return self.most if self.method == Method.NARROWCAST and self.uploads_friends else None

    @property
    def messages(self) -> int:
        """Messages of the month it may cost at most: LINE may reach more friends than are known here."""
        is_known = self.limit is not None or self.method in (Method.MULTICAST, Method.PUSH)
        return self.most if is_known else max(self.most, self.reach)

    @property
    def reserved(self) -> int:
        """Messages of the month that LINE sets aside until it has counted; without limit, its whole reach."""
        if self.method != Method.NARROWCAST:
            return 0
        return max(self.most, self.reach) if self.limit is None else self.limit

    @property
    def requests(self) -> int:
        if self.method == Method.MULTICAST:
            return ceil(self.most / MULTICAST_AT_ONCE)
        return self.most if self.method == Method.PUSH else 1

    @property
    def uploads(self) -> int:
        """Files of user ids."""
        return ceil(len(self.friends) / UPLOADED_AT_ONCE) if self.uploads_friends else 0

    @property
    def takes(self) -> Took:
        seconds = self.requests / rates.of(f"/v2/bot/message/{self.method}").per_second
        sending = timedelta(seconds=seconds)
        if self.method != Method.NARROWCAST:
            return Took(sending if self.requests > 1 else timedelta(), sending)
        uploading = timedelta(seconds=self.uploads)
        readying = (
            Took(READYING[0] + uploading, READYING[1] + uploading)
            if self.needs
            else Took(uploading, uploading)
        )
        return readying + Took(*NARROWCASTING)

    @property
    def statistics(self) -> Statistics:
        by_id = (Method.MULTICAST, Method.PUSH)
        return Statistics.UNIT if self.method in by_id else Statistics.REQUEST


def filled(recipient: Json | None, audience_ids: Sequence[int]) -> Json | None:
    """A send's recipient with LINE's number of each audience it needs, in the order of `needs`."""
    if not isinstance(recipient, dict):
        return recipient
    if "needed" in recipient:
        return {"type": "audience", "audienceGroupId": audience_ids[recipient["needed"]]}
    return {name: _filled_below(below, audience_ids) for name, below in recipient.items()}


def _filled_below(below: object, audience_ids: Sequence[int]) -> object:
    if isinstance(below, list):
        return [filled(each, audience_ids) for each in below]
    return filled(below, audience_ids) if isinstance(below, dict) else below


def size(condition: Json | None) -> int:
    """How many audiences or filters are joined in a recipient or a demographic filter: LINE takes ten."""
    if condition is None:
        return 0
    if condition["type"] != "operator":
        return 1
    below = [condition["not"]] if "not" in condition else condition.get("and") or condition["or"]
    return sum(map(size, below))


@dataclass(frozen=True)
class Plan:
    """How a tree is reached. `versions` are those of the data read, `at` is when it was read."""

    tree: Json
    sends: tuple[Send, ...]
    personal: bool
    at: datetime
    versions: dict[str, int] = field(default_factory=dict)
    # Whether LINE's guesses decide: then people are left out of whom LINE does not know the attribute.
    guesses: bool = False
    is_everyone: bool = False  # the tree asks for nothing: LINE's broadcast would do

    @property
    def least(self) -> int:
        return sum(send.least for send in self.sends)

    @property
    def most(self) -> int:
        """Two narrowcasts may be for the same friends as far as we know: LINE parts them."""
        return min(len(self.friends), sum(send.most for send in self.sends))

    @property
    def messages(self) -> int:
        """Messages of the month it may cost at most; nobody gets two."""
        most = max((send.reach for send in self.sends), default=0)
        return min(sum(send.messages for send in self.sends), max(len(self.friends), most))

    @cached_property
    def friends(self) -> BitMap:
        return BitMap.union(BitMap(), *(send.friends for send in self.sends))

    @property
    def is_exact(self) -> bool:
        return all(send.is_exact for send in self.sends)

    @property
    def requests(self) -> dict[str, int]:
        """By method, and `upload` for the files of user ids."""
        found = Counter[str]()
        for send in self.sends:
            found[send.method.value] += send.requests
            found["upload"] += send.uploads
        return {name: count for name, count in found.items() if count}

    @property
    def request_count(self) -> int:
        return sum(self.requests.values())

    @property
    def takes(self) -> Took:
        """Lists are prepared side by side; narrowcasts follow each other, since each sets quota aside."""
        least = [send.takes.least for send in self.sends]
        preparing = max(
            (send.takes.most - NARROWCASTING[1] for send in self.narrowcasts), default=timedelta()
        )
        by_id = max((send.takes.most for send in self.sends if send.is_exact), default=timedelta())
        in_turn = preparing + len(self.narrowcasts) * NARROWCASTING[1]
        return Took(max(least, default=timedelta()), max(by_id, in_turn))

    @property
    def narrowcasts(self) -> list[Send]:
        return [send for send in self.sends if send.method == Method.NARROWCAST]

    @property
    def reserved(self) -> int:
        """Messages of the month that LINE sets aside while a narrowcast is being counted; one at a time."""
        return max((send.reserved for send in self.sends), default=0)
