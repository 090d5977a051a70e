"""Films and sounds: what they are, and how long they run, read from the file itself.

Sources: ISO/IEC 14496-12 (MP4 and M4A), ISO/IEC 11172-3 and 13818-3 (MP3)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MOST_HEADER = 64_000_000  # of the tables of an MP4 file, which are read into memory
MOST_BOXES = 10_000
QUICKTIME = b"qt  "
RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
KILOBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # MPEG 1, layer III
LESS_KILOBITS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # MPEG 2 and 2.5
SYNC_WITHIN = 65_536  # how far into a file the first frame of an MP3 is looked for


@dataclass(frozen=True)
class Film:
    """A film or a sound. Without a picture, width and height are 0; a length of 0 is not known."""

    media_type: str
    width: int
    height: int
    duration_ms: int


def read(file: BinaryIO) -> Film | None:
    """What the file is; None if it is no MP4, M4A or MP3."""
    file.seek(0)
    start = file.read(12)
    if start[4:8] == b"ftyp":
        return None if start[8:12] == QUICKTIME else _mp4(file)
    duration = _mp3(file)
    return Film("audio/mpeg", 0, 0, duration) if duration else None


def _mp4(file: BinaryIO) -> Film | None:
    tables = _tables(file)
    if tables is None:
        return None
    tracks = [track for kind, track in _boxes(tables) if kind == b"trak"]
    pictured = [shape for track in tracks if (shape := _shape(track))]
    if not pictured and not any(_handler(track) == b"soun" for track in tracks):
        return None
    width, height = pictured[0] if pictured else (0, 0)
    return Film("video/mp4" if pictured else "audio/mp4", width, height, _duration(tables))


def _tables(file: BinaryIO) -> bytes | None:
    """What is in the box `moov`, wherever in the file it stands."""
    at = 0
    for _box_of_many in range(MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return None
        size, skip = int.from_bytes(head[:4], "big"), 8
        if size == 1:
            size, skip = int.from_bytes(head[8:16], "big"), 16
        if head[4:8] == b"moov":
            if size > MOST_HEADER:
                return None
            file.seek(at + skip)
            return file.read(size - skip if size else MOST_HEADER)
        if size < skip:
            return None
        at += size
    return None


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each box in another; a broken one ends them."""
    at = 0
    while at + 8 <= len(content):
        size, skip = int.from_bytes(content[at : at + 4], "big"), 8
        if size == 1:
            size, skip = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        if size < skip:
            return
        yield content[at + 4 : at + 8], content[at + skip : at + size]
        at += size


def _box(content: bytes, *path: bytes) -> bytes:
    for name in path:
        content = next((inner for kind, inner in _boxes(content) if kind == name), b"")
    return content


def _duration(tables: bytes) -> int:
    """In milliseconds; of a film in fragments, as its own box says."""
    head = _box(tables, b"mvhd")
    wide = head[:1] == b"\1"
    scale = _whole(head, 20 if wide else 12, 4)
    units = _whole(head, 24, 8) if wide else _whole(head, 16, 4)
    if not units:
        more = _box(tables, b"mvex", b"mehd")
        units = _whole(more, 4, 8 if more[:1] == b"\1" else 4)
    return units * 1000 // scale if scale else 0


def _shape(track: bytes) -> tuple[int, int] | None:
    """Width and height as they are shown, turned if the camera was; None of what is no picture."""
    if _handler(track) != b"vide":
        return None
    head = _box(track, b"tkhd")
    at = 52 if head[:1] == b"\1" else 40
    width, height = _whole(head, at + 36, 2), _whole(head, at + 40, 2)
    is_turned = _whole(head, at, 4) == 0 and _whole(head, at + 4, 4) != 0
    return (height, width) if is_turned else (width, height)


def _handler(track: bytes) -> bytes:
    return _box(track, b"mdia", b"hdlr")[8:12]


def _whole(content: bytes, at: int, length: int) -> int:
    return int.from_bytes(content[at : at + length], "big")


def _mp3(file: BinaryIO) -> int:
    """The length in milliseconds, frame by frame, since the rate may change; 0 if it is no MP3."""
    at = _first_frame(file)
    seconds, frames = 0.0, 0
    while at is not None and (frame := _frame(_read(file, at, 4))):
        size, length = frame
        if frames or not _is_table(_read(file, at, 64)):
            seconds += length
        at += size
        frames += 1
    return round(seconds * 1000) if frames > 1 else 0


def _first_frame(file: BinaryIO) -> int | None:
    """Where the sound begins: after the title, at a frame that another one follows."""
    begin = _after_title(_read(file, 0, 10))
    some = _read(file, begin, SYNC_WITHIN)
    for offset in range(len(some) - 4):
        frame = _frame(some[offset : offset + 4])
        if frame and _frame(_read(file, begin + offset + frame[0], 4)):
            return begin + offset
    return None


def _after_title(start: bytes) -> int:
    """ID3v2 tells its length in four times seven bits."""
    if start[:3] != b"ID3":
        return 0
    size = sum(byte << shift for byte, shift in zip(start[6:10], (21, 14, 7, 0), strict=True))
    return 10 + size + (10 if start[5] & 0x10 else 0)


def _frame(head: bytes) -> tuple[int, float] | None:
    """Bytes and seconds of a frame of layer III by its first four bytes; None if they are not such."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, rate, frequency = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or frequency == 3 or not 0 < rate < 15:
        return None
    is_full = version == 3
    kilobits = (KILOBITS if is_full else LESS_KILOBITS)[rate]
    hertz, samples = RATES[version][frequency], 1152 if is_full else 576
    return samples * kilobits * 125 // hertz + (head[2] >> 1 & 1), samples / hertz


def _is_table(frame: bytes) -> bool:
    """A first frame may hold a table of contents in place of sound."""
    return any(word in frame for word in (b"Xing", b"Info", b"VBRI"))


def _read(file: BinaryIO, at: int, length: int) -> bytes:
    file.seek(at)
    return file.read(length)
