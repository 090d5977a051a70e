"""Whose answers are counted: of a segment, of a period, by the way they answered."""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from accounts import current
from segments import services as segments
from segments.leaves import Query
from segments.models import Segment
from surveys.models import Response, Survey

LONG = 0.3  # seconds to count, from which on the answer is kept
KEPT = 40  # times as long as it took
LONGEST = 600.0  # seconds, however long it took
MOST_KEPT = 1_000  # in one process
_kept: dict[bytes, tuple[float, list[tuple]]] = {}  # until when, on the monotonic clock


@dataclass(frozen=True)
class Narrowing:
    """Responses of a survey that are counted. Days are the client's, of when the survey was opened."""

    survey: Survey
    segment: Segment | None = None
    first: date | None = None
    last: date | None = None
    channel: str = ""
    is_finished_only: bool = False

    @property
    def is_everything(self) -> bool:
        return not (self.segment or self.first or self.last or self.channel or self.is_finished_only)

    def responses(self) -> Query:
        """A condition on `response`. Raises InvalidTree if the segment cannot be asked any more."""
        parts, params = ["response.survey_id = %s"], [self.survey.pk]
        for part, values in self._parts():
            parts.append(part)
            params += values
        return Query(" AND ".join(parts), params)

    def answers(self) -> Query:
        """What follows FROM: `answer`, only those that are counted."""
        table, where = "surveys_answer answer", Query("TRUE", [])
        if not self.is_everything:
            table += " JOIN surveys_response response ON response.id = answer.response_id"
            where = self.responses()
        sql = f"{table} WHERE answer.survey_id = %s AND {where.sql}"
        return Query(sql, [self.survey.pk, *where.params])

    @cached_property
    def _members(self) -> str:
        assert self.segment is not None  # noqa: S101  (asked for where there is one)
        return numbers(segments.members(self.segment.tree))

    def _parts(self) -> list[tuple[str, list[Any]]]:
        found: list[tuple[str, list[Any]]] = []
        if self.segment:
            found.append(("response.friend_id = ANY(%s::int[])", [self._members]))
        if self.first:
            found.append(("response.opened_at >= %s", [_midnight(self.first)]))
        if self.last:
            found.append(("response.opened_at < %s", [_midnight(self.last + timedelta(days=1))]))
        if self.channel:
            found.append(("response.channel = %s", [self.channel]))
        if self.is_finished_only:
            found.append(("response.state = %s", [Response.State.FINISHED.value]))
        return found


def zone() -> ZoneInfo:
    return ZoneInfo(current.tenant().time_zone)


def rows(query: str, params: list[Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


def counted(query: str, params: list[Any]) -> list[tuple]:
    """As `rows`, for what counts many answers to a few rows.

    What took long is told again for a while, so that looking costs a small part of a core.
    """
    key = hashlib.sha256(repr((current.schema(), query, params)).encode()).digest()
    began = time.monotonic()
    until, found = _kept.get(key, (0.0, []))
    if began < until:
        return found
    found = rows(query, params)
    took = time.monotonic() - began
    if took >= LONG:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = (began + min(took * KEPT, LONGEST), found)
    return found


def numbers(friends: Iterable[int]) -> str:
    """As PostgreSQL reads an array: the driver takes many times as long for a list."""
    return f"{{{','.join(map(str, friends))}}}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone())
