"""Codes of the shop brought in and given, turns of a lottery drawn at once, coupons used at the till.

REWARDS_FRIENDS makes it smaller, to try it out. Django's models are imported inside functions: they can be
only once the servers are known.
"""

import csv
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import at_a_time, memory
from benchmarks.planning_data import figure, seconds
from benchmarks.segments_data import Size, client

SLUG = "bench-rewards"
FRIENDS = int(os.environ.get("REWARDS_FRIENDS", "100000"))
AT_ONCE = (1, 2, 8)
DRAWS = min(500, FRIENDS // 20)  # for each process
USES = min(500, FRIENDS // 20)
SAFE = "RESET synchronous_commit"  # as filling in has left it
EVERYBODY = "UPDATE friends_friend SET status = 'friend', blocked_at = NULL"
# The least that must be written, into tables of the same columns and indexes.
BARE = [
    "CREATE TABLE bare_ticket (LIKE coupons_ticket INCLUDING ALL)",
    "CREATE TABLE bare_draw (LIKE prizes_draw INCLUDING ALL)",
]
COPY_BARE = "COPY bare_code FROM STDIN (FORMAT csv, HEADER)"
GIVE_BARE = """
WITH friend AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM friends_friend),
code AS (SELECT code, row_number() OVER (ORDER BY id) AS place FROM coupons_code WHERE coupon_id = %s)
INSERT INTO bare_ticket (coupon_id, friend_id, key, source, code, got_at, used_count)
SELECT %s, friend.id, 'gift:1', 'gift', code.code, now(), 0 FROM friend JOIN code USING (place)"""
DRAW_BARE = """
INSERT INTO bare_draw (lottery_id, player_id, friend_id, turn, ticket, table_id, lot, drawn_at)
VALUES (1, %(friend)s, %(friend)s, 1, '0123456789abcdef', 1, 500000, now())"""
USE_BARE = "UPDATE bare_ticket SET used_count = used_count + 1, used_at = now() WHERE code = %s"


def run() -> list[dict]:
    """Rows of docs/benchmarks.md."""
    with client(SLUG, Size(friends=FRIENDS, events=1_000)), tempfile.TemporaryDirectory() as files:
        from django.db import connection

        with connection.cursor() as cursor:
            for statement in (SAFE, EVERYBODY, *BARE):
                cursor.execute(statement)
            cursor.execute("GRANT ALL ON bare_ticket, bare_draw TO PUBLIC")
        coupon = _coupon()
        return [*_import(coupon, Path(files)), *_give(_started(coupon)), *_draws(), *_uses(coupon)]


def _coupon() -> Any:
    from coupons import services

    return services.create(by=None, name="Codes of the shop", gives="percent", amount=10, codes="pool")


def _started(coupon: Any) -> Any:
    from coupons import services

    return services.start(coupon, by=None)


def _import(coupon: Any, files: Path) -> list[dict]:
    """Portion by portion, as a worker does it."""
    from imports import engine, services

    file = files / "codes.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["coupon", "code"])
        writer.writerows([coupon.pk, f"SPRING-{n * 7919 % 10**8:08}"] for n in range(FRIENDS))
    memory.forget()
    began = time.perf_counter()
    with file.open("rb") as rows:
        run = services.submit(services.kind_named("coupon_codes"), rows, name=file.name, writes_at_once=True)
    while engine.portion(run, lambda: True):
        pass
    ours, most = time.perf_counter() - began, memory.peak()
    run.refresh_from_db()
    if run.counts["added"] != FRIENDS:
        raise AssertionError(f"imported {run.counts}, {run.refused} refused, {run.problem}")
    note = "checked, then written; floor: COPY of the file into a table without an index"
    return [
        figure(f"import of {FRIENDS:,} coupon codes", ours, _copied(file), "s", note),
        figure(f"import of {FRIENDS:,} coupon codes, memory", most, None, "MB", "of the importing process"),
    ]


def _copied(file: Path) -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bare_code (coupon text, code text)")

        def copy() -> None:
            with cursor.copy(COPY_BARE) as lines:
                lines.write(file.read_bytes())

        return seconds(copy)


def _give(coupon: Any) -> list[dict]:
    """To a segment, as a worker does it."""
    from django.db import connection

    from coupons import gifts
    from coupons.models import Ticket
    from segments.models import Segment

    gift = gifts.begin(coupon, Segment.objects.latest("pk"), by=None)
    ours = seconds(gifts.give_due)
    gift.refresh_from_db()
    given = Ticket.objects.filter(coupon=coupon).values("code").distinct().count()
    if (gift.given, given, gift.state) != (FRIENDS, FRIENDS, "done"):
        raise AssertionError(f"given {gift.given}, {given} codes, {gift.state}, {gift.problem}")

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(GIVE_BARE, [coupon.pk, coupon.pk])

    note = f"in portions of {gifts.PORTION:,}, with the timeline; floor: one INSERT … SELECT of the tickets"
    return [figure(f"a code of the shop to each of {FRIENDS:,} friends", ours, seconds(bare), "s", note)]


def _draws() -> list[dict]:
    """A turn of another friend each time: one in ten wins; then everybody the same prize."""
    lottery, friends, found = _lottery(100_000), iter(range(1, 10**9)), []
    for processes in AT_ONCE:
        people = [next(friends) for _turn in range(DRAWS * processes)]
        ours = _rate(draw, [(lottery.pk, each) for each in people], processes)
        floor = _rate(draw_bare, people, processes)
        note = "one in ten wins; floor: one INSERT of the draw and its commit, as many at once"
        found.append(figure(f"draws of a lottery, {processes} at once", ours, floor, "/s", note))
    generous, most = _lottery(1_000_000), AT_ONCE[-1]
    ours = _rate(draw, [(generous.pk, each) for each in people], most)
    note = "the row of the prize is held from the draw until the commit; floor: as above"
    found.append(figure(f"draws in which all win the same prize, {most} at once", ours, floor, "/s", note))
    return found


def draw(turns: Sequence[tuple[int, int]]) -> None:
    from prizes.lotteries import drawing
    from prizes.models import Lottery

    for number, friend in turns:
        drawing.draw(Lottery(pk=number), friend, turn=1)


def draw_bare(friends: Sequence[int]) -> None:
    with _own_connection() as connection:
        for friend in friends:
            connection.execute(DRAW_BARE, {"friend": friend})


def _lottery(ppm: int) -> Any:
    from django.utils import timezone

    from prizes.lotteries import commands

    now, day = timezone.now(), timedelta(days=1)
    prizes = [{"name": "Tote bag", "ppm": ppm, "stock": 10**6}]
    made = commands.create(name="Autumn", prizes=prizes, starts_at=now - day, ends_at=now + day, by=None)
    return commands.open_lottery(made, by=None)


def _uses(coupon: Any) -> list[dict]:
    from coupons.models import Ticket

    unused, found = (
        list(Ticket.objects.filter(coupon=coupon).order_by("pk").values_list("code", flat=True)),
        [],
    )
    for processes in (AT_ONCE[0], AT_ONCE[-1]):
        codes, unused = unused[: USES * processes], unused[USES * processes :]
        ours, floor = _rate(use, codes, processes), _rate(use_bare, codes, processes)
        note = "a code looked up and used, on the timeline and the log; floor: one UPDATE and its commit"
        found.append(figure(f"coupons used at the till, {processes} at once", ours, floor, "/s", note))
    return found


def use(codes: Sequence[str]) -> None:
    from coupons import redeeming

    for code in codes:
        redeeming.redeem(redeeming.find(code), way="scan", by=None)


def use_bare(codes: Sequence[str]) -> None:
    with _own_connection() as connection:
        for code in codes:
            connection.execute(USE_BARE, [code])


def _own_connection() -> psycopg.Connection:
    from django.db import connection

    opened = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    opened.execute(f'SET search_path = "{connection.schema_name}"')
    return opened


def _rate(act: at_a_time.Act, things: Sequence[Any], processes: int) -> float:
    return at_a_time.rate(act, things, processes=processes, slug=SLUG)


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
