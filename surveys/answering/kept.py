"""What a response holds, as the questions understand it."""

from surveys.models import Answer, Response, Survey
from surveys.questions import Question, Said, read


def questions_of_version(survey: Survey) -> list[Question]:
    """What is asked of those who begin now."""
    return read(survey.version.questions) if survey.version else []


def answers_of(response: Response) -> dict[str, Said]:
    """What was answered so far, by question."""
    return {row.question: said_of(row) for row in response.answers.all()}


def said_of(row: Answer) -> Said:
    return Said(tuple(row.options or ()), row.number, row.text, row.date)


def values_of(said: Said) -> dict[str, object]:
    """The columns of an answer."""
    return {
        "options": list(said.options) or None,
        "number": said.number,
        "text": said.text,
        "date": said.date,
    }


def current(response: Response) -> Question | None:
    """The question at which somebody stands; None once there is none left."""
    return next((each for each in read(response.version.questions) if each.id == response.question), None)
