"""Beginning, answering, going back, stopping. Each command holds the response, so that two at once follow
one another; an answer that comes again changes nothing.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from events import versions
from surveys.answering import finishing
from surveys.answering.kept import answers_of, questions_of_version, values_of
from surveys.errors import AlreadyAnswered, Ended, NotAsked, NotBegun, Unanswerable
from surveys.models import Answer, Response, Survey
from surveys.questions import Question, Said, paths, read, types
from surveys.questions.types import BadAnswer

State, Channel = Response.State, Response.Channel


def topic(survey_id: int) -> str:
    """The data version that grows whenever somebody begins or finishes this survey."""
    return f"survey:{survey_id}"


def check_open(survey: Survey, now: datetime | None = None) -> None:
    """Raises NotBegun or Ended where nobody can answer at this moment."""
    now = now or timezone.now()
    if survey.status != Survey.Status.RUNNING or (survey.ends_at and survey.ends_at <= now):
        raise Ended
    if survey.starts_at and survey.starts_at > now:
        raise NotBegun(day=date_format(timezone.localtime(survey.starts_at), "SHORT_DATETIME_FORMAT"))


@transaction.atomic
def begin(survey: Survey, friend_id: int, *, channel: str) -> Response:
    """The friend's response, made if there is none; one they left or stopped goes on where they left it.

    Raises NotBegun, Ended, AlreadyAnswered.
    """
    last = latest(survey, friend_id)
    if last is not None and last.state == State.FINISHED and survey.is_once:
        raise AlreadyAnswered
    check_open(survey)
    if last is not None and last.state != State.FINISHED:
        return _resumed(last, channel)
    first = next(iter(questions_of_version(survey)), None)
    row = Response(
        survey=survey,
        version=survey.version,
        friend_id=friend_id,
        round=last.round + 1 if last else 1,
        channel=channel,
        question=first.id if first else "",
    )
    Response.objects.bulk_create([row], ignore_conflicts=True)  # of two at once, the first to make it
    versions.touch(topic(survey.pk), friends=[friend_id])
    return Response.objects.get(survey=survey, friend=friend_id, round=row.round)


@transaction.atomic
def answer(response: Response, question_id: str, said: Said, *, by_step: bool = False) -> Response:
    """Keep an answer, in place of an earlier one to the same question; the response as it is afterwards.

    They then stand at the next question without an answer; `by_step` at the one that follows, as pages lead.
    What was answered on a way that is left by it is forgotten. With the last answer the response is
    finished. Raises NotAsked, Unanswerable, Ended; AlreadyAnswered once it is finished.
    """
    held = _held(response)
    questions, answers = read(held.version.questions), answers_of(held)
    asked = {each.id: each for each in paths.way(questions, answers)}
    if question_id not in asked:
        raise NotAsked
    kept = _taken(asked[question_id], said)
    _keep(held, question_id, kept)
    answers[question_id] = kept
    passed = paths.way(questions, answers)
    held.answers.exclude(question__in=[each.id for each in passed]).delete()
    place = next(place for place, each in enumerate(passed) if each.id == question_id)
    following = passed[place + 1] if place + 1 < len(passed) else None
    return _moved(held, following if by_step else paths.standing(questions, answers))


@transaction.atomic
def go_back(response: Response) -> Response:
    """Stand at the question before, whose answer is shown and may be changed."""
    held = _held(response)
    passed = [each.id for each in paths.way(read(held.version.questions), answers_of(held))]
    place = passed.index(held.question) if held.question in passed else len(passed)
    if place:
        _stand(held, passed[place - 1])
    return held


@transaction.atomic
def stop(response: Response) -> Response:
    """Let it be for now. Whoever begins again goes on here."""
    held = _held(response)
    held.state, held.changed_at, held.pending = State.STOPPED, timezone.now(), {}
    held.save(update_fields=["state", "changed_at", "pending"])
    return held


def latest(survey: Survey, friend_id: int) -> Response | None:
    """What the friend last began."""
    return Response.objects.filter(survey=survey, friend=friend_id).order_by("-round").first()


def _held(response: Response) -> Response:
    """The row, locked, as it is now. Raises AlreadyAnswered, Ended."""
    rows = Response.objects.select_for_update(of=("self",), no_key=True)
    held = rows.select_related("survey", "survey__version", "version").get(pk=response.pk)
    if held.state == State.FINISHED:
        raise AlreadyAnswered
    check_open(held.survey)
    return held


def _resumed(response: Response, channel: str) -> Response:
    response.state, response.channel, response.pending = State.OPEN, channel, {}
    response.save(update_fields=["state", "channel", "pending"])
    return response


def _taken(question: Question, said: Said) -> Said:
    try:
        return types.take(question, said)
    except BadAnswer as problem:
        raise Unanswerable(str(problem)) from problem


def _keep(response: Response, question_id: str, said: Said) -> None:
    values = values_of(said) | {"answered_at": timezone.now()}
    about = {"response": response, "question": question_id}
    Answer.objects.update_or_create(
        **about, defaults=values, create_defaults=values | about | {"survey_id": response.survey_id}
    )


def _moved(response: Response, next_one: Question | None) -> Response:
    now = timezone.now()
    response.started_at = response.started_at or now
    response.state, response.changed_at, response.pending = State.OPEN, now, {}
    response.question = next_one.id if next_one else ""
    response.save(update_fields=["started_at", "state", "changed_at", "pending", "question"])
    if next_one is None:
        finishing.finish(response)
    return response


def _stand(response: Response, question_id: str) -> None:
    response.question, response.changed_at, response.pending = question_id, timezone.now(), {}
    response.save(update_fields=["question", "changed_at", "pending"])
