"""All answers of a survey as a file: a row for each response, a column for each question."""

import codecs
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import cast

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tenants.utils import tenant_context

from accounts import activity, current
from accounts.models import Tenant, User
from accounts.spreadsheets import Cell, Sheet, as_csv
from customers.models import Customer
from surveys.models import Response, Survey
from surveys.questions import OTHER, Said, types
from surveys.results import asked, narrowing
from surveys.results.asked import Asked
from surveys.results.errors import TooManyRows
from surveys.results.narrowing import Narrowing

PORTION = 1_000
MOST_IN_EXCEL = 50_000  # rows; such a file is made in memory
BETWEEN = "|"  # several answers in one cell
CHOSEN = "SELECT response.id FROM surveys_response response WHERE {} AND response.id > %s ORDER BY 1 LIMIT %s"
ANSWERS = """SELECT response_id, question, options, number, text, date FROM surveys_answer
WHERE response_id = ANY(%s)"""
OF_RESPONSE = (
    *("pk", "state", "channel", "opened_at", "finished_at"),
    *("friend_id", "friend__line_user_id", "friend__display_name", "customer_id", "reward_words"),
)
COUNT = "SELECT count(*) FROM surveys_response response WHERE {}"


@dataclass
class Export:
    """One file on its way. `rows` is right once all of it has been read.

    `in_codes`: answers are ids of options, as programs know them, not words.
    """

    tenant: Tenant
    which: Narrowing
    encoding: str
    language: str
    in_codes: bool = False
    by: User | None = None
    rows: int = 0
    _words: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def survey(self) -> Survey:
        return self.which.survey

    def __iter__(self) -> Iterator[bytes]:
        """Blocks of the file. They are made once the response has begun, so this enters the client itself,
        goes by its clock, and speaks the reader's language.
        """
        clock, words = timezone.override(self.tenant.time_zone), translation.override(self.language)
        with tenant_context(self.tenant), clock, words:
            yield as_csv(self.header(), [], self.encoding)
            for portion in self._portions():
                self.rows += len(portion)
                first = cast("list[str]", portion[0])  # a header is written as any row is
                yield as_csv(first, portion[1:], self.encoding).removeprefix(codecs.BOM_UTF8)
            activity.record("survey.export_finished", self.survey, by=self.by, rows=self.rows)

    def sheet(self) -> Sheet:
        """For Excel. Raises TooManyRows."""
        source = self.which.responses()
        [(count,)] = narrowing.rows(COUNT.format(source.sql), source.params)
        if count > MOST_IN_EXCEL:
            raise TooManyRows(most=f"{MOST_IN_EXCEL:,}", count=f"{count:,}")
        lines = [line for portion in self._portions() for line in portion]
        activity.record("survey.export_finished", self.survey, by=self.by, rows=len(lines))
        return Sheet("answers", _("All answers"), self.header(), lines)

    def header(self) -> list[str]:
        own = [
            _("Response"),
            _("State"),
            _("Answered where"),
            _("Opened at"),
            _("Finished at"),
            _("Friend number"),
        ]
        own += [_("LINE user ID"), _("Display name"), _("Customer number"), _("Incentive")]
        return [*own, *(each.id if self.in_codes else each.title for each in self.questions)]

    @cached_property
    def questions(self) -> list[Asked]:
        return asked.questions_of(self.survey)

    def _portions(self) -> Iterator[list[list[Cell]]]:
        source, last = self.which.responses(), 0
        while found := narrowing.rows(CHOSEN.format(source.sql), [*source.params, last, PORTION]):
            numbers = [number for (number,) in found]
            yield self._lines(numbers)
            last = numbers[-1]

    def _lines(self, numbers: list[int]) -> list[list[Cell]]:
        responses = list(Response.objects.filter(pk__in=numbers).order_by("pk").values_list(*OF_RESPONSE))
        said: dict[int, dict[str, Cell]] = defaultdict(dict)
        for response, question, *answer in narrowing.rows(ANSWERS, [numbers]):
            said[response][question] = self._cell(question, *answer)
        named = {customer for *_own, customer, _reward in responses if customer}
        customers = dict(Customer.objects.filter(pk__in=named).values_list("pk", "number"))
        return [self._line(each, said[each[0]], customers) for each in responses]

    def _line(self, of_response: tuple, said: dict[str, Cell], customers: dict[int, str]) -> list[Cell]:
        pk, state, channel, opened_at, finished_at, friend, line_user_id, name, customer, reward = of_response
        own: list[Cell] = [pk, self._labels[state], self._labels[channel], opened_at, finished_at, friend]
        own += [line_user_id or "", name or line_user_id or "", customers.get(customer, ""), reward]
        return [*own, *(said.get(question.id, "") for question in self.questions)]

    @cached_property
    def _labels(self) -> dict[str, str]:
        """States and channels in words, which are looked up once for a file."""
        return {value: str(label) for value, label in [*Response.State.choices, *Response.Channel.choices]}

    def _cell(
        self, question: str, options: list[str] | None, number: int | None, text: str, day: date | None
    ) -> Cell:
        if number is not None:
            return number
        if day:
            return day.isoformat()
        if self.in_codes and options:
            return BETWEEN.join(options)
        return BETWEEN.join(self._option(question, option, text) for option in options or ()) or text

    def _option(self, question: str, option: str, text: str) -> str:
        """In words, which are looked up once for a file unless somebody wrote their own."""
        if option == OTHER and text:
            return self._in_words(question, option, text)
        key = question, option
        if key not in self._words:
            self._words[key] = self._in_words(question, option, "")
        return self._words[key]

    def _in_words(self, question: str, option: str, text: str) -> str:
        asked_for = next((each for each in self.questions if each.id == question), None)
        return types.words(asked_for.question, Said((option,), text=text)) if asked_for else option


def begin(which: Narrowing, *, encoding: str, in_codes: bool = False, by: User | None) -> Export:
    """A file of what is counted, to be streamed or put into Excel; that it was asked for is on the log."""
    activity.record("survey.answers_exported", which.survey, by=by, file=encoding)
    return Export(current.tenant(), which, encoding, translation.get_language(), in_codes, by)
