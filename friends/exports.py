"""Friends as a CSV file, streamed: PostgreSQL writes the rows, no more than a block of them is held here."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_tenants.utils import tenant_context
from psycopg import sql

from accounts import activity, current
from accounts.models import Tenant, User
from accounts.spreadsheets import FORMULA, REPLACED, SAME_AS, SHIFT_JIS, UTF8
from friends import kinds
from friends.models import Friend, FriendField

BLOCK = 1 << 16

SAFE = sql.SQL("CASE WHEN left({0}, 1) = ANY ({1}) THEN '''' || {0} ELSE {0} END")
MOMENT = sql.SQL("to_char({} AT TIME ZONE {}, 'YYYY-MM-DD HH24:MI:SS')")
TAGS = sql.SQL("""
LEFT JOIN (SELECT friend_id, string_agg(name, '|' ORDER BY name) AS names
           FROM friends_friendtag AS put JOIN friends_tag AS tag ON tag.id = put.tag_id
           GROUP BY friend_id) AS tagged ON tagged.friend_id = friend.id""")
ANSWERS = sql.SQL("""
LEFT JOIN (SELECT friend_id, {} FROM friends_fieldvalue WHERE field_id = ANY ({})
           GROUP BY friend_id) AS answered ON answered.friend_id = friend.id""")
ANSWER = sql.SQL("string_agg({}, '|' ORDER BY place) FILTER (WHERE field_id = {}) AS {}")
COPY = sql.SQL("""
COPY (SELECT {columns} FROM friends_friend AS friend {chosen} {tags} {answers} ORDER BY friend.id)
TO STDOUT (FORMAT csv)""")
# Our own columns, by their names in the file.
COLUMNS = {
    "line_user_id": _("LINE user ID"),
    "display_name": _("Display name"),
    "own_name": _("Own name"),
    "status": _("Status"),
    "followed_at": _("Friend since"),
    "blocked_at": _("Blocked at"),
    "created_at": _("First seen"),
    "language": _("Language"),
    "tags": _("Tags"),
}
MOMENTS = {"followed_at", "blocked_at", "created_at"}


@dataclass
class Export:
    """One file on its way. The counts are right once all of it has been read."""

    tenant: Tenant
    friends: QuerySet[Friend]
    columns: list[str]
    fields: list[FriendField]
    encoding: str
    by: User | None = None
    rows: int = 0
    replaced: int = 0

    def __iter__(self) -> Iterator[bytes]:
        """Blocks of the file. They are made once the response has begun, so this enters the client itself."""
        with tenant_context(self.tenant):
            yield self._header()
            for block in self._blocks():
                yield self._encoded(block)
            activity.record(
                "friends.export_finished", "friends", by=self.by, rows=self.rows, replaced=self.replaced
            )

    def _header(self) -> bytes:
        line = io.StringIO()
        csv.writer(line).writerow([*self.columns, *(field.key for field in self.fields)])
        start = codecs.BOM_UTF8 if self.encoding == UTF8 else b""
        return start + self._encoded(line.getvalue().encode())

    def _blocks(self) -> Iterator[bytes]:
        held: list[bytes] = []
        size = 0
        with connection.cursor() as cursor, cursor.copy(self._statement()) as copy:
            for row in copy:
                held.append(bytes(row))
                size += len(row)
                self.rows += 1
                if size >= BLOCK:
                    yield b"".join(held)
                    held, size = [], 0
        yield b"".join(held)

    def _encoded(self, block: bytes) -> bytes:
        if self.encoding == UTF8:
            return block
        text = block.decode()
        try:
            return text.encode(SHIFT_JIS)
        except UnicodeEncodeError:
            encoded = text.translate(SAME_AS).encode(SHIFT_JIS, "musubi.geta")
        self.replaced += encoded.decode(SHIFT_JIS).count(REPLACED) - text.count(REPLACED)
        return encoded

    def _statement(self) -> sql.Composed:
        own = [self._own(name) for name in self.columns]
        answers = [sql.Identifier("answered", field.key) for field in self.fields]
        return COPY.format(
            columns=sql.SQL(", ").join([*own, *answers]),
            chosen=self._chosen(),
            tags=TAGS if "tags" in self.columns else sql.SQL(""),
            answers=self._answers(),
        )

    def _own(self, name: str) -> sql.Composable:
        if name == "tags":
            return _safe(sql.Identifier("tagged", "names"))
        column = sql.Identifier("friend", name)
        return self._moment(column) if name in MOMENTS else _safe(column)

    def _answers(self) -> sql.Composable:
        if not self.fields:
            return sql.SQL("")
        each = [
            ANSWER.format(self._answer(field), sql.Literal(field.pk), sql.Identifier(field.key))
            for field in self.fields
        ]
        return ANSWERS.format(sql.SQL(", ").join(each), sql.Literal([field.pk for field in self.fields]))

    def _answer(self, field: FriendField) -> sql.Composable:
        column = sql.Identifier(kinds.of(field).column)
        if field.type == FriendField.Type.NUMBER:
            return sql.SQL("trim_scale({})::text").format(column)
        if field.type == FriendField.Type.DATETIME:
            return self._moment(column)
        return sql.SQL("{}::text").format(column) if field.type == FriendField.Type.DATE else _safe(column)

    def _moment(self, column: sql.Composable) -> sql.Composable:
        return MOMENT.format(column, sql.Literal(self.tenant.time_zone))

    def _chosen(self) -> sql.Composable:
        """Nothing for everybody: the query then needs no join."""
        if not self.friends.query.where:
            return sql.SQL("")
        try:
            query, params = self.friends.order_by().values("id").query.sql_with_params()
        except EmptyResultSet:  # Django knows that nobody fits, and has no SQL for that
            query, params = "SELECT NULL::bigint AS id WHERE false", ()
        with connection.cursor() as cursor:
            chosen = cursor.mogrify(query, params)
        return sql.SQL("JOIN ({}) AS chosen ON chosen.id = friend.id").format(sql.SQL(chosen))


def begin(
    friends: QuerySet[Friend],
    *,
    columns: list[str],
    fields: list[FriendField],
    encoding: str,
    by: User | None = None,
) -> Export:
    """A file of these friends, to be streamed; that it was asked for is on the log at once."""
    names = [*columns, *(field.key for field in fields)]
    activity.record("friends.exported", "friends", by=by, columns=names, encoding=encoding)
    return Export(current.tenant(), friends, columns, fields, encoding, by)


def _safe(column: sql.Composable) -> sql.Composable:
    return SAFE.format(column, sql.Literal(list(FORMULA)))
