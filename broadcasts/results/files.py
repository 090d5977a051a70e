"""Tables as files for spreadsheets. No cell of them is taken for a formula."""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from broadcasts.results.sheets import Cell, Sheet
from friends.exports import ENCODINGS, SAME_AS, SHIFT_JIS, UTF8
from imports.sheets import FORMULA

EXCEL = "xlsx"
FORMATS = {EXCEL: _("Excel"), **ENCODINGS}
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME_LENGTH = 31  # of a sheet, says Excel
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
MOMENT = "yyyy/mm/dd hh:mm"


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
        case None:
            return ""
        case datetime():
            return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M")
        case float():
            return f"{cell:.4f}"
        case str():
            return f"'{cell}" if cell.startswith(FORMULA) else cell
    return str(cell)
