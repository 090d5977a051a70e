"""Friends from a CSV file: uploaded, its columns confirmed, checked to the last row, confirmed, written.

Checking and writing go on in portions, each one transaction that keeps how far it came, so that an
interruption costs a portion and a webhook never waits long for a row. Only one import writes at a time.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, BinaryIO, cast
from uuid import uuid4

import orjson
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.utils import timezone

from accounts import activity, board, current
from accounts.models import User
from friends import columns, faults, writing
from friends.columns import Fault, Row
from friends.errors import TooManyTags
from friends.models import FriendImport, ImportFault, ImportRow, Tag
from imports import sheets
from imports.errors import FileGone, ImportMoved
from imports.sheets import Outline

KIND = "imports"
MOST_ERRORS = 10_000  # kept in a report; all are counted, and in the file of refused rows
MOST_NEW_TAGS = 500
PORTION = 10_000
WRITTEN = ("created", "updated", "tagged", "valued")
State = FriendImport.State
KEPT = timedelta(days=1) * settings.IMPORT_RETENTION_DAYS

COPY_ROWS = """
COPY friends_importrow (run_id, line, line_user_id, display_name, own_name, tags, "values") FROM STDIN"""
COPY_FAULTS = 'COPY friends_importfault (run_id, line, code, "column") FROM STDIN'
REPEATED = """
WITH placed AS (
    SELECT id, row_number() OVER (PARTITION BY line_user_id ORDER BY line) AS place
    FROM friends_importrow WHERE run_id = %(run)s),
gone AS (DELETE FROM friends_importrow AS row USING placed
         WHERE row.id = placed.id AND placed.place > 1 RETURNING row.line)
