"""Rows of a file become finished responses, with all that follows from answers."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from django.db.models import Max
from django.utils import timezone

from imports.kinds import Row, Written
from surveys.answering import finishing
from surveys.incoming import people
from surveys.incoming.people import Person
from surveys.models import Answer, Response, Survey
from surveys.questions import Question


@dataclass(frozen=True)
class _Line:
    key: str
    person: Person
    at: datetime
    answers: dict[str, dict[str, Any]]
    round: int = 1


def write(survey: Survey, questions: Sequence[Question], rows: Sequence[tuple[int, Row]]) -> Written:
    """In the caller's transaction; what is there already stays. Nobody gets an incentive: they answered
    elsewhere.
    """
    persons = people.find([row["who"] for _line, row in rows])
    read = [_read(line, row, person) for (line, row), person in zip(rows, persons, strict=True)]
    new = list(_rounds(survey, _new(survey, read)))
    made = _make(survey, questions, new)
    counts = {
        "created": len(made),
        "unchanged": len(rows) - len(made),
        "unknown": sum(each.friend_id is None and each.customer_id is None for each in made),
    }
    return Written(counts)


def _read(line: int, row: Row, person: Person) -> _Line:
    """One of nobody, without an id, is known again by what it says and its line."""
    at = datetime.fromisoformat(row["at"]) if row["at"] else timezone.now()
    return _Line(row["key"] or _anonymous(line, row), person, at, row["answers"])


def _anonymous(line: int, row: Row) -> str:
    said = orjson.dumps([line, row["at"], row["answers"]], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(said).hexdigest()


def _new(survey: Survey, lines: Iterable[_Line]) -> Iterator[_Line]:
    """Those that are not there, and of friends with one entry those who have none."""
    lines = list(lines)
    all_of = Response.objects.filter(survey=survey)
    known = set(all_of.filter(key__in=[each.key for each in lines]).values_list("key", flat=True))
    entered = set(all_of.filter(friend__in=_friends(lines)).values_list("friend", flat=True))
    for each in lines:
        is_second = survey.is_once and each.person.friend in entered
        if each.key not in known and not is_second:
            yield each
            known.add(each.key)
            if each.person.friend is not None:
                entered.add(each.person.friend)


def _rounds(survey: Survey, lines: Iterable[_Line]) -> Iterator[_Line]:
    """With which time it is that a friend takes part."""
    lines = list(lines)
    before = Response.objects.filter(survey=survey, friend__in=_friends(lines)).order_by()
    last = dict(before.values_list("friend").annotate(Max("round")))
    for each in lines:
        friend = each.person.friend
        if friend is not None:
            last[friend] = last.get(friend, 0) + 1
        yield _Line(each.key, each.person, each.at, each.answers, last.get(friend, 1) if friend else 1)


def _make(survey: Survey, questions: Sequence[Question], lines: Sequence[_Line]) -> list[Response]:
    """Who answers at this very moment is passed over by the database; the next import finds them there."""
    Response.objects.bulk_create((_response(survey, each) for each in lines), ignore_conflicts=True)
    by_key = {each.key: each for each in lines}
    found = Response.objects.filter(survey=survey, key__in=list(by_key)).select_related("survey", "version")
    made = list(found)
    Answer.objects.bulk_create(
        _answer(response, question, by_key[response.key]) for response in made for question in questions
    )
    finishing.after(made)
    return made


def _response(survey: Survey, line: _Line) -> Response:
    moments = dict.fromkeys(("opened_at", "started_at", "finished_at", "changed_at"), line.at)
    return Response(
        survey=survey,
        version=survey.version,
        friend_id=line.person.friend,
        customer_id=line.person.customer,
        round=line.round,
        channel=Response.Channel.IMPORT,
        state=Response.State.FINISHED,
        key=line.key,
        **moments,
    )


def _answer(response: Response, question: Question, line: _Line) -> Answer:
    said = line.answers.get(question.id, {})
    return Answer(
        response=response,
        survey=response.survey,
        question=question.id,
        options=said.get("options"),
        number=said.get("number"),
        text=said.get("text", ""),
        date=date.fromisoformat(said["date"]) if "date" in said else None,
        answered_at=line.at,
    )


def _friends(lines: Collection[_Line]) -> set[int]:
    return {each.person.friend for each in lines if each.person.friend is not None}
