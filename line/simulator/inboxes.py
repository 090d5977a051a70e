"""What LINE accepted, and who has it. Bodies are kept as they came and read only when somebody looks."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson


@dataclass(slots=True)
class Accepted:
    """One accepted request. `at` is the simulator's time; `missed` are those addressed but not reached."""

    request_id: str
    kind: str
    at: float
    body: bytes
    message_ids: range
    missed: frozenset[str] = frozenset()
    unit: str | None = None
    everyone: list[str] | None = None
    opened: set[str] = field(default_factory=set)
    clicks: dict[tuple[int, str], Counter] = field(default_factory=dict)
    played: dict[int, dict[str, float]] = field(default_factory=dict)  # by bubble and person, how much of it

    def messages(self) -> list[dict]:
        return orjson.loads(self.body)["messages"]

    def recipients(self) -> list[str]:
        """User ids it reached."""
        to = self.everyone
        if to is None:
            to = orjson.loads(self.body)["to"]
        if isinstance(to, str):
            to = [to]
        return [user_id for user_id in to if user_id not in self.missed] if self.missed else to


class Received(NamedTuple):
    at: float
    message_id: str
    message: dict
    request: Accepted


class Inboxes:
    """Who received which requests, brought up to date when asked."""

    def __init__(self) -> None:
        self._seen = 0
        self._by_person: dict[str, list[Accepted]] = defaultdict(list)

    def received(self, accepted: list[Accepted], user_id: str) -> list[Received]:
        """One person's messages from the account, in order of arrival."""
        return [
            Received(request.at, str(message_id), message, request)
            for request in self.requests(accepted, user_id)
            for message_id, message in zip(request.message_ids, request.messages(), strict=True)
        ]

    def requests(self, accepted: list[Accepted], user_id: str) -> list[Accepted]:
        """The requests that reached one person, in order of arrival."""
        self._catch_up(accepted)
        return self._by_person.get(user_id, [])

    def _catch_up(self, accepted: list[Accepted]) -> None:
        for request in accepted[self._seen :]:
            for user_id in request.recipients():
                self._by_person[user_id].append(request)
        self._seen = len(accepted)


def histogram(accepted: list[Accepted]) -> dict[str, int]:
    """How many people have how many accepted requests: {"1": 20000} when everyone has exactly one."""
    people = Counter(per_person(accepted).values())
    return {str(times): people[times] for times in sorted(people)}


def per_person(accepted: list[Accepted]) -> Counter[str]:
    """How many accepted requests each person has."""
    found: Counter[str] = Counter()
    for request in accepted:
        found.update(request.recipients())
    return found