INSERT INTO friends_importfault (run_id, line, code, "column")
SELECT %(run)s, line, 'repeated', '' FROM gone"""
NEW = """
SELECT count(*) FROM friends_importrow AS row WHERE run_id = %s
  AND NOT EXISTS (SELECT FROM friends_friend AS known WHERE known.line_user_id = row.line_user_id)"""
NEW_TAGS = """
SELECT DISTINCT name FROM friends_importrow, jsonb_array_elements_text(tags) AS name
WHERE run_id = %s AND NOT EXISTS (SELECT FROM friends_tag AS tag WHERE tag.name = name.name)"""


@dataclass
class ImportReport:
    """What an import did. `errors` holds line numbers (the first line is 1) and reasons of refused rows.

    `updated` counts friends who were known before and whom the file changed: an own name, a name where LINE
    has not told one yet, or somebody who had only written and now counts as a friend. `tagged` counts tags
    put on friends, `valued` answers to fields that are new.
    """

    created: int = 0
    updated: int = 0
    tagged: int = 0
    valued: int = 0
    refused: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)

    def as_dict(self) -> dict:
        return asdict(self)


def import_friends(file: BinaryIO, *, name: str = "friends.csv", by: User | None = None) -> ImportReport:
    """Take the good rows of a CSV file in at once, its columns as they are guessed; report the bad ones.

    New people count as friends since an unknown day; blocks we know of stay. Raises, before anything is
    written, FileTooLarge, UnreadableFile (empty), MissingColumn, ColumnTwice, TooManyTags.
    """
    run = upload(file, name=name, by=by)
    try:
        begin(run, columns.guess(look(run).header), by=by)
        while _portion(run, _always):
            pass
        if run.state == State.FAILED:
            raise TooManyTags(count=len(run.new_tags), most=MOST_NEW_TAGS)
        confirm(run, by=by)
        while _portion(run, _always):
            pass
    finally:
        run.refresh_from_db()
        if run.state not in (State.DONE, State.FAILED):
            cancel(run, by=by)
    return report(run)


def upload(file: BinaryIO, *, name: str, by: User | None = None) -> FriendImport:
    """Keep a file, and look at its first rows. Raises FileTooLarge, UnreadableFile."""
    outline = sheets.outline(file, most_bytes=settings.IMPORT_MOST_BYTES)
    file.seek(0)
    place = default_storage.save(f"imports/{current.schema()}/{uuid4().hex}.csv", File(file))
    with transaction.atomic():
        run = FriendImport.objects.create(
            name=name[:200],
            place=place,
            size=outline.size,
            lines=outline.lines,
            encoding=outline.encoding,
            user_id=by.pk if by else None,
        )
        activity.record("import.uploaded", run, by=by, name=run.name)
        board.call(KIND, timezone.now() + KEPT)
    return run


def look(run: FriendImport) -> Outline:
    """The header and first rows, for confirming what the columns mean. Raises FileGone."""
    with opened(run) as file:
        return sheets.outline(file, most_bytes=settings.IMPORT_MOST_BYTES)


def begin(run: FriendImport, meanings: list[str], *, by: User | None = None) -> None:
    """Have the file checked, its columns read so. Raises MissingColumn, ColumnTwice, ImportMoved."""
    header = look(run).header
    columns.check(meanings, header)
    with transaction.atomic():
        _move(run, [State.UPLOADED, State.CHECKED], State.CHECKING)
        _forget(run, ImportRow, ImportFault)
        changes = {"columns": meanings, "read_to": 1, "rows": 0, "good": 0, "refused": 0}
        FriendImport.objects.filter(pk=run.pk).update(begun_at=timezone.now(), **changes)
        activity.record("import.checked", run, by=by)
        board.call(KIND)


@transaction.atomic
def confirm(run: FriendImport, *, by: User | None = None) -> None:
    """Have what was checked written. Raises ImportMoved."""
    _move(run, [State.CHECKED], State.WRITING)
    FriendImport.objects.filter(pk=run.pk).update(begun_at=timezone.now(), written_to=0)
    activity.record("import.confirmed", run, by=by)
    board.call(KIND)


@transaction.atomic
def cancel(run: FriendImport, *, by: User | None = None) -> None:
    """Stop it; what is written stays. Raises ImportMoved if it has ended."""
    _move(run, [State.UPLOADED, State.CHECKING, State.CHECKED, State.WRITING], State.CANCELLED)
    FriendImport.objects.filter(pk=run.pk).update(ended_at=timezone.now())
    _forget(run, ImportRow)
    activity.record("import.cancelled", run, by=by)


def work(go_on: Callable[[], bool]) -> datetime | None:
    """Go on with imports, asking after each portion whether to; when to come back, None for never."""
    forget_old()
    working = FriendImport.objects.at_work()
    while run := working.first():
        if not _portion(run, go_on) and working.filter(pk=run.pk).exists():
            return timezone.now() + board.LEASE  # somebody else is at it
        if not go_on():
            return timezone.now()
    return _next_moment()


def _next_moment() -> datetime | None:
    """When the next file is to be deleted."""
    oldest = FriendImport.objects.exclude(place="").order_by("created_at").first()
    return oldest.created_at + KEPT if oldest else None


def forget_old() -> None:
    """Delete files that are older than IMPORT_RETENTION_DAYS; one that was never confirmed is cancelled."""
    for run in FriendImport.objects.exclude(place="").filter(created_at__lt=timezone.now() - KEPT):
        if run.ended_at is None:
            cancel(run)
        default_storage.delete(run.place)
        FriendImport.objects.filter(pk=run.pk).update(place="")


def report(run: FriendImport) -> ImportReport:
    counts = {name: getattr(run, name) for name in (*WRITTEN, "refused")}
    found = run.faults.all()[:MOST_ERRORS]
    return ImportReport(**counts, errors=[(row.line, faults.words(row.code, row.column)) for row in found])


def refused_rows(run: FriendImport) -> Iterator[list[str]]:
    """Rows for a file: line and reason, then the cells as they came; without these once the file is gone."""
    reasons = {row.line: faults.words(row.code, row.column) for row in run.faults.all()}
    if not run.place:
        yield ["line", "reason"]
        yield from ([str(line), reason] for line, reason in reasons.items())
        return
    with opened(run) as file:
        rows = sheets.rows_of(file, run.encoding)
        _line, header = next(rows)
        yield ["line", "reason", *header]
        for line, cells in rows:
            if line in reasons:
                yield [str(line), reasons[line], *cells]


def opened(run: FriendImport) -> BinaryIO:
    """Raises FileGone once it has been deleted."""
    if not run.place or not default_storage.exists(run.place):
        raise FileGone
    return cast("BinaryIO", default_storage.open(run.place, "rb"))


def _always() -> bool:
    return True


def _portion(run: FriendImport, go_on: Callable[[], bool]) -> bool:
    """Do the next part of a run; False if nothing is left to do, or somebody else is at it."""
    run.refresh_from_db()
    if run.state == State.CHECKING:
        return _check(run, go_on)
    return run.state == State.WRITING and _write(run)


def _check(run: FriendImport, go_on: Callable[[], bool]) -> bool:
    """Check what is left of the file, portion by portion: going to where it stopped takes reading it."""
    reader = columns.Reader(run.columns)
    with opened(run) as file:
        rows = sheets.rows_of(file, run.encoding)
        next(rows)
        rest = ((line, cells) for line, cells in rows if line > run.read_to)
        while portion := list(islice(rest, PORTION)):
            if not _stage(run, [(line, reader.read(cells)) for line, cells in portion]):
                return False
            if not go_on():
                return True
    return _finish_checking(run)


@transaction.atomic
def _stage(run: FriendImport, read: list[tuple[int, Row | Fault]]) -> bool:
    if not _lock(run, state=State.CHECKING, read_to=run.read_to):
        return False
    bad = [(line, row) for line, row in read if isinstance(row, Fault)]
    with connection.cursor() as cursor:
        with cursor.copy(COPY_ROWS) as copy:
            for line, row in read:
                if isinstance(row, Row):
                    copy.write_row((run.pk, line, *row[:3], *map(_json, row[3:])))
        with cursor.copy(COPY_FAULTS) as copy:
            for line, fault in bad:
                copy.write_row((run.pk, line, *fault))
    run.read_to = read[-1][0]
    run.rows += len(read)
    run.good += len(read) - len(bad)
    run.refused += len(bad)
    run.save(update_fields=["read_to", "rows", "good", "refused"])
    return True


@transaction.atomic
def _finish_checking(run: FriendImport) -> bool:
    """Refuse who stands in the file twice, and count what writing it would do."""
    if not _lock(run, state=State.CHECKING, read_to=run.read_to):
        return False
    with connection.cursor() as cursor:
        cursor.execute(REPEATED, {"run": run.pk})
        run.good, run.refused = run.good - cursor.rowcount, run.refused + cursor.rowcount
        cursor.execute(NEW, [run.pk])
        run.new = cursor.fetchone()[0]
        cursor.execute(NEW_TAGS, [run.pk])
        run.new_tags = sorted(name for (name,) in cursor.fetchall())
    run.state = State.CHECKED
    if len(run.new_tags) > MOST_NEW_TAGS:
        run.state, run.problem, run.ended_at = State.FAILED, TooManyTags.code, timezone.now()
        _forget(run, ImportRow, ImportFault)
    run.save(update_fields=["good", "refused", "new", "new_tags", "state", "problem", "ended_at"])
    return False


@transaction.atomic
def _write(run: FriendImport) -> bool:
    if not _lock(run, state=State.WRITING, written_to=run.written_to):
        return False
    if run.written_to == 0:
        Tag.objects.bulk_create([Tag(name=name) for name in run.new_tags], ignore_conflicts=True)
    done = writing.write(run, PORTION)
    if done.upto is None:
        return _finish(run)
    run.written_to = done.upto
    for name in WRITTEN:
        setattr(run, name, getattr(run, name) + getattr(done, name))
    run.save(update_fields=["written_to", *WRITTEN])
    return True


def _finish(run: FriendImport) -> bool:
    run.state, run.ended_at = State.DONE, timezone.now()
    run.save(update_fields=["state", "ended_at"])
    _forget(run, ImportRow)
    counts: dict[str, Any] = {name: getattr(run, name) for name in (*WRITTEN, "refused")}
    activity.record("friends.imported", run, by=User(pk=run.user_id) if run.user_id else None, **counts)
    return False


def _lock(run: FriendImport, **as_read: object) -> bool:
    """Hold the run for this transaction; False if another worker has it, or went on since it was read."""
    return FriendImport.objects.select_for_update(skip_locked=True).filter(pk=run.pk, **as_read).exists()


def _move(run: FriendImport, origin: list[str], to: str) -> None:
    if not FriendImport.objects.filter(pk=run.pk, state__in=origin).update(state=to):
        raise ImportMoved


def _forget(run: FriendImport, *kinds: type[models.Model]) -> None:
    """In one statement each; Django would read a million rows to delete them."""
    for kind in kinds:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {kind._meta.db_table} WHERE run_id = %s", [run.pk])  # noqa: S608


def _json(value: object) -> str:
    return orjson.dumps(value, default=str).decode()
