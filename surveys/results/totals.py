"""How often each answer was given, question by question."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import NormalDist, median

from django.utils.translation import gettext as _

from broadcasts.choosing import rates
from surveys.models import Survey
from surveys.questions.types import REGIONS
from surveys.results import asked, reaching
from surveys.results.asked import DATE, PREFECTURE, SCALE, TEXT, Asked
from surveys.results.narrowing import Narrowing, counted

# What a row of answers says, as keys that can be counted: ids of options, a number, a month.
KEYS = """(coalesce(answer.options, '{}')
  || array_remove(ARRAY[answer.number::text, to_char(answer.date, 'YYYY-MM')]::varchar[], NULL))"""
# Each kind of answer by itself: the database then knows how few differ, and counts with all its workers. Who
# is counted is chosen once. The first part, without a key, is who saw a question and who filled it in.
COUNTED = """
WITH answer AS {once} (
  SELECT answer.question, answer.options, answer.number, answer.date, answer.text <> '' AS is_written
  FROM {which})
SELECT question, NULL AS key, count(*) AS people, count(*) FILTER (WHERE
  coalesce(cardinality(options), 0) > 0 OR number IS NOT NULL OR is_written OR date IS NOT NULL)
FROM answer GROUP BY 1
UNION ALL
SELECT given.question, chosen.key, sum(given.people)::bigint, 0 FROM (
  SELECT question, options, count(*) AS people FROM answer WHERE options IS NOT NULL GROUP BY 1, 2) AS given
CROSS JOIN LATERAL unnest(given.options) chosen (key) GROUP BY 1, 2
UNION ALL
SELECT question, number::text, count(*), 0 FROM answer WHERE number IS NOT NULL GROUP BY 1, number
UNION ALL
SELECT given.question, to_char(given.date, 'YYYY-MM'), sum(given.people)::bigint, 0 FROM (
  SELECT question, date, count(*) AS people FROM answer WHERE date IS NOT NULL GROUP BY 1, 2) AS given
