"""Answers to a survey from a file: one kind of import for each survey, and one that makes a survey first."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.contacts import plain_email, plain_phone
from friends.models.friend import is_line_user_id
from imports.kinds import Column, Kind, Row, Unfit, Written
from surveys.answering.kept import questions_of_version
from surveys.incoming import cells, writing
from surveys.models import Response, Survey
from surveys.questions import Question, Said, types

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PREFIX, NEW = "survey-", "survey-new"
PERMISSION = "surveys.import_response"
HIGHEST = 2**31
MOMENT, ID = "answered_at", "response_id"
HASHED = ("email_sha256", "phone_sha256")
is_digest = re.compile(r"[0-9a-f]{64}").fullmatch
PERSON = [
    Column(
        "line_user_id",
        gettext_lazy("LINE user ID"),
        known_as=("user id", "userid", "uid", "LINEユーザーID", "LINE ID", "ユーザーID"),
        example="U0123456789abcdef0123456789abcdef",
    ),
    Column(
        "friend", gettext_lazy("Number of the friend"), known_as=("友だち番号", "friend number", "friend id")
    ),
    Column(
        "customer",
        gettext_lazy("Customer number"),
        known_as=("会員番号", "会員ID", "顧客ID", "顧客番号", "customer_id", "member id"),
    ),
    Column("email", gettext_lazy("E-mail"), known_as=("メール", "メールアドレス", "mail", "e-mail address")),
    Column("phone", gettext_lazy("Phone"), known_as=("電話", "電話番号", "携帯電話", "携帯番号", "tel")),
    Column(
        "email_sha256",
        gettext_lazy("E-mail as SHA-256"),
        known_as=("ハッシュ化メールアドレス", "メールアドレス（ハッシュ）", "hashed email", "hashed_email"),
        help=gettext_lazy("As files of ad platforms have it: 64 of the characters 0–9 and a–f."),
    ),
    Column(
        "phone_sha256",
        gettext_lazy("Phone as SHA-256"),
        known_as=("ハッシュ化電話番号", "電話番号（ハッシュ）", "hashed phone", "hashed_phone_number"),
        help=gettext_lazy("Of +819012345678, 819012345678 or 09012345678."),
    ),
]
OWN = [
    *PERSON,
    Column(
        MOMENT,
        gettext_lazy("Answered at"),
        known_as=("回答日時", "回答日", "タイムスタンプ", "timestamp", "date", "submitted at"),
        help=gettext_lazy("Day or time, such as 2026-11-01 or 2026/11/1 9:30."),
    ),
    Column(
        ID,
        gettext_lazy("Id of the response"),
        known_as=("回答ID", "回答番号", "response id", "answer id"),
        help=gettext_lazy("By it the same response is known again, if people are not named."),
    ),
]


class AnswersKind(Kind):
    """Answers to one survey, as its newest version asks."""

    permission = PERMISSION
    help = gettext_lazy(
        "One row for each response, one column for each question, or one for each option. Who is no friend "
        "and no customer is counted without a name. The same file again changes nothing."
    )
    page = "surveys"
    outcomes = (
        ("created", gettext_lazy("New responses")),
        ("unchanged", gettext_lazy("There already")),
        ("unknown", gettext_lazy("Of the new ones from people nobody knows")),
    )

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.questions = questions_of_version(survey)
        self.name = f"{PREFIX}{survey.pk}"
        self.label: StrOrPromise = _("Answers to “%(survey)s”") % {"survey": survey.name}

    def columns(self) -> list[Column]:
        return [*OWN, *(column for question in self.questions for column in _columns(question))]

    def reader(self) -> Callable[[Mapping[str, str]], Row]:
        return self.read

    def read(self, row: Mapping[str, str]) -> Row:
        who = _who(row)
        at = _moment(row.get(MOMENT, ""))
        said = {question.id: _said(question, row) for question in self.questions}
        answers = {number: _as_json(each) for number, each in said.items() if not each.is_empty}
        if not answers:
            raise Unfit(_("The row answers no question."))
        return {"who": who, "at": at, "answers": answers, "key": self._key(who, at, row.get(ID, ""), answers)}

    def key(self, row: Row) -> str:
        return row["key"]

    def known(self, keys: Collection[str]) -> set[str]:
        found = Response.objects.filter(survey=self.survey, key__in=keys)
        return set(found.values_list("key", flat=True))

    def write(self, rows: list[tuple[int, Row]]) -> Written:
        return writing.write(self.survey, self.questions, rows)

    def _key(self, who: dict[str, str], at: str | None, given: str, answers: dict) -> str:
        """By which a response is known again; "" of one that nobody can tell from another like it."""
        if given:
            return digest(["id", given])
        if not who:
            return ""
        return digest(["who", who] if self.survey.is_once else ["who", who, at, answers])


class NewSurveyKind(Kind):
    """A file whose survey is yet to be made: the page that makes it gives the file to that survey's kind."""

    name = NEW
    label = gettext_lazy("Answers to a survey that is made from the file")
    permission = PERMISSION
    page = "surveys"
    outcomes = ()

    def columns(self) -> list[Column]:
        return OWN

    def read(self, cells: Mapping[str, str]) -> Row:
        raise Unfit(_("Say first what the columns ask: the survey is made from that."))

    def write(self, rows: list[tuple[int, Row]]) -> Written:
        return Written()


