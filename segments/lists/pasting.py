"""Friends named in a text that somebody pastes: LINE user IDs, customer numbers or our own numbers."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import connection
from django.utils.translation import gettext as _

from customers import numbers
from friends.models.friend import is_line_user_id
from segments.errors import TooManyPasted

MOST_PASTED = 100_000
LARGEST = 2**31
apart = re.compile(r"[\s,;]+").split

FRIENDS = "SELECT line_user_id, id FROM friends_friend WHERE line_user_id = ANY(%s)"
NUMBERS = "SELECT id FROM friends_friend WHERE id = ANY(%s)"
LINKED = """
SELECT customer_id, friend_id FROM linking_link WHERE unlinked_at IS NULL AND customer_id = ANY(%s)"""


class Means(StrEnum):
    """What ids are that do not look like LINE user IDs; with LINE there are no others."""

    CUSTOMER = "customer"
    FRIEND = "friend"
    LINE = "line"


@dataclass(frozen=True)
class Missing:
    """An id that names no friend: its line (the first is 1), and why."""

    line: int
    given: str
    reason: str


@dataclass
class Found:
    """The friends named, each once, and what named none, in the order of the text."""

    friends: list[int] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


def find(text: str, means: Means = Means.CUSTOMER) -> Found:
    """The friends whom a text names, one to a line or with commas between. Raises TooManyPasted."""
    given = [
        (line, word)
        for line, written in enumerate(text.splitlines(), 1)
        for word in apart(unicodedata.normalize("NFKC", written).strip())
        if word
    ]
    if len(given) > MOST_PASTED:
        raise TooManyPasted(count=len(given), most=MOST_PASTED)
    known = resolve((word for _line, word in given), means)
    found = Found()
    for line, word in given:
        friend = known[word]
        if isinstance(friend, int):
            found.friends.append(friend)
        else:
            found.missing.append(Missing(line, word[:100], friend))
    found.friends = list(dict.fromkeys(found.friends))
    return found


def resolve(ids: Iterable[str], means: Means) -> dict[str, int | str]:
    """For each id the number of the friend, or in words why there is none; at most four queries."""
    wanted = set(ids)
    users = {each for each in wanted if is_line_user_id(each)}
    rest = wanted - users
    friends = _pairs(FRIENDS, users)
    nobody = _("no friend has this LINE user ID")
    found: dict[str, int | str] = {each: friends.get(each, nobody) for each in users}
    if means == Means.LINE:
        return found | dict.fromkeys(rest, nobody)
    return found | (_by_customer(rest) if means == Means.CUSTOMER else _by_number(rest))


def _by_customer(given: set[str]) -> dict[str, int | str]:
    customers = numbers.find(each for each in given if "\0" not in each) if given else {}
    linked = _pairs(LINKED, customers.values())
    found: dict[str, int | str] = dict.fromkeys(given, _("no customer has this number"))
    for number, customer in customers.items():
        found[number] = linked.get(customer, _("the customer is not linked to a friend"))
    return found


def _by_number(given: set[str]) -> dict[str, int | str]:
    numbered = {each: int(each) for each in given if each.isdecimal() and len(each) <= 10}
    within = {number for number in numbered.values() if number < LARGEST}
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, [list(within)])
        known = {number for (number,) in cursor.fetchall()}
    nobody = _("no friend has this number")
    return {each: number if (number := numbered.get(each, -1)) in known else nobody for each in given}


def _pairs(sql: str, keys: Iterable) -> dict:
    sought = list(keys)
    if not sought:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [sought])
        return dict(cursor.fetchall())
