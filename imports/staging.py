"""Rows and faults of an import in the database, a portion at a time; they are never all in memory."""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson
from django.db import connection, models

from imports.kinds import Row
from imports.models import ImportFault, ImportRow, ImportRun

MOST_FAULTS = 100_000  # kept of one import; all are counted

COPY_ROWS = "COPY imports_importrow (run_id, line, key, is_known, content) FROM STDIN"
COPY_FAULTS = 'COPY imports_importfault (run_id, line, reason, "column") FROM STDIN'
REPEATED = """
WITH placed AS (
    SELECT id, line, first_value(line) OVER same AS first FROM imports_importrow
    WHERE run_id = %(run)s AND key <> '' WINDOW same AS (PARTITION BY key ORDER BY line)),
gone AS (DELETE FROM imports_importrow AS row USING placed
         WHERE row.id = placed.id AND placed.line > placed.first RETURNING row.line, placed.first),
kept AS (
    INSERT INTO imports_importfault (run_id, line, reason, "column")
    SELECT %(run)s, line, replace(%(reason)s, '%%(line)s', first::text), '' FROM gone
    ORDER BY line LIMIT %(room)s)
SELECT count(*) FROM gone"""
NEW = "SELECT count(*) FROM imports_importrow WHERE run_id = %s AND NOT is_known"
PORTION = """
SELECT line, content FROM imports_importrow WHERE run_id = %s AND line > %s ORDER BY line LIMIT %s"""
# Two imports of one kind at once would do each other's work; the second waits for the portion of the first.
ALONE = "SELECT pg_advisory_xact_lock(hashtext('imports.' || %s), hashtext(current_schema()))"


@dataclass(frozen=True)
class Good:
    line: int
    key: str
    content: str  # JSON


@dataclass(frozen=True)
class Bad:
    line: int
    reason: str
    column: str = ""  # in words


def add(run: ImportRun, good: Iterable[Good], known: set[str]) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY_ROWS) as copy:
        for row in good:
            copy.write_row((run.pk, row.line, row.key, row.key in known, row.content))


def refuse(run: ImportRun, bad: list[Bad]) -> None:
    """Keep why, as long as there is room; the caller counts."""
    with connection.cursor() as cursor, cursor.copy(COPY_FAULTS) as copy:
        for row in bad[: _room(run)]:
            copy.write_row((run.pk, row.line, row.reason[:500], row.column[:200]))


def refuse_repeated(run: ImportRun, reason: str) -> int:
    """Leave only the first row of each key; how many were refused. `%(line)s` in the reason is the first."""
    with connection.cursor() as cursor:
        cursor.execute(REPEATED, {"run": run.pk, "reason": reason, "room": _room(run)})
        return cursor.fetchone()[0]


def new(run: ImportRun) -> int:
    """How many rows have a key that was not known when they were read."""
    with connection.cursor() as cursor:
        cursor.execute(NEW, [run.pk])
        return cursor.fetchone()[0]


def alone(run: ImportRun) -> None:
    """Wait until nobody else writes this kind; until the transaction ends nobody else will."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE, [run.kind])


def portion(run: ImportRun, size: int) -> list[tuple[int, Row]]:
    """The next rows to be written, with their lines."""
    with connection.cursor() as cursor:
        cursor.execute(PORTION, [run.pk, run.written_to, size])
        return [(line, orjson.loads(content)) for line, content in cursor.fetchall()]


def forget(run: ImportRun, *tables: type[models.Model]) -> None:
    """In one statement each; Django would read a million rows to delete them."""
    for table in tables or (ImportRow,):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table._meta.db_table} WHERE run_id = %s", [run.pk])  # noqa: S608


def forget_all(run: ImportRun) -> None:
    forget(run, ImportRow, ImportFault)


def _room(run: ImportRun) -> int:
    return max(0, MOST_FAULTS - run.refused)