def find(name: str) -> Kind | None:
    """The kind of a survey that was published; None for any other name."""
    if name == NEW:
        return NewSurveyKind()
    number = name.removeprefix(PREFIX)
    if number == name or not (number.isascii() and number.isdecimal()) or int(number[:12]) >= HIGHEST:
        return None
    survey = Survey.objects.filter(pk=int(number), version__isnull=False).select_related("version").first()
    return AnswersKind(survey) if survey else None


def digest(parts: Any) -> str:
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def column_of(question: Question, option: str = "") -> str:
    return f"q:{question.id}:{option}" if option else f"q:{question.id}"


def _columns(question: Question) -> list[Column]:
    found = [Column(column_of(question), question.title, known_as=(question.id,), help=_help(question))]
    if types.of(question).is_several:
        for option in question.options:
            label = f"{question.title}: {option.words}"
            found.append(Column(column_of(question, option.id), label, help=_("1 or ○ if it was chosen")))
    return found


def _help(question: Question) -> str:
    words = "、".join(option.words for option in question.options[: cells.MANY_SHOWN])
    if not types.of(question).is_several:
        return words
    return _("Several with “|” between: %(options)s") % {"options": words}


def _said(question: Question, row: Mapping[str, str]) -> Said:
    try:
        said = cells.read(question, row.get(column_of(question), ""))
        single = [(each.id, row.get(column_of(question, each.id), "")) for each in question.options]
        return said if not said.is_empty else cells.chosen(question, single)
    except (cells.Unreadable, types.BadAnswer) as problem:
        raise Unfit(str(problem), column_of(question)) from None


def _as_json(said: Said) -> dict[str, Any]:
    found = {"options": list(said.options), "number": said.number, "text": said.text}
    day = {"date": said.date.isoformat()} if said.date else {}
    return {name: value for name, value in found.items() if value not in (None, "", [])} | day


def _who(row: Mapping[str, str]) -> dict[str, str]:
    """Whom the row names, in plain form, by each of the columns that it has."""
    given = {kind.name: unicodedata.normalize("NFKC", row.get(kind.name, "")) for kind in PERSON}
    if given["line_user_id"] and not is_line_user_id(given["line_user_id"]):
        raise Unfit(_("A LINE user ID is U and 32 of the characters 0–9 and a–f."), "line_user_id")
    number = given["friend"]
    if number and (not number.isdecimal() or not 0 < int(number[:12]) < HIGHEST):
        raise Unfit(_("The number of a friend is a whole number such as 123."), "friend")
    given["email"], given["phone"] = plain_email(given["email"]), plain_phone(given["phone"])
    for name in HASHED:
        given[name] = given[name].strip().lower()
        if given[name] and not is_digest(given[name]):
            raise Unfit(_("A SHA-256 is 64 of the characters 0–9 and a–f."), name)
    return {kind: value for kind, value in given.items() if value}


def _moment(cell: str) -> str | None:
    """ISO 8601 with offset."""
    try:
        return cells.moment(cell).isoformat() if cell else None
    except cells.Unreadable as problem:
        raise Unfit(str(problem), MOMENT) from None
