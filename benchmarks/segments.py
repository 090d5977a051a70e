"""Segments of a million friends and ten million events, in one process: counting, freezing, batches.

Each question stands beside what a specialist would write in SQL for it alone. Django's models are imported
inside functions: they can be only once the servers are known.
"""

import json
import sys
from io import BytesIO
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

from benchmarks.segments_data import Size, client
from benchmarks.segments_questions import SINGLE, WHOLE, Question, by_hand, milliseconds

SIZE = Size(friends=1_000_000, events=10_000_000)
WARM_TIMES, COLD_TIMES, SINGLE_TIMES = 200, 3, 1
EVERYONE: dict = {"all": []}


def run() -> list[dict]:
    """Rows of docs/benchmarks.md: name, ours and the floor in the unit, their ratio, and a note."""
    with client("bench-segments", SIZE):
        return [*_whole(), *(_single(question) for question in SINGLE), *_batches()]


def _whole() -> list[dict]:
    from segments import services

    floor, expected = by_hand(WHOLE, COLD_TIMES)
    cold = milliseconds(lambda: services.evaluate(WHOLE.tree, fresh=True), COLD_TIMES)
    warm = milliseconds(lambda: services.count(WHOLE.tree), WARM_TIMES)
    freeze_anew = milliseconds(lambda: services.freeze(WHOLE.tree, fresh=True), COLD_TIMES)
    freeze = milliseconds(lambda: services.freeze(WHOLE.tree, fresh=False), COLD_TIMES)
    frozen = services.freeze(WHOLE.tree)
    _agree(WHOLE, expected, frozen.count, services.count(WHOLE.tree).total)
    found = f"{expected:,} of {SIZE.friends:,} friends, {SIZE.events:,} events"
    size = f"a bitmap of {len(frozen.bitmap) / 1000:.0f} kB"
    return [
        _row("segment count, 10 leaves, warm p50", median(warm), floor, f"in process; {found}"),
        _row("segment count, 10 leaves, warm p95", quantiles(warm, n=20)[-1], floor, "in process"),
        _row("segment count, 10 leaves, cold", median(cold), floor, "every leaf asked anew and stored"),
        _row("freezing the audience, all asked anew", median(freeze_anew), floor, size),
        _row("freezing the audience", median(freeze), floor, f"in one snapshot, leaves known; {size}"),
    ]


def _single(question: Question) -> dict:
    from segments import services

    floor, expected = by_hand(question, SINGLE_TIMES)
    ours = milliseconds(lambda: services.evaluate(question.tree, fresh=True), SINGLE_TIMES)
    _agree(question, expected, services.count(question.tree).total)
    return _row(f"one leaf, cold: {question.name}", median(ours), floor, f"{expected:,} friends")


def _agree(question: Question, expected: int, *found: int) -> None:
    leeway = expected / 100 if question.moves else 0
    if max(abs(each - expected) for each in found) > leeway:
        raise AssertionError(f"{question.name}: SQL by hand says {expected}, bitmaps say {found}")


def _batches() -> list[dict]:
    """From a broadcast that is due to everyone to its batches in the database, beside a COPY of them."""
    from broadcasts.models import Batch, Broadcast
    from broadcasts.sending import preparing
    from segments import services

    segment = services.create_segment("Everyone", EVERYONE)

    def prepare() -> Broadcast:
        due = Broadcast.objects.create(
            name="Measured",
            segment=segment,
            key=uuid4(),
            messages=[{"type": "text", "text": "Sale today"}],
            status=Broadcast.Status.PREPARING,
        )
        preparing.prepare(due)
        return due

    ours = median(milliseconds(prepare, COLD_TIMES))
    laid_out = Batch.objects.filter(broadcast=prepare())
    friends = sum(laid_out.values_list("friend_count", flat=True))
    if friends != services.count(EVERYONE).total:
        raise AssertionError(f"{friends} friends are in batches")
    floor = _bare_copy(laid_out)
    note = f"{friends:,} friends in {laid_out.count():,} batches; floor: a bare COPY of the same rows"
    rate, bare = friends / ours * 1000, friends / floor * 1000
    return [
        _row("snapshot into batches", ours, floor, note),
        _row("snapshot into batches, friends a second", rate, bare, "likewise", unit="friends/s"),
    ]


def _bare_copy(rows: Any) -> float:
    from django.db import connection

    sql, params = rows.query.sql_with_params()
    out = BytesIO()
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY ({sql}) TO STDOUT", params) as copy:
            for block in copy:
                out.write(block)
        cursor.execute(f"CREATE TEMP TABLE bare AS {sql} LIMIT 0", params)

        def write() -> None:
            with cursor.copy("COPY pg_temp.bare FROM STDIN") as copy:
                copy.write(out.getvalue())

        return median(milliseconds(write, COLD_TIMES))


def _row(name: str, ours: float, floor: float, note: str, *, unit: str = "ms") -> dict:
    told = note if "floor" in note or note == "likewise" else f"{note}; floor: the same by hand-tuned SQL"
    rounded = {"ours": round(ours, 2), "floor": round(floor, 2), "ratio": round(ours / floor, 4)}
    return {"name": name, **rounded, "unit": unit, "note": told}


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