GROUP BY 1, 2"""
STANDING = """SELECT response.question, count(*) FROM surveys_response response
WHERE {} AND response.state <> 'finished' AND response.question <> '' GROUP BY 1"""
NPS_LOW, NPS_HIGH, DETRACTORS, PROMOTERS = 0, 10, 6, 9
SURE = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Line:
    """One answer: how many gave it, of those who answered and of those who were asked."""

    key: str
    words: str
    count: int
    answered: int
    shown: int
    tree: dict | None = None  # of a segment of them

    @property
    def range(self) -> tuple[float, float] | None:
        """In which the share of all like those who answered lies, with a certainty of 95 % (Wilson)."""
        return rates.likely(self.count, self.answered)

    @property
    def range_words(self) -> str:
        found = self.range
        return f"{100 * found[0]:.0f}–{100 * found[1]:.0f}%" if found else ""

    @property
    def tree_json(self) -> str:
        return json.dumps(self.tree, ensure_ascii=False) if self.tree and self.count else ""

    @property
    def percent(self) -> float:
        return 100 * self.count / self.answered if self.answered else 0.0


@dataclass(frozen=True)
class Mean:
    """Of a scale. `reach`: how far the mean of all like these may lie off it, with a certainty of 95 %."""

    mean: float
    median: float
    reach: float | None
    nps: int | None  # from -100 to 100, of a scale from 0 to 10
    promoters: int = 0
    detractors: int = 0

    @property
    def nps_words(self) -> str:
        return "" if self.nps is None else f"{self.nps:+d}".replace("-", "−")


@dataclass(frozen=True)
class Total:
    """What was answered to one question. `shown`: people who had it before them; `answered`: who did not
    pass it over.
    """

    asked: Asked
    shown: int
    answered: int
    lines: Sequence[Line]
    groups: Sequence[Line] = ()  # of prefectures, by region
    mean: Mean | None = None

    @property
    def headline(self) -> str:
        """What the question found out, in a few words."""
        if not self.answered:
            return _("Nobody has answered yet")
        if self.asked.question.type == TEXT:
            return _("%(count)s people wrote something") % {"count": f"{self.answered:,}"}
        if self.mean:
            return self._of_scale(self.mean)
        most = max([*(self.groups or self.lines)], key=lambda line: line.count)
        return self._said() % {"answer": most.words, "share": f"{most.percent:.0f}%"}

    def _said(self) -> str:
        if self.asked.question.type == DATE:
            return _("Most often in %(answer)s: %(share)s")
        if self.asked.question.type == PREFECTURE:
            return _("Most are from %(answer)s: %(share)s")
        return _("Most choose “%(answer)s”: %(share)s")

    def _of_scale(self, mean: Mean) -> str:
        told = {"mean": f"{mean.mean:.1f}", "most": self.asked.question.high, "nps": mean.nps_words}
        if mean.nps is None:
            return _("On average %(mean)s of %(most)s") % told
        return _("NPS %(nps)s, on average %(mean)s of %(most)s") % told


def of(narrowing: Narrowing) -> list[Total]:
    """One for each question, in their order; in two queries however many."""
    source = narrowing.answers()
    shown: dict[str, tuple[int, int]] = {}
    given: dict[str, dict[str, int]] = defaultdict(dict)
    once = "NOT MATERIALIZED" if narrowing.is_everything else "MATERIALIZED"
    sql = COUNTED.format(which=source.sql, once=once)
    for question, key, people, answered in counted(sql, source.params):
        if key is None:
            shown[question] = people, answered
        else:
            given[question][key] = people
    standing = still_at(narrowing)
    found = []
    for each in asked.questions_of(narrowing.survey):
        seen, answered = shown.get(each.id, (0, 0))
        shown_to = seen + standing.get(each.id, 0)
        found.append(_total(narrowing.survey, each, shown_to, answered, given.get(each.id, {})))
    return found


def still_at(narrowing: Narrowing) -> dict[str, int]:
    """By question, how many have it before them, or left the survey there."""
    which = narrowing.responses()
    return dict(counted(STANDING.format(which.sql), which.params))


def _total(survey: Survey, each: Asked, shown: int, answered: int, counts: dict[str, int]) -> Total:
    def line(key: str, words: str, count: int) -> Line:
        return Line(key, words, count, answered, shown, reaching.tree(survey, each, key))

    if each.question.type == DATE:
        return Total(
            each, shown, answered, [line(key, key.replace("-", "/"), counts[key]) for key in sorted(counts)]
        )
    lines = [line(key, words, counts.get(key, 0)) for key, words in each.choices()]
    if each.question.type == PREFECTURE:
        by_region = [(label, sum(counts.get(name, 0) for name in names)) for label, names in REGIONS]
        groups = [line(str(label), str(label), count) for label, count in by_region]
        return Total(each, shown, answered, [each for each in lines if each.count], groups)
    mean = mean_of(each, counts) if each.question.type == SCALE and answered else None
    return Total(each, shown, answered, lines, mean=mean)


def mean_of(each: Asked, counts: dict[str, int]) -> Mean:
    """Of a scale that somebody answered, from how often each number was given."""
    numbers = {int(key): count for key, count in counts.items()}
    people = sum(numbers.values())
    mean = fsum(number * count for number, count in numbers.items()) / people
    squares = fsum(count * (number - mean) ** 2 for number, count in numbers.items())
    reach = SURE * sqrt(squares / (people - 1) / people) if people > 1 else None
    promoters = sum(count for number, count in numbers.items() if number >= PROMOTERS)
    detractors = sum(count for number, count in numbers.items() if number <= DETRACTORS)
    is_nps = (each.question.low, each.question.high) == (NPS_LOW, NPS_HIGH)
    nps = round(100 * (promoters - detractors) / people) if is_nps else None
    return Mean(mean, _median(numbers, people), reach, nps, promoters, detractors)


def _median(numbers: dict[int, int], people: int) -> float:
    """Of the two in the middle, counted up to, since a million answers need not be laid out."""
    middle = [_nth(numbers, (people - 1) // 2), _nth(numbers, people // 2)]
    return float(median(middle))


def _nth(numbers: dict[int, int], place: int) -> int:
    passed = 0
    for number in sorted(numbers):
        passed += numbers[number]
        if place < passed:
            return number
    raise ValueError(place)
