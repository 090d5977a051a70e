"""The people of a segment as a CSV file, written while it is sent; one portion is held at a time."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django_tenants.utils import tenant_context
from psycopg import sql
from pyroaring import BitMap

from accounts import activity, current
from accounts.models import Tenant, User
from accounts.spreadsheets import ENCODINGS, FORMULA, REPLACED, SAME_AS, SHIFT_JIS, UTF8
from friends import kinds
from friends.exports import MOMENT, SAFE
from friends.models import FriendField
from segments import services
from segments.models import Segment

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["COLUMNS", "ENCODINGS", "UTF8", "begin", "columns"]

PORTION = 5_000  # friends
# By name in the file: words for people, and where the value is.
COLUMNS: "dict[str, StrOrPromise]" = {
    "friend": _("Friend number"),
    "line_user_id": _("LINE user ID"),
    "display_name": _("Display name"),
    "own_name": _("Own name"),
    "status": _("Status"),
    "followed_at": _("Friend since"),
    "tags": _("Tags"),
    "customer": _("Customer number"),
}
FIELD = "field:"
NUMBER = sql.SQL("friend.id::text")
CUSTOMER = sql.SQL("""
SELECT customer.number FROM linking_link AS link JOIN customers_customer AS customer
ON customer.id = link.customer_id WHERE link.friend_id = friend.id AND link.unlinked_at IS NULL""")
TAGS = sql.SQL("""
SELECT string_agg(name, '|' ORDER BY name) FROM friends_friendtag AS put
JOIN friends_tag AS tag ON tag.id = put.tag_id WHERE put.friend_id = friend.id""")
ANSWERS = sql.SQL("""
SELECT string_agg({}, '|' ORDER BY place) FROM friends_fieldvalue AS answer
WHERE answer.friend_id = friend.id AND answer.field_id = {}""")
CELL = sql.SQL("(SELECT {} FROM ({}) AS cell (text))")
COPY = sql.SQL("""
COPY (SELECT {columns} FROM friends_friend AS friend WHERE friend.id = ANY ({friends}) ORDER BY friend.id)
TO STDOUT (FORMAT csv)""")


def columns() -> "list[tuple[str, StrOrPromise]]":
    """Names and words of what can be in the file, the client's own fields included."""
    return [*COLUMNS.items(), *((FIELD + own.key, own.name) for own in FriendField.objects.in_use())]


@dataclass
class Export:
    """One file on its way. The counts are right once all of it has been read."""

    tenant: Tenant
    segment: Segment
    friends: BitMap
    columns: Sequence[str]
    encoding: str
    by: User | None = None
    rows: int = 0
    replaced: int = 0

    def __iter__(self) -> Iterator[bytes]:
        """Blocks of the file. They are made once the response has begun, so this enters the client itself."""
        with tenant_context(self.tenant):
            yield self._header()
            chosen = self._chosen()
            for start in range(0, len(self.friends), PORTION):
                yield self._encoded(self._portion(chosen, list(self.friends[start : start + PORTION])))
            activity.record(
                "segment.export_finished",
                self.segment,
                by=self.by,
                rows=self.rows,
                replaced=self.replaced,
            )

    def _header(self) -> bytes:
        line = io.StringIO()
        csv.writer(line).writerow([name.removeprefix(FIELD) for name in self.columns])
        start = codecs.BOM_UTF8 if self.encoding == UTF8 else b""
        return start + self._encoded(line.getvalue().encode())

    def _portion(self, chosen: sql.Composable, friends: list[int]) -> bytes:
        statement = COPY.format(columns=chosen, friends=sql.Literal(friends))
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            rows = [bytes(row) for row in copy]
        self.rows += len(rows)
        return b"".join(rows)

    def _encoded(self, block: bytes) -> bytes:
        if self.encoding == UTF8:
            return block
        text = block.decode()
        encoded = text.translate(SAME_AS).encode(SHIFT_JIS, "musubi.geta")
        self.replaced += encoded.decode(SHIFT_JIS).count(REPLACED) - text.count(REPLACED)
        return encoded

    def _chosen(self) -> sql.Composable:
        known = {FIELD + own.key: own for own in FriendField.objects.in_use()}
        return sql.SQL(", ").join(
            [self._answer(known[name]) if name in known else self._own(name) for name in self.columns]
        )

    def _own(self, name: str) -> sql.Composable:
        if name == "friend":
            return NUMBER
        if name in {"customer", "tags"}:
            return _cell(CUSTOMER if name == "customer" else TAGS)
        column = sql.Identifier("friend", name)
        return self._moment(column) if name == "followed_at" else _safe(column)

    def _answer(self, own: FriendField) -> sql.Composable:
        """Several answers stand in one cell, which is made safe as a whole; a number may begin with minus."""
        column = sql.Identifier("answer", kinds.of(own).column)
        if own.type == FriendField.Type.NUMBER:
            number = sql.SQL("trim_scale({})::text").format(column)
            return sql.SQL("({})").format(ANSWERS.format(number, sql.Literal(own.pk)))
        text = self._moment(column) if own.type == FriendField.Type.DATETIME else _text(column)
        return _cell(ANSWERS.format(text, sql.Literal(own.pk)))

    def _moment(self, column: sql.Composable) -> sql.Composable:
        return MOMENT.format(column, sql.Literal(self.tenant.time_zone))


def begin(
    segment: Segment, *, columns: Sequence[str] = tuple(COLUMNS), encoding: str = UTF8, by: User | None = None
) -> Export:
    """A file of the people who are in the segment now, to be streamed; it is on the log at once.

    Raises InvalidTree.
    """
    friends = services.members(segment.tree)
    activity.record(
        "segment.exported", segment, by=by, columns=list(columns), encoding=encoding, friends=len(friends)
    )
    return Export(current.tenant(), segment, friends, columns, encoding, by)


def _text(column: sql.Composable) -> sql.Composable:
    return sql.SQL("{}::text").format(column)


def _cell(query: sql.Composable) -> sql.Composable:
    return CELL.format(_safe(sql.Identifier("cell", "text")), query)


def _safe(text: sql.Composable) -> sql.Composable:
    return SAFE.format(text, sql.Literal(list(FORMULA)))
