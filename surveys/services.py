"""Commands on surveys: writing, publishing, closing."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import activity, naming
from accounts.models import User
from coupons import rewards
from events import versions
from friends import replies
from surveys.errors import (
    InvalidQuestions,
    SurveyChanged,
    SurveyEndsTooEarly,
    SurveyHasAnswers,
    SurveyNameTaken,
    SurveyNotReady,
    SurveyWordReserved,
    SurveyWordTaken,
    SurveyWrongStatus,
)
from surveys.models import Survey, SurveyVersion
from surveys.questions import checking, read
from surveys.questions.language import Unreadable, written

Status = Survey.Status
SETTINGS = frozenset(
    {
        "name",
        "purpose",
        "opening",
        "thanks",
        "starts_at",
        "ends_at",
        "is_once",
        "keyword",
        "reward",
        "reward_limit",
    }
)


@transaction.atomic
def create(name: str, *, questions: list | None = None, by: User | None, **settings: Any) -> Survey:
    """A draft. Raises SurveyNameTaken, InvalidQuestions, and what `change` raises."""
    survey = Survey(name=name.strip(), created_by_id=by.pk if by else None)
    survey.questions = _read(questions or [])
    _set(survey, settings)
    naming.save(survey, SurveyNameTaken)
    activity.record("survey.created", survey, by=by, name=survey.name)
    return survey


@transaction.atomic
def copy(survey: Survey, *, by: User | None) -> Survey:
    """A draft with the same questions and settings but its days and its word, and a name that is free."""
    name = naming.of_copy(survey.name, Survey, longest=Survey.NAME_LENGTH)
    same = {each: getattr(survey, each) for each in SETTINGS - {"name", "starts_at", "ends_at", "keyword"}}
    return create(name, questions=survey.questions, by=by, **same)


@transaction.atomic
def change(survey: Survey, *, by: User | None, **settings: Any) -> Survey:
    """Change what is no question; it holds at once, also for those who are answering.

    Raises SurveyNameTaken, SurveyWordTaken, SurveyWordReserved, SurveyEndsTooEarly, and what the incentive
    raises if it cannot be given.
    """
    survey = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    _set(survey, settings)
    survey.changed_at = timezone.now()
    naming.save(survey, SurveyNameTaken)
    activity.record("survey.changed", survey, by=by, name=survey.name, what=sorted(settings))
    return survey


@transaction.atomic
def write(survey: Survey, questions: list, *, revision: int, by: User | None) -> Survey:
    """Change the draft's questions, as they were at `revision`. What runs stays until it is published.

    Raises InvalidQuestions; SurveyChanged if somebody else was first; SurveyWrongStatus of a closed one.
    """
    kept = _read(questions)
    rows = Survey.objects.exclude(status=Status.CLOSED).filter(pk=survey.pk, revision=revision)
    is_written = rows.update(questions=kept, revision=F("revision") + 1, changed_at=timezone.now())
    survey.refresh_from_db()
    if survey.status == Status.CLOSED:
        raise SurveyWrongStatus(status=survey.get_status_display())
    if not is_written:
        raise SurveyChanged(name=survey.name)
    return survey


def differs(survey: Survey, questions: list) -> bool:
    """Whether these questions say something else than the draft. Raises InvalidQuestions."""
    return _read(questions) != survey.questions


@transaction.atomic
def publish(survey: Survey, *, revision: int, by: User | None) -> SurveyVersion:
    """Ask these questions of who begins from now on; who has begun goes on with those they began with.

    Raises SurveyNotReady with what must be mended, SurveyChanged, and what the incentive raises.
    """
    held = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    if held.revision != revision:
        raise SurveyChanged(name=held.name)
    if found := checking.faults(read(held.questions)):
        raise SurveyNotReady(findings=" ".join(each.words for each in found))
    if held.reward:
        rewards.check(held.reward)
    version = _new_version(held, by)
    held.version, held.status, held.closed_at = version, Status.RUNNING, None
    held.published_at = held.published_at or timezone.now()
    held.save(update_fields=["version", "status", "closed_at", "published_at"])
    activity.record("survey.published", held, by=by, version=version.number)
    survey.refresh_from_db()
    return version


@transaction.atomic
def close(survey: Survey, *, by: User | None) -> None:
    """Take no more answers, also of those who are answering. It can be published again."""
    rows = Survey.objects.filter(pk=survey.pk, status=Status.RUNNING)
    if not rows.update(status=Status.CLOSED, closed_at=timezone.now()):
        survey.refresh_from_db()
        raise SurveyWrongStatus(status=survey.get_status_display())
    survey.refresh_from_db()
    activity.record("survey.closed", survey, by=by, name=survey.name)


@transaction.atomic
def delete(survey: Survey, *, by: User | None) -> None:
    """Raises SurveyHasAnswers of one that somebody has begun to answer."""
    held = Survey.objects.select_for_update().get(pk=survey.pk)
    if held.responses.exists():
        raise SurveyHasAnswers(name=held.name)
    activity.record("survey.deleted", held, by=by, name=held.name)
    Survey.objects.filter(pk=held.pk).update(version=None, status=Status.DRAFT)
    held.delete()
    versions.touch(f"survey:{survey.pk}")


def _read(questions: object) -> list[dict]:
    """The questions as they are kept. Raises InvalidQuestions."""
    try:
        return written(read(questions))
    except Unreadable as problem:
        raise InvalidQuestions(problem=str(problem)) from problem


def _set(survey: Survey, settings: dict[str, Any]) -> None:
    for name in sorted(settings):
        if name not in SETTINGS:
            raise TypeError(name)
        value = settings[name]
        setattr(survey, name, value.strip() if isinstance(value, str) else value)
    if survey.starts_at and survey.ends_at and survey.ends_at <= survey.starts_at:
        raise SurveyEndsTooEarly
    if "reward" in settings and survey.reward is not None:
        rewards.check(survey.reward)
    if settings.get("keyword"):
        _check_word(survey)


def _check_word(survey: Survey) -> None:
    if replies.is_reserved(survey.keyword):
        raise SurveyWordReserved(word=survey.keyword)
    others = Survey.objects.exclude(pk=survey.pk).exclude(status=Status.CLOSED).exclude(keyword="")
    for other in others.only("name", "keyword"):
        if replies.plain(other.keyword) == replies.plain(survey.keyword):
            raise SurveyWordTaken(word=survey.keyword, name=other.name)


def _new_version(survey: Survey, by: User | None) -> SurveyVersion:
    """The present one if nothing has changed since it was published."""
    last = survey.versions.order_by("-number").first()
    if last is not None and last.questions == survey.questions:
        return last
    number = last.number + 1 if last else 1
    return SurveyVersion.objects.create(
        survey=survey, number=number, questions=survey.questions, published_by_id=by.pk if by else None
    )
