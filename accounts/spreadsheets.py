"""Tables as files for spreadsheets. No cell of them is taken for a formula."""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SHIFT_JIS, UTF8 = "cp932", "utf-8"
ENCODINGS = {UTF8: _("UTF-8 (for Excel too)"), SHIFT_JIS: _("Shift_JIS (for older tools)")}
REPLACED = "〓"
# Characters that Shift_JIS has, but that Python's cp932 knows by their other code point.
SAME_AS = str.maketrans("〜−‖¢£¬", "～－∥￠￡￢")
# A cell that begins so is a formula to Excel; our files make it a text by an apostrophe before it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
EXCEL = "xlsx"
FORMATS = {EXCEL: _("Excel"), **ENCODINGS}
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME_LENGTH = 31  # of a sheet, says Excel
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
MOMENT = "yyyy/mm/dd hh:mm"

Cell = str | int | float | Decimal | datetime | None


@dataclass(frozen=True)
class Sheet:
    """A table of plain values; None is not known. A float is a share."""

    code: str
    name: str
    header: list[str]
    rows: Sequence[Sequence[Cell]]


def download(found: Sequence[Sheet], kind: str, name: str) -> HttpResponse:
    """A file of these tables; of the first alone unless it is Excel's."""
    if kind == EXCEL:
        response = HttpResponse(as_excel(found), content_type=EXCEL_TYPE)
    else:
        charset = {SHIFT_JIS: "Shift_JIS"}.get(kind, "utf-8")
        content = as_csv(found[0].header, found[0].rows, kind)
        response = HttpResponse(content, content_type=f"text/csv; charset={charset}")
    ending = "xlsx" if kind == EXCEL else "csv"
    whole = f"{name}-{timezone.localtime():%Y%m%d-%H%M}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{whole}"'
    return response


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]], encoding: str = UTF8) -> bytes:
    """With the mark by which Excel knows UTF-8; what Shift_JIS does not have becomes 〓."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_text(cell) for cell in header])
    writer.writerows([_text(cell) for cell in row] for row in rows)
    if encoding == UTF8:
        return codecs.BOM_UTF8 + text.getvalue().encode()
    return text.getvalue().translate(SAME_AS).encode(SHIFT_JIS, "musubi.geta")


def as_excel(sheets: Sequence[Sheet]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": MOMENT})
        share = book.add_format({"num_format": "0.0%"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name.translate(NOT_IN_NAMES)[:NAME_LENGTH])
            page.freeze_panes(1, 0)
            for column, label in enumerate(sheet.header):
                page.write_string(0, column, label, bold)
            for line, row in enumerate(sheet.rows, start=1):
                for column, cell in enumerate(row):
                    _write(page, line, column, cell, {datetime: moment, float: share})
            page.autofit()
    return file.getvalue()


def _write(page: xlsxwriter.worksheet.Worksheet, line: int, column: int, cell: Cell, formats: dict) -> None:
    match cell:
        case None:
            page.write_blank(line, column, None)
        case datetime():
            page.write_datetime(line, column, timezone.make_naive(cell), formats[datetime])
        case float():
            page.write_number(line, column, cell, formats[float])
        case int() | Decimal():
            page.write_number(line, column, float(cell))
        case _:
            page.write_string(line, column, cell)


def _text(cell: Cell) -> str:
    match cell:
        case str():
            return f"'{cell}" if cell.startswith(FORMULA) else cell
        case None:
            return ""
        case datetime():
            return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M")
        case float():
            return f"{cell:.4f}"
    return str(cell)


def _geta(error: UnicodeError) -> tuple[str, int]:
    """What Shift_JIS cannot write becomes the printers' mark of a missing type, one for each character."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return REPLACED * (error.end - error.start), error.end


codecs.register_error("musubi.geta", _geta)
