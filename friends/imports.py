"""Friends from a file: checked line by line in Python, written by COPY and a few set-based statements.

The file is CSV in UTF-8 (with or without BOM) or Shift_JIS, its first line names the columns: `line_user_id`,
and perhaps `display_name` and `tags`, these separated by “|” or “;”. Other columns are passed over.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import activity, board
from accounts.models import User
from events import versions
from friends.errors import BadTagName, MissingColumn, TooManyTags, UnreadableFile
from friends.models import Friend, Tag
from friends.services import SEPARATORS, clean_tag_name, tag_topic

MOST_ERRORS = 10_000  # kept in a report; all are counted
MOST_NEW_TAGS = 500
CHUNK = 1 << 16
COLUMNS = ("line_user_id", "display_name", "tags")
MISSING = 1 << 16  # a place behind the last cell of any row
is_line_user_id = re.compile(r"U[0-9a-f]{32}").fullmatch
split_tags = re.compile(f"[{SEPARATORS}]").split


@dataclass
class ImportReport:
    """What an import did. `errors` holds line numbers (the first line is 1) and reasons of refused rows.

    `updated` counts friends who were known before and whom the file changed: a name, where LINE has not told
    one yet, or somebody who had only written and now counts as a friend. `tagged` counts tags put on friends.
    """

    created: int = 0
    updated: int = 0
    tagged: int = 0
    refused: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, line: int, reason: str) -> None:
        self.refused += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors.append((line, reason))

    def as_dict(self) -> dict:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Row:
    """One good line of the file. `tags` is the cell as written."""

    line: int
    line_user_id: str
    display_name: str
    tags: str


@transaction.atomic
def import_friends(file: BinaryIO, *, by: User | None = None) -> ImportReport:
    """Take the good rows of a CSV file in, and report the bad ones by line. All or, if this raises, nothing.

    New people count as friends since an unknown day; blocks we know of stay.
    Raises UnreadableFile (empty), MissingColumn, TooManyTags.
    """
    report = ImportReport()
    cells: dict[str, tuple[str, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        _copy(cursor, _checked(read(file), cells, report))
        for line in _duplicates(cursor):
            report.refuse(line, _("This LINE user ID stands in an earlier line."))
        report.created, report.updated = _write_friends(cursor)
        report.tagged, touched = _write_tags(cursor, cells)
        cursor.execute("DROP TABLE pg_temp.import_row")
    report.errors.sort()
    activity.record("friends.imported", "friends", by=by, **_counts(report))
    if report.created:
        board.call("profiles")
    versions.touch(*(["friends"] if report.created or report.updated else []), *map(tag_topic, touched))
    return report


def read(file: BinaryIO) -> Iterator[tuple[int, str, str, str]]:
    """Line number, LINE user id, name and tags of every row, as written.

    Raises UnreadableFile, MissingColumn.
    """
    text = io.TextIOWrapper(file, encoding=_encoding(file), errors="replace", newline="")
    rows = _numbered(csv.reader(text))
    _line, header = next(rows, (0, []))
    names = [name.strip().lower() for name in header]
    if not any(names):
        raise UnreadableFile
    if "line_user_id" not in names:
        raise MissingColumn(column="line_user_id", found=", ".join(names))
    places = [names.index(name) if name in names else MISSING for name in COLUMNS]
    for line, row in rows:
        user_id, name, tags = (row[place].strip() if place < len(row) else "" for place in places)
        yield line, user_id, name, tags
    text.detach()


def _encoding(file: BinaryIO) -> str:
    """UTF-8 if all of the file is that, Shift_JIS as Windows writes it otherwise."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp932"
    else:
        return "utf-8-sig"
    finally:
        file.seek(0)


