"""The pictures in messages, and the shape in which LINE shows each."""

from collections.abc import Iterator
from dataclasses import dataclass

from broadcasts.checking.findings import HEAVY, NO_PICTURE, RATIO, Finding, Kind
from broadcasts.checking.pages import Picture

RECTANGLE, SQUARE = (151, 100), (1, 1)
CUT_OFF = 0.05  # of a side: as much as nobody notices
MB = 1_000_000


@dataclass(frozen=True)
class Shown:
    """A picture in a message. `ratio`: width to height in which LINE shows it, cutting off the rest."""

    url: str
    ratio: tuple[int, int] | None = None
    most_bytes: int = 10 * MB


def of(message: dict) -> Iterator[Shown]:
    """Of one message. Those in Flex that are fitted in, and not cut, may have any shape."""
    match message.get("type"):
        case "image" | "video":
            yield Shown(message.get("previewImageUrl", ""), most_bytes=MB)
            if message["type"] == "image":
                yield Shown(message.get("originalContentUrl", ""))
        case "imagemap":
            size = message.get("baseSize", {})
            shape = (size.get("width", 1040), size.get("height", 1040))
            yield Shown(f"{message.get('baseUrl', '')}/1040", shape)
        case "template":
            yield from _of_template(message.get("template", {}))
        case "flex":
            yield from _of_flex(message.get("contents"))


def judged(shown: Shown, picture: Picture, bubble: int, letter: str) -> Iterator[Finding]:
    """What does not fit."""
    if not picture.width:
        facts = {"url": shown.url, "why": picture.why, "status": picture.status}
        yield Finding(Kind.PICTURE, NO_PICTURE, bubble, letter, True, facts)
        return
    if picture.bytes > shown.most_bytes:
        facts = {"is": f"{picture.bytes / MB:.1f}", "most": shown.most_bytes // MB}
        yield Finding(Kind.PICTURE, HEAVY, bubble, letter, True, facts)
    if shown.ratio and _cuts(picture, *shown.ratio):
        facts = {"is": f"{picture.width}×{picture.height}", "should": _named(*shown.ratio)}
        yield Finding(Kind.PICTURE, RATIO, bubble, letter, facts=facts)


def _cuts(picture: Picture, width: int, height: int) -> bool:
    is_, should = picture.width / picture.height, width / height
    return min(is_, should) / max(is_, should) < 1 - CUT_OFF


def _named(width: int, height: int) -> str:
    return "1.51:1" if (width, height) == RECTANGLE else f"{width}:{height}"


def _of_template(template: dict) -> Iterator[Shown]:
    """Source: https://developers.line.biz/en/reference/messaging-api/#template-messages"""
    is_contained = template.get("imageSize") == "contain"
    ratio = SQUARE if template.get("imageAspectRatio") == "square" else RECTANGLE
    match template.get("type"):
        case "buttons":
            parts, shape = [template.get("thumbnailImageUrl")], ratio
        case "carousel":
            parts, shape = [each.get("thumbnailImageUrl") for each in template.get("columns", [])], ratio
        case "image_carousel":
            parts, shape = [each.get("imageUrl") for each in template.get("columns", [])], SQUARE
            is_contained = False
        case _:
            return
    yield from (Shown(url, None if is_contained else shape) for url in parts if url)


def _of_flex(node: object) -> Iterator[Shown]:
    if isinstance(node, list):
        for inner in node:
            yield from _of_flex(inner)
    elif isinstance(node, dict):
        if node.get("type") == "image" and isinstance(node.get("url"), str):
            yield Shown(node["url"], _flex_ratio(node) if node.get("aspectMode") == "cover" else None)
        for inner in node.values():
            yield from _of_flex(inner)


def _flex_ratio(node: dict) -> tuple[int, int] | None:
    width, _colon, height = str(node.get("aspectRatio", "1:1")).partition(":")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        return None
    return int(width), int(height)
