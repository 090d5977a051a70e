"""CSV files as Excel and others write them: UTF-8, Shift_JIS as Windows has it, or Excel's Unicode text.

Cells are divided by commas, tabs or semicolons, whichever the first line has most of.
"""

import codecs
import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from django.conf import settings

from accounts.spreadsheets import FORMULA
from imports.errors import FileTooLarge, LineTooLong, NotText, UnreadableFile

CHUNK = 1 << 16
IN_MEMORY = 1 << 20  # bytes of a file that is made; more go to disk
PREVIEW = 5
UTF8, SHIFT_JIS, UTF16 = "utf-8-sig", "cp932", "utf-16"
ENCODINGS = {UTF8: "UTF-8", SHIFT_JIS: "Shift_JIS", UTF16: "UTF-16"}
DELIMITERS = ",\t;"
LONGEST_LINE = 1_000_000  # bytes
OTHER_FILES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")
BROKEN: list[str] = [""]  # stands, as this very object, for a row whose quotes never end
without_quoted = re.compile(r'"[^"]*"').sub


@dataclass(frozen=True)
class Outline:
    """What a first look at a file tells. `lines` counts line ends: more than rows, if cells have some."""

    encoding: str
    header: list[str]
    preview: list[list[str]]
    lines: int
    size: int


def outline(file: BinaryIO, *, most_bytes: int) -> Outline:
    """Look through a file once.

    Raises FileTooLarge, NotText, LineTooLong, and UnreadableFile for one without a header.
    """
    file.seek(0)
    if file.read(8).startswith(OTHER_FILES):
        raise NotText
    encoding, lines, size = _survey(file, most_bytes)
    rows = list(islice(rows_of(file, encoding), 1 + PREVIEW))
    header = [name.strip() for name in rows[0][1]] if rows else []
    if any("\0" in name for name in header):
        raise NotText
    if not any(header):
        raise UnreadableFile
    return Outline(encoding, header, [cells for _line, cells in rows[1:]], lines, size)


def rows_of(file: BinaryIO, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins, the header's first; empty lines are passed over.

    What cannot be decoded becomes “\ufffd”. The file is read from its beginning and stays open.
    """
    delimiter = _delimiter(file, encoding)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        yield from _numbered(_Lines(text), delimiter)
    finally:
        if not text.closed:  # who stops in the middle may have closed the file by now
            text.detach()


def with_column(file: BinaryIO, name: str, value: str) -> BinaryIO:
    """The same rows as a file of UTF-8 whose first column, of this name, has this value in each.

    Raises what `outline` raises.
    """
    encoding = outline(file, most_bytes=settings.IMPORT_MOST_BYTES).encoding
    file.seek(0)
    made = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  (handed to the caller)
    made.writelines(written(_led_by(file, encoding, name, value), UTF8))
    made.seek(0)
    return made  # type: ignore[return-value]


def cell(cells: Sequence[str], place: int) -> str:
    """What stands there, without blanks around it and without the apostrophe that Excel needs."""
    text = cells[place].strip() if place < len(cells) else ""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def written(rows: Iterable[Sequence[str]], encoding: str) -> Iterator[bytes]:
    """Lines of a file in this encoding; what it cannot say becomes “?”."""
    writer = csv.writer(_Echo())
    if encoding == UTF16:  # Excel reads UTF-8 with its mark as well, and commas only there
        encoding = UTF8
    for place, row in enumerate(rows):
        line = writer.writerow(row)
        yield line.encode(encoding if place == 0 else encoding.removesuffix("-sig"), "replace")


class _Echo:
    """A file for csv's writer that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def _led_by(file: BinaryIO, encoding: str, name: str, value: str) -> Iterator[list[str]]:
    rows = rows_of(file, encoding)
    _line, header = next(rows)
    yield [name, *header]
    for _line, cells in rows:
        yield [value] if cells is BROKEN else [value, *cells]


def _survey(file: BinaryIO, most_bytes: int) -> tuple[str, int, int]:
    """UTF-8 if all of the file is that, UTF-16 by its mark, Shift_JIS otherwise; line ends; bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding, lines, size, since_end = UTF8, 0, 0, 0
    file.seek(0)
    otherwise = UTF16 if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else SHIFT_JIS
    file.seek(0)
    while chunk := file.read(CHUNK):
        size += len(chunk)
        lines += chunk.count(b"\n")
        if size > most_bytes:
            raise FileTooLarge(most=most_bytes // 1_000_000)
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        since_end = len(chunk) - end - 1 + (since_end if end < 0 else 0)
        if since_end > LONGEST_LINE:
            raise LineTooLong(most=LONGEST_LINE)
        encoding = encoding if _decodes(decoder, chunk) else otherwise
    return encoding if _decodes(decoder, b"", final=True) else otherwise, lines, size


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(file: BinaryIO, encoding: str) -> str:
    file.seek(0)
    start = codecs.getincrementaldecoder(encoding)("replace").decode(file.read(CHUNK))
    first = without_quoted("", start.lstrip("\r\n")).partition("\n")[0]
    return max(DELIMITERS, key=first.count)


class _Lines:
    """Lines of a text. `ended` once more were asked for than there are: by a quote that is never closed."""

    def __init__(self, text: Iterator[str]) -> None:
        self._text, self.ended = text, False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            return next(self._text)
        except StopIteration:
            self.ended = True
            raise


def _numbered(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader, line = csv.reader(lines, delimiter=delimiter), 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error:  # a quote never closed, until the field is too long: what follows can be read again
            row = BROKEN
        if row is None:
            return
        if row:
            yield line, BROKEN if lines.ended else row
        line = reader.line_num + 1
