"""Forms with files, taken apart: several million bytes at once, so no more is done than must be."""

import re
from typing import NamedTuple

from line.simulator.exchange import Refusal, Request

_NAME = re.compile(rb'name="([^"]*)"')
_MEDIA_TYPE = re.compile(rb"content-type:\s*([^\s;]+)", re.IGNORECASE)


class Part(NamedTuple):
    media_type: str
    content: bytes

    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


def read(request: Request) -> dict[str, Part]:
    """The parts by name; refused with 415 when it is no such form."""
    kind, _, rest = request.headers.get("content-type", "").partition("boundary=")
    if not kind.startswith("multipart/form-data") or not rest:
        raise Refusal(415, f"The content type, {kind}, is not supported")
    boundary = b"--" + rest.strip('"').encode()
    parts = {}
    for piece in request.body.split(boundary)[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        if name := _NAME.search(head):
            media_type = _MEDIA_TYPE.search(head)
            parts[name[1].decode("utf-8", "replace")] = Part(
                media_type[1].decode() if media_type else "", content.removesuffix(b"\r\n")
            )
    return parts