def _numbered(reader) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins; empty lines are passed over."""
    line = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error:  # a quote never closed, until the field is too long: what follows can be read again
            row = [""]
        if row is None:
            return
        if row:
            yield line, row
        line = reader.line_num + 1


def _checked(
    rows: Iterator[tuple[int, str, str, str]], cells: dict[str, tuple[str, ...]], report: ImportReport
) -> Iterator[Row]:
    """The good rows. Notes the tags of every cell in `cells`, and the bad rows in the report."""
    for line, line_user_id, name, tags in rows:
        if reason := _fault(line_user_id, name, tags) or _tag_fault(tags, cells):
            report.refuse(line, reason)
        else:
            yield Row(line, line_user_id, name, tags)


def _fault(line_user_id: str, name: str, tags: str) -> str | None:
    if not line_user_id:
        return _("The LINE user ID is missing.")
    if not is_line_user_id(line_user_id):
        return _("This is no LINE user ID: it is “U” and 32 of 0–9 and a–f.")
    if len(name) > Friend.NAME_LENGTH:
        return _("The name is longer than %(longest)s characters.") % {"longest": Friend.NAME_LENGTH}
    if not {"\ufffd", "\0"}.isdisjoint(name + tags):
        return _("The row has characters that cannot be read.")
    return None


def _tag_fault(cell: str, cells: dict[str, tuple[str, ...]]) -> str | None:
    if cell not in cells:
        try:
            cells[cell] = tuple({clean_tag_name(name) for name in split_tags(cell) if name.strip()})
        except BadTagName as error:
            return error.message
    return None


STAGE = """
CREATE TEMP TABLE import_row (line int NOT NULL, line_user_id text COLLATE "C" NOT NULL,
                              display_name text NOT NULL, tags text NOT NULL)"""
DUPLICATES = """
DELETE FROM pg_temp.import_row AS row USING (
    SELECT ctid, row_number() OVER (PARTITION BY line_user_id ORDER BY line) AS place FROM pg_temp.import_row
) AS placed WHERE row.ctid = placed.ctid AND placed.place > 1 RETURNING row.line"""
# LINE's own word on a name, once fetched, is newer than any file.
UPDATE = """
UPDATE friends_friend AS friend
SET display_name = CASE WHEN row.display_name <> '' AND profile_fetched_at IS NULL
                        THEN row.display_name ELSE friend.display_name END,
    status = CASE WHEN status = 'unknown' THEN 'friend' ELSE status END
FROM pg_temp.import_row AS row WHERE friend.line_user_id = row.line_user_id
  AND (status = 'unknown' OR
       (row.display_name NOT IN ('', friend.display_name) AND profile_fetched_at IS NULL))"""
CREATE = """
INSERT INTO friends_friend
    (line_user_id, display_name, picture_url, language, status, created_at, profile_due_at)
SELECT line_user_id, display_name, '', '', 'friend', %s, CASE WHEN display_name = '' THEN %s::timestamptz END
FROM pg_temp.import_row AS row
WHERE NOT EXISTS (SELECT FROM friends_friend AS known WHERE known.line_user_id = row.line_user_id)
ORDER BY line ON CONFLICT (line_user_id) DO NOTHING"""
TAG = """
WITH given AS (SELECT * FROM unnest(%s::text[], %s::int[]) AS given (cell, tag_id)),
new AS (
    INSERT INTO friends_friendtag (friend_id, tag_id, at)
    SELECT friend.id, given.tag_id, %s FROM pg_temp.import_row AS row
    JOIN given ON given.cell = row.tags JOIN friends_friend AS friend USING (line_user_id)
    ON CONFLICT DO NOTHING RETURNING tag_id)
SELECT tag_id, count(*) FROM new GROUP BY tag_id"""


def _copy(cursor, rows: Iterator[Row]) -> None:
    with cursor.copy("COPY pg_temp.import_row FROM STDIN") as copy:
        for row in rows:
            copy.write_row((row.line, row.line_user_id, row.display_name, row.tags))


def _duplicates(cursor) -> list[int]:
    """Take rows of a person already named above out; their lines."""
    cursor.execute("ANALYZE pg_temp.import_row")
    cursor.execute(DUPLICATES)
    return [line for (line,) in cursor.fetchall()]


def _write_friends(cursor) -> tuple[int, int]:
    """How many are new, how many changed."""
    now = timezone.now()
    cursor.execute(UPDATE)
    updated = cursor.rowcount
    cursor.execute(CREATE, [now, now])
    return cursor.rowcount, updated


def _write_tags(cursor, cells: dict[str, tuple[str, ...]]) -> tuple[int, list[int]]:
    """How many tags were put on friends, and which tags those are. Raises TooManyTags."""
    numbers = _tag_numbers({name for names in cells.values() for name in names})
    pairs = [(cell, numbers[name]) for cell, names in cells.items() for name in names]
    if not pairs:
        return 0, []
    given, tag_ids = zip(*pairs, strict=True)
    cursor.execute(TAG, [list(given), list(tag_ids), timezone.now()])
    put = dict(cursor.fetchall())
    return sum(put.values()), list(put)


def _tag_numbers(names: set[str]) -> dict[str, int]:
    known = set(Tag.objects.filter(name__in=names).values_list("name", flat=True))
    new = names - known
    if len(new) > MOST_NEW_TAGS:
        raise TooManyTags(count=len(new), most=MOST_NEW_TAGS)
    Tag.objects.bulk_create([Tag(name=name) for name in sorted(new)], ignore_conflicts=True)
    return dict(Tag.objects.filter(name__in=names).values_list("name", "pk"))


def _counts(report: ImportReport) -> dict[str, Any]:
    return {name: value for name, value in report.as_dict().items() if name != "errors"}
