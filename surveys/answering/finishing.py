"""What follows when somebody has answered everything: tags, fields, the timeline, the incentive."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.utils import timezone

from accounts.errors import AppError
from coupons import rewards
from coupons.rewards import Given
from events import timeline, versions
from events.timeline import NewEvent
from friends import kinds, values
from friends import services as friends
from friends.errors import BadValue
from friends.models import FriendField, Tag
from surveys.answering.kept import said_of
from surveys.models import Answer, Response, Survey
from surveys.questions import Question, Said, paths, read, types


def finish(response: Response, *, at: datetime | None = None) -> None:
    """Close a response that the caller holds, in the caller's transaction; `at` is now if it is not told."""
    response.state, response.finished_at = Response.State.FINISHED, at or timezone.now()
    response.question = ""
    if response.friend_id is not None:
        given = _reward(response)
        response.reward_words, response.reward_address = given.words[:200], given.address[:500]
    response.save(
        update_fields=["state", "finished_at", "question", "reward_words", "reward_address"],
    )
    after([response])


def after(responses: Collection[Response]) -> None:
    """Put what was answered on tags, fields and the timeline, for thousands at once; twice is as once.

    In the caller's transaction, without incentives. The responses are finished and bring their `survey` and
    `version`.
    """
    rows: defaultdict[int, dict[str, Said]] = defaultdict(dict)
    for row in Answer.objects.filter(response__in=[each.pk for each in responses]):
        rows[row.response_id][row.question] = said_of(row)
    told = [_told(each, rows[each.pk]) for each in responses]
    _put_tags(told)
    _set_fields(told)
    timeline.record(_event(each) for each in told if each.is_somebody)
    friends_concerned = sorted({each.friend for each in told if each.friend is not None})
    for number in sorted({each.survey.pk for each in told}):
        versions.touch(f"survey:{number}", friends=friends_concerned)


@dataclass(frozen=True)
class _Told:
    """A finished response with the questions on its way and their answers, without those passed over."""

    response: Response
    answers: list[tuple[Question, Said]]

    @property
    def survey(self) -> Survey:
        return self.response.survey

    @property
    def friend(self) -> int | None:
        return self.response.friend_id

    @property
    def is_somebody(self) -> bool:
        return self.friend is not None or self.response.customer_id is not None


def _told(response: Response, answers: dict[str, Said]) -> _Told:
    asked = paths.way(read(response.version.questions), answers)
    said = [(each, answers.get(each.id, Said())) for each in asked]
    return _Told(response, [(question, given) for question, given in said if not given.is_empty])


def _reward(response: Response) -> Given:
    """The incentive, unless it is used up or cannot be given (any more): then nothing."""
    survey = Survey.objects.select_for_update(no_key=True).get(pk=response.survey_id)
    if not survey.reward or response.friend_id is None or _is_used_up(survey, response):
        return Given()
    try:
        given = rewards.give(
            survey.reward, [response.friend_id], key=f"survey:{survey.pk}", source=survey.ledger_owner
        )
    except AppError:  # what was to be given is not there any more
        return Given()
    got = given.get(response.friend_id, Given())
    return Given() if got.problem else got


def _is_used_up(survey: Survey, response: Response) -> bool:
    """The survey is held, so that two at once are counted one after the other."""
    if survey.reward_limit is None:
        return False
    rewarded = Response.objects.filter(survey=survey).exclude(reward_words="")
    others = rewarded.exclude(friend=response.friend_id).values("friend").distinct()
    return others.count() >= survey.reward_limit


def _put_tags(told: list[_Told]) -> None:
    wanted: defaultdict[int, set[int]] = defaultdict(set)
    for each in told:
        for question, said in each.answers:
            for option in filter(None, map(question.option, said.options)):
                if option.tag and each.friend is not None:
                    wanted[option.tag].add(each.friend)
    for tag in Tag.objects.filter(pk__in=wanted).order_by("pk"):
        friends.tag_friends(sorted(wanted[tag.pk]), tag)


def _set_fields(told: list[_Told]) -> None:
    """A field that is archived, or does not take the answer, is passed over."""
    named = {question.field for each in told for question, _said in each.answers if question.field}
    fields = FriendField.objects.in_use().in_bulk(named)
    found: dict[tuple[int, int], list[dict]] = {}  # of several responses of a friend the last one counts
    for each in told:
        for question, said in each.answers:
            field = fields.get(question.field or 0)
            if each.friend is not None and field is not None:
                key = (each.friend, field.pk)
                found[key] = _rows(field, question, said) or found.get(key, [])
    rows = [{"friend_id": friend} | row for (friend, _field), several in found.items() for row in several]
    if rows:
        values.write(values.GIVEN, [orjson.dumps(rows, default=str).decode()])
        concerned = sorted({row["friend_id"] for row in rows})
        versions.touch(*(values.topic(field.key) for field in fields.values()), friends=concerned)


def _rows(field: FriendField, question: Question, said: Said) -> list[dict]:
    try:
        found = values.read(field, for_field(question, said))
    except BadValue:
        return []
    return values.staged({field.pk: found}, {field.pk: kinds.of(field).column})


def for_field(question: Question, said: Said) -> object:
    """The answer as a field of friends reads it: words, of several a list; a date as ISO 8601."""
    if types.of(question).is_several:
        return [types.words(question, Said((each,), text=said.text)) for each in said.options]
    return said.date.isoformat() if said.date else types.words(question, said)


def _event(told: _Told) -> NewEvent:
    response = told.response
    return NewEvent(
        "answered",
        response.finished_at or timezone.now(),
        friend_id=response.friend_id,
        customer_id=response.customer_id,
        properties={
            "survey": str(told.survey.pk),
            "name": told.survey.name,
            "answers": {question.id: value_of(question, said) for question, said in told.answers},
        },
        key=f"survey:{response.pk}",
    )


def value_of(question: Question, said: Said) -> object:
    """An answer on the timeline: a number of a scale as such, otherwise as fields take it."""
    return for_field(question, said) if said.number is None else said.number
