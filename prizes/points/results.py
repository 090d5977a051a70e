"""What a partner answers to a delivery list: a file with a line for each person, taken whole or not."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import activity
from accounts.models import User
from imports import sheets
from prizes.errors import BadResults, ListNotApproved
from prizes.models import DeliveryList, DeliveryRow

Result = DeliveryRow.Result
MOST_BYTES = 50_000_000
PORTION = 5_000
# Headers as partners write them, folded; the first that is there is read.
IDENTITY = ("identity", "line_user_id", "user_id", "userid", "uid", "customer_number", "customer", "会員番号")
RESULT = ("result", "status", "結果", "ステータス", "付与結果")
NOTE = ("note", "reason", "message", "備考", "理由")
WORDS = {
    Result.DONE: {
        "done",
        "ok",
        "success",
        "succeeded",
        "1",
        "true",
        "成功",
        "完了",
        "付与済",
        "付与済み",
        "済",
    },
    Result.FAILED: {"failed", "ng", "error", "failure", "0", "false", "失敗", "エラー", "不可", "未付与"},
}


class Told(NamedTuple):
    """One line of the file."""

    line: int
    identity: str
    result: str
    note: str


class Taken(NamedTuple):
    done: int
    failed: int


@transaction.atomic
def take(list_: DeliveryList, file: BinaryIO, *, by: User | None) -> Taken:
    """Write beside each person what the partner says. Told again, the newest holds.

    Columns `identity` and `result` (also as partners call them), and a `note` where there is one. Raises
    ListNotApproved, BadResults, and what `imports.sheets` raises of files that are none.
    """
    return take_told(list_, _read(file), by=by)


@transaction.atomic
def take_told(list_: DeliveryList, said: Iterable[Told], *, by: User | None) -> Taken:
    """The same of what a program says. Raises ListNotApproved, BadResults."""
    list_ = DeliveryList.objects.select_for_update(no_key=True).get(pk=list_.pk)
    if list_.state != DeliveryList.State.APPROVED:
        raise ListNotApproved
    told = list(_each_once(said))
    known = dict(list_.rows.filter(reason="").values_list("identity", "pk"))
    for each in told:
        if each.identity not in known:
            raise BadResults(
                line=each.line, problem=_("“%(name)s” is not on the list.") % {"name": each.identity}
            )
    _write([(known[each.identity], each) for each in told])
    taken = Taken(*(sum(each.result == result for each in told) for result in (Result.DONE, Result.FAILED)))
    activity.record("delivery_list.results", list_, by=by, done=taken.done, failed=taken.failed)
    return taken


def _each_once(told: Iterable[Told]) -> Iterator[Told]:
    seen: set[str] = set()
    for each in told:
        if each.identity in seen:
            raise BadResults(
                line=each.line, problem=_("“%(name)s” is named twice.") % {"name": each.identity}
            )
        seen.add(each.identity)
        yield each


def _write(rows: Sequence[tuple[int, Told]]) -> None:
    now = timezone.now()
    changed = [
        DeliveryRow(pk=pk, result=told.result, result_note=told.note[:200], result_at=now)
        for pk, told in rows
    ]
    DeliveryRow.objects.bulk_update(changed, ["result", "result_note", "result_at"], batch_size=PORTION)


def _read(file: BinaryIO) -> Iterator[Told]:
    outline = sheets.outline(file, most_bytes=MOST_BYTES)
    header = [_folded(name) for name in outline.header]
    identity, result = _place(header, IDENTITY), _place(header, RESULT)
    note = next((header.index(name) for name in NOTE if name in header), None)
    for line, cells in list(sheets.rows_of(file, outline.encoding))[1:]:
        name = unicodedata.normalize("NFKC", sheets.cell(cells, identity))
        said = sheets.cell(cells, note) if note is not None else ""
        yield Told(line, name, _result(line, sheets.cell(cells, result)), said)


def _result(line: int, cell: str) -> str:
    word = _folded(cell)
    for result, words in WORDS.items():
        if word in words:
            return result
    raise BadResults(line=line, problem=_("“%(word)s” is no result: write OK or NG.") % {"word": cell[:40]})


def _place(header: list[str], names: Sequence[str]) -> int:
    for name in names:
        if name in header:
            return header.index(name)
    raise BadResults(line=1, problem=_("There is no column “%(name)s”.") % {"name": names[0]})


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold().replace(" ", "_")
