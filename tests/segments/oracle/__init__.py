"""The oracle: a whole tree as one naive SQL statement, written apart from the product's.

One SELECT with a subquery per condition; days are counted by the database's own calendar. Each family of
leaves has a module here with `SQL` (type of leaf → condition on a friend `f`), `CONDITIONS` (how they are
drawn), `STEPS` (what changes them) and `with_real_rows` (numbers of rows in the place of their places).
"""

from datetime import datetime

from django.db import connection
from hypothesis import strategies as st

from tests.segments.oracle import basics, messages, people, shop
from tests.segments.worlds import World, wait

FAMILIES = [basics, messages, people, shop]
SQL = {type_: made for family in FAMILIES for type_, made in family.SQL.items()}
CONDITIONS = st.one_of(*(family.CONDITIONS for family in FAMILIES))
STEPS = [*(step for family in FAMILIES for step in family.STEPS), wait]


def members(raw: dict, now: datetime) -> set[int]:
    condition, params = sql(raw, now)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM friends_friend f WHERE status = 'friend' AND {condition}", params)
        return {number for (number,) in cursor.fetchall()}


def sql(raw: dict, now: datetime) -> tuple[str, list]:
    [(kind, below), *_rest] = raw.items()
    return {"all": all_of, "any": any_of, "not": none_of, "type": leaf}[kind](raw, below, now)


def all_of(_raw: dict, parts: list[dict], now: datetime) -> tuple[str, list]:
    return joined(" AND ", "true", parts, now)


def any_of(_raw: dict, parts: list[dict], now: datetime) -> tuple[str, list]:
    return joined(" OR ", "false", parts, now)


def joined(word: str, neutral: str, parts: list[dict], now: datetime) -> tuple[str, list]:
    made = [sql(part, now) for part in parts]
    return f"({word.join([neutral, *(text for text, _ in made)])})", [p for _, ps in made for p in ps]


def none_of(_raw: dict, part: dict, now: datetime) -> tuple[str, list]:
    text, params = sql(part, now)
    return f"({text}) IS NOT TRUE", params


def leaf(raw: dict, kind: str, now: datetime) -> tuple[str, list]:
    return SQL[kind](raw, now)


def with_real_rows(raw: object, world: World) -> object:
    """Trees are drawn before the rows are there that they name: each family puts its own in their place."""
    if isinstance(raw, list):
        return [with_real_rows(part, world) for part in raw]
    if not isinstance(raw, dict):
        return raw
    if "type" not in raw:
        return {name: with_real_rows(part, world) for name, part in raw.items()}
    for family in FAMILIES:
        raw = family.with_real_rows(raw, world) if raw["type"] in family.SQL else raw
    return raw
