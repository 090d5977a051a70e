"""CSV files as Excel and others write them: UTF-8 with or without BOM, or Shift_JIS as Windows has it."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from friends.errors import FileTooLarge, UnreadableFile

CHUNK = 1 << 16
PREVIEW = 5
UTF8, SHIFT_JIS = "utf-8-sig", "cp932"
ENCODINGS = {UTF8: "UTF-8", SHIFT_JIS: "Shift_JIS"}


@dataclass(frozen=True)
class Outline:
    """What a first look at a file tells. `lines` counts line ends: more than rows, if cells have some."""

    encoding: str
    header: list[str]
    preview: list[list[str]]
    lines: int
    size: int


def outline(file: BinaryIO, *, most_bytes: int) -> Outline:
    """Look through a file once. Raises FileTooLarge, UnreadableFile for one without a header."""
    encoding, lines, size = _survey(file, most_bytes)
    rows = list(islice(rows_of(file, encoding), 1 + PREVIEW))
    header = [name.strip() for name in rows[0][1]] if rows else []
    if not any(header):
        raise UnreadableFile
    return Outline(encoding, header, [cells for _line, cells in rows[1:]], lines, size)


def rows_of(file: BinaryIO, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins, the header's first; empty lines are passed over.

    What cannot be decoded becomes “\ufffd”. The file is read from its beginning and stays open.
    """
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        yield from _numbered(csv.reader(text))
    finally:
        if not text.closed:  # who stops in the middle may have closed the file by now
            text.detach()


def _survey(file: BinaryIO, most_bytes: int) -> tuple[str, int, int]:
    """UTF-8 if all of the file is that, Shift_JIS otherwise; line ends; bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding, lines, size = UTF8, 0, 0
    file.seek(0)
    while chunk := file.read(CHUNK):
        size += len(chunk)
        lines += chunk.count(b"\n")
        if size > most_bytes:
            raise FileTooLarge(most=most_bytes // 1_000_000)
        encoding = encoding if _decodes(decoder, chunk) else SHIFT_JIS
    return encoding if _decodes(decoder, b"", final=True) else SHIFT_JIS, lines, size


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _numbered(reader) -> Iterator[tuple[int, list[str]]]:
    line = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error:  # a quote never closed, until the field is too long: what follows can be read again
            row = [""]
        if row is None:
            return
        if row:
            yield line, row
        line = reader.line_num + 1
