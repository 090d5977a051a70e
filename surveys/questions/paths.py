"""Which question follows which. Jumps lead forward only, so that every way through a survey has an end."""

from collections.abc import Mapping, Sequence

from surveys.questions.language import END, Question
from surveys.questions.said import Said


def way(questions: Sequence[Question], answers: Mapping[str, Said]) -> list[Question]:
    """The questions on somebody's way so far, the last of them being the first that has no answer.

    If all have one, they are at the end.
    """
    passed: list[Question] = []
    place: int | None = 0 if questions else None
    while place is not None:
        question = questions[place]
        passed.append(question)
        if question.id not in answers:
            break
        place = following(questions, place, answers[question.id])
    return passed


def standing(questions: Sequence[Question], answers: Mapping[str, Said]) -> Question | None:
    """The question that is to be answered next; None at the end."""
    passed = way(questions, answers)
    return passed[-1] if passed and passed[-1].id not in answers else None


def following(questions: Sequence[Question], place: int, said: Said) -> int | None:
    """The place of the question after this one, for who answered so; None is the end.

    A jump to a question that is not further down is none.
    """
    question = questions[place]
    jumps = [option.next for each in said.options if (option := question.option(each)) and option.next]
    return after(questions, place, jumps[0] if jumps else question.next)


def after(questions: Sequence[Question], place: int, jump: str) -> int | None:
    """The place to which a jump leads from here; "" leads to the next."""
    if jump == END:
        return None
    later = {question.id: number for number, question in enumerate(questions) if number > place}
    straight = place + 1 if place + 1 < len(questions) else None
    return later.get(jump, straight)


def ways_on(question: Question) -> set[str]:
    """The jumps by which somebody may leave a question; "" is the way to the next."""
    is_branching = question.type in ("single", "image")
    if not is_branching:
        return {question.next}
    jumps = {option.next or question.next for option in question.options}
    return jumps | ({question.next} if question.has_other or not question.is_required else set())


def reached(questions: Sequence[Question]) -> set[str]:
    """The ids of the questions to which some way leads."""
    waiting, found = [0] if questions else [], set()
    while waiting:
        place = waiting.pop()
        if questions[place].id in found:
            continue
        found.add(questions[place].id)
        onward = (after(questions, place, jump) for jump in ways_on(questions[place]))
        waiting.extend(each for each in onward if each is not None)
    return found
