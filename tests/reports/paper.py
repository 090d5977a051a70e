"""The text of our PDFs, read without a library: fonts are subsets that say what their bytes stand for."""

import base64
import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
FONT = re.compile(
    rb"/Name /(F[0-9+]+).*?/ToUnicode (\d+) 0 R|/ToUnicode (\d+) 0 R.*?/Name /(F[0-9+]+)", re.DOTALL
)
SHOWN = re.compile(rb"/(F[0-9+]+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj", re.DOTALL)
ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
SIGNS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """All that is written, in the order in which it is drawn, without what is between the lines."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    streams = {number: _unpacked(body) for number, body in objects.items() if b"stream" in body}
    fonts = {}
    for body in objects.values():
        if found := FONT.search(body):
            name, number = (found[1], found[2]) if found[1] else (found[4], found[3])
            fonts[name] = _signs(streams[int(number)])
    return "".join(_text(stream, fonts) for _number, stream in sorted(streams.items()) if b" Tf" in stream)


def _unpacked(body: bytes) -> bytes:
    """What a stream holds: deflated, written in letters, or both."""
    length = re.search(rb"/Length (\d+)", body)
    start = re.search(rb"stream\r?\n", body)
    if not length or not start or b"/FlateDecode" not in body:
        return b""
    packed = body[start.end() : start.end() + int(length[1])]
    if b"/ASCII85Decode" in body:
        packed = base64.a85decode(b"<~" + packed.strip(), adobe=True)
    return zlib.decompress(packed)


def _signs(table: bytes) -> dict[int, str]:
    """A sign for each byte."""
    listed = re.findall(rb"<(\w\w)> <(\w{4})>\n", table.partition(b"beginbfchar")[2])
    return {int(byte, 16): chr(int(sign, 16)) for byte, sign in listed}


def _text(stream: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    signs: dict[int, str] = {}
    said = []
    for name, shown in SHOWN.findall(stream):
        if name:
            signs = fonts.get(name, {})
            continue
        written = ESCAPED.sub(_plain, shown)
        said.append("".join(signs.get(byte, chr(byte)) for byte in written))
    return "".join(said)


def _plain(found: re.Match[bytes]) -> bytes:
    sign = found[1]
    return bytes([int(sign, 8)]) if len(sign) == 3 else SIGNS.get(sign, sign)
