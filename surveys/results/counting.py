"""Counting the words of free answers: a job, since it takes a second for some ten thousand answers.

What was counted is kept: for each word the answers that have it, as a bitmap, so that a word can be looked
at with its answers, beside another word, or for some of the people only.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from pyroaring import BitMap64

from accounts import board
from surveys.models import Answer, CountedWord, Survey, WordReport
from surveys.results import wording
from surveys.results.narrowing import Narrowing, counted, rows

WORK = "survey_words"
PORTION = 2_000
MOST_WORDS = 2_000  # kept of one question, the most frequent ones
PRESENT = """SELECT count(*), max(answered_at) FROM surveys_answer
WHERE survey_id = %s AND question = %s AND text <> ''"""
NUMBERS = "SELECT answer.id FROM {} AND answer.question = %s AND answer.text <> ''"


@dataclass(frozen=True)
class Found:
    """A word and how many answers have it, of those that are looked at."""

    word: str
    kind: str
    label: str
    count: int


def report_of(survey: Survey, question: str) -> WordReport:
    """What was counted last; a first or a new count is begun if there are answers that it lacks."""
    report, _is_new = WordReport.objects.get_or_create(survey=survey, question=question)
    if is_stale(report):
        want(report)
    return report


def is_stale(report: WordReport) -> bool:
    """Whether answers have come, changed or gone since they were counted."""
    [present] = counted(PRESENT, [report.survey_id, report.question])
    return report.counted_at is None or present != (report.answer_count, report.last_answer_at)


def is_wanted(report: WordReport) -> bool:
    """Whether a count is under way, or soon will be."""
    return report.counted_at is None or report.counted_at < report.wanted_at


@transaction.atomic
def want(report: WordReport) -> None:
    """Have the words counted anew, soon; asked again meanwhile, it stays one count."""
    waiting = WordReport.objects.filter(pk=report.pk).filter(
        Q(counted_at=None) | Q(counted_at__gt=F("wanted_at"))
    )
    waiting.update(wanted_at=timezone.now())
    report.refresh_from_db()
    board.call(WORK)


def texts(report: WordReport):
    """The answers whose words are counted: also what was written beside “other”."""
    return Answer.objects.filter(survey=report.survey_id, question=report.question).exclude(text="")


def work(go_on: Callable[[], bool]) -> datetime | None:
    """Count what is wanted, one question after the other; when to come back, None for never.

    `go_on` is asked all the while, and obeyed between questions: a count that is broken off begins anew, so
    that a long one would never end.
    """
    wanted = Q(counted_at=None) | Q(counted_at__lt=F("wanted_at"))
    for report in WordReport.objects.filter(wanted).order_by("wanted_at"):
        _count(report, go_on)
        if not go_on():
            return timezone.now()
    return None


def most_frequent(report: WordReport, narrowing: Narrowing, kind: str = "", most: int = 100) -> list[Found]:
    """Words in most answers of those that are counted, the most frequent first."""
    words = report.words.filter(kind=kind) if kind else report.words.all()
    if narrowing.is_everything:
        counted = [(each, each.count) for each in words.defer("answers")[:most]]
    else:
        among = answers_of(report, narrowing)
        each_count = ((each, _bitmap(each).intersection_cardinality(among)) for each in words)
        counted = sorted((pair for pair in each_count if pair[1]), key=lambda pair: (-pair[1], pair[0].word))[
            :most
        ]
    return [Found(each.word, each.kind, str(each.get_kind_display()), count) for each, count in counted]


def beside(report: WordReport, word: CountedWord, most: int = 12) -> list[Found]:
    """Words that are often in the same answer."""
    own = _bitmap(word)
    others = (
        (each, _bitmap(each).intersection_cardinality(own)) for each in report.words.exclude(pk=word.pk)
    )
    found = sorted((pair for pair in others if pair[1] > 1), key=lambda pair: (-pair[1], pair[0].word))
    return [Found(each.word, each.kind, str(each.get_kind_display()), count) for each, count in found[:most]]


def answers_of(report: WordReport, narrowing: Narrowing) -> BitMap64:
    source = narrowing.answers()
    return BitMap64(
        number for (number,) in rows(NUMBERS.format(source.sql), [*source.params, report.question])
    )


def answers_with(word: CountedWord) -> BitMap64:
    return _bitmap(word)


def _bitmap(word: CountedWord) -> BitMap64:
    return BitMap64.deserialize(bytes(word.answers))


@dataclass
class Tally:
    """Words while they are counted: who has each, and how it is mostly written."""

    having: dict[wording.Word, BitMap64] = field(default_factory=lambda: defaultdict(BitMap64))
    written: dict[wording.Word, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    count: int = 0
    newest: datetime | None = None

    def take(self, number: int, text: str, at: datetime) -> None:
        self.count += 1
        self.newest = max(self.newest or at, at)
        for word, written in wording.words(text).items():
            self.having[word].add(number)
            self.written[word][written] += 1

    def most(self) -> dict[wording.Word, BitMap64]:
        """The words of most answers, as they are mostly written; two that are written alike are one."""
        found: dict[wording.Word, BitMap64] = {}
        for word, having in sorted(self.having.items(), key=lambda each: (-len(each[1]), each[0])):
            [(written, _times)] = self.written[word].most_common(1)
            shown = written[: wording.LONGEST], word[1]
            if shown in found or len(found) < MOST_WORDS:
                found[shown] = found.get(shown, BitMap64()) | having
        return found


def _count(report: WordReport, keep: Callable[[], object]) -> None:
    """All answers of a question; `keep` is called after each portion."""
    begun, tally = timezone.now(), Tally()
    for part in _portions(report):
        for number, text, at in part:
            tally.take(number, text, at)
        keep()
    _keep(report, tally, begun)


def _portions(report: WordReport) -> Iterator[list[tuple[int, str, datetime]]]:
    last = 0
    while part := list(
        texts(report).filter(pk__gt=last).order_by("pk").values_list("pk", "text", "answered_at")[:PORTION]
    ):
        yield part
        last = part[-1][0]


@transaction.atomic
def _keep(report: WordReport, tally: Tally, begun: datetime) -> None:
    """In place of what was counted before. Two workers at once write one after the other, the same."""
    WordReport.objects.select_for_update().get(pk=report.pk)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM surveys_countedword WHERE report_id = %s", [report.pk])
    CountedWord.objects.bulk_create(
        CountedWord(report=report, word=word, kind=kind, count=len(having), answers=having.serialize())
        for (word, kind), having in tally.most().items()
    )
    kept = WordReport.objects.filter(pk=report.pk)
    kept.update(counted_at=begun, answer_count=tally.count, last_answer_at=tally.newest)
