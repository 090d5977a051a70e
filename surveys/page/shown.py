"""What a page shows of the question at which somebody stands."""

import random
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from library.models import MediaFile
from surveys.answering.kept import answers_of
from surveys.models import Response
from surveys.questions import OTHER, Question, Said, paths, read, types


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose on the page."""

    id: str
    words: str
    is_chosen: bool
    picture: str = ""


@dataclass(frozen=True)
class Shown:
    """A question, what is chosen so far, and how far they are; `percent` counts the questions before it."""

    question: Question
    said: Said
    percent: int
    is_first: bool
    is_last: bool
    choices: list[Choice] = field(default_factory=list)

    @property
    def numbers(self) -> list[Choice]:
        return [
            Choice(str(number), str(number), number == self.said.number) for number in self.question.numbers
        ]

    @property
    def regions(self) -> list[tuple[object, list[Choice]]]:
        return [
            (region, [Choice(name, name, name in self.said.options) for name in names])
            for region, names in types.REGIONS
        ]

    @property
    def most(self) -> int:
        return types.most_of(self.question)

    @property
    def most_beside_other(self) -> int:
        return types.SHORT_TEXT


def shown(response: Response, *, said: Said | None = None) -> Shown | None:
    """The question at which they stand, with their answer or what they have just typed; None at the end."""
    questions = read(response.version.questions)
    place = next((place for place, each in enumerate(questions) if each.id == response.question), None)
    if place is None:
        return None
    question, answers = questions[place], answers_of(response)
    given = answers.get(question.id, Said()) if said is None else said
    passed = paths.way(questions, answers)
    return Shown(
        question,
        given,
        round(100 * place / len(questions)),
        passed[0].id == question.id,
        _is_last(questions, place),
        choices(question, given, seed=str(response.pk)),
    )


def sample(questions: list[Question], place: int) -> Shown:
    """A question as a preview shows it, with nothing chosen."""
    question = questions[place]
    percent = round(100 * place / len(questions))
    return Shown(question, Said(), percent, place == 0, _is_last(questions, place), choices(question, Said()))


def choices(question: Question, said: Said, *, seed: str = "") -> list[Choice]:
    """The options in the order in which this person sees them, the same each time; “other” is last."""
    if not types.known(question.type) or not types.of(question).has_options:
        return []
    options = in_order(question, seed)
    pictures = _pictures(question)
    found = [
        Choice(each.id, each.words, each.id in said.options, pictures.get(each.picture or 0, ""))
        for each in options
    ]
    return found + [Choice(OTHER, _("Other"), OTHER in said.options)] * question.has_other


def in_order(question: Question, seed: str) -> list:
    """Options as they are written or, where they are to be shuffled, in an order that follows from a seed."""
    options = list(question.options)
    if question.is_shuffled and seed:
        random.Random(f"{seed}:{question.id}").shuffle(options)  # noqa: S311  (no secret)
    return options


def _is_last(questions: list[Question], place: int) -> bool:
    """Whether the end follows, whatever is answered."""
    onward = (paths.after(questions, place, jump) for jump in paths.ways_on(questions[place]))
    return all(each is None for each in onward)


def _pictures(question: Question) -> dict[int, str]:
    wanted = {each.picture for each in question.options if each.picture}
    files = MediaFile.objects.stored().filter(pk__in=wanted) if wanted else []
    return {each.pk: f"{each.base}/{each.preview or each.own_size}" for each in files}
