"""Flex messages: a bubble or a carousel of them, built of boxes.

Source: https://developers.line.biz/en/reference/messaging-api/#flex-message
"""

import re

import orjson

from line.validation.actions import check_action
from line.validation.limits import ENDLESS, LABEL_IN_FLEX
from line.validation.node import Node

BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
MOST_BUBBLES = 12

_BUBBLE_SIZES = ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")
_SPACE = re.compile(r"none|xs|sm|md|lg|xl|xxl|-?\d+(\.\d+)?(px|%)", re.ASCII)
_TEXT_SIZE = re.compile(r"xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl|\d+(\.\d+)?(px|%)", re.ASCII)
_IMAGE_SIZE = re.compile(r"xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl|full|\d+(\.\d+)?(px|%)", re.ASCII)
_ASPECT_RATIO = re.compile(r"\d+(\.\d+)?:\d+(\.\d+)?", re.ASCII)
_ALIGN = ("start", "end", "center")


def check_container(node: Node) -> None:
    node.one_of("type", ("bubble", "carousel"), required=True)
    if node.get("type") == "bubble":
        _bubble(node)
    if node.get("type") == "carousel":
        _carousel(node)


def _carousel(node: Node) -> None:
    bubbles = list(node.items("contents", least=1, most=MOST_BUBBLES))
    for bubble in bubbles:
        bubble.one_of("type", ("bubble",), required=True)
        _bubble(bubble)
    if len({str(bubble.get("size") or "mega") for bubble in bubbles}) > 1:
        node.note("unequal", key="contents")
    _weigh(node, CAROUSEL_BYTES)


def _bubble(node: Node) -> None:
    node.one_of("size", _BUBBLE_SIZES)
    node.one_of("direction", ("ltr", "rtl"))
    for block in ("header", "body", "footer"):
        if box := node.child(block):
            _component(box, ("box",))
    if hero := node.child("hero"):
        _component(hero, ("box", "image", "video"))
    if styles := node.child("styles"):
        _styles(styles)
    _action(node)
    _weigh(node, BUBBLE_BYTES)


def _styles(node: Node) -> None:
    for block in ("header", "hero", "body", "footer"):
        if style := node.child(block):
            style.form("backgroundColor", _COLOR)
            style.form("separatorColor", _COLOR)
            style.flag("separator")


def _weigh(node: Node, limit: int) -> None:
    if len(orjson.dumps(node.value)) > limit:
        node.note("too_large", limit)


def _component(node: Node, allowed: tuple[str, ...]) -> None:
    node.one_of("type", allowed, required=True)
    node.whole("flex", least=0, most=1_000_000)
    node.form("margin", _SPACE)
    node.one_of("position", ("relative", "absolute"))
    for key in ("offsetTop", "offsetBottom", "offsetStart", "offsetEnd"):
        node.form(key, _SPACE)
    if node.get("type") in allowed:
        _CHECKS[node.get("type")](node)


def _box(node: Node) -> None:
    node.one_of("layout", ("horizontal", "vertical", "baseline"), required=True)
    node.form("spacing", _SPACE)
    for key in ("backgroundColor", "borderColor"):
        node.form(key, _COLOR)
    for key in ("paddingAll", "paddingTop", "paddingBottom", "paddingStart", "paddingEnd"):
        node.form(key, _SPACE)
    _action(node)
    allowed = _IN_BASELINE if node.get("layout") == "baseline" else _IN_BOX
    for content in node.items("contents", least=0, most=1_000_000):
        _component(content, allowed)


def _text(node: Node) -> None:
    """A text, or spans in its place."""
    spans = node.items("contents", least=0, most=1_000_000, required=False)
    node.within("text", ENDLESS, required=not spans)
    for span in spans:
        span.one_of("type", ("span",), required=True)
        span.within("text", ENDLESS)
        _letters(span)
    _letters(node)
    node.one_of("align", _ALIGN)
    node.one_of("gravity", ("top", "bottom", "center"))
    node.flag("wrap")
    node.whole("maxLines", least=0, most=1_000_000)
    _action(node)


def _letters(node: Node) -> None:
    node.form("size", _TEXT_SIZE)
    node.form("color", _COLOR)
    node.one_of("weight", ("regular", "bold"))
    node.one_of("style", ("normal", "italic"))
    node.one_of("decoration", ("none", "underline", "line-through"))


def _image(node: Node) -> None:
    node.media_url("url", required=True)
    node.form("size", _IMAGE_SIZE)
    node.form("aspectRatio", _ASPECT_RATIO)
    node.one_of("aspectMode", ("cover", "fit"))
    node.one_of("align", _ALIGN)
    node.form("backgroundColor", _COLOR)
    _action(node)


def _icon(node: Node) -> None:
    node.media_url("url", required=True)
    node.form("size", _TEXT_SIZE)
    node.form("aspectRatio", _ASPECT_RATIO)


def _video(node: Node) -> None:
    node.media_url("url", required=True)
    node.media_url("previewUrl", required=True)
    node.form("aspectRatio", _ASPECT_RATIO)
    if instead := node.child("altContent", required=True):
        _component(instead, ("box", "image"))
    _action(node)


def _button(node: Node) -> None:
    node.one_of("style", ("primary", "secondary", "link"))
    node.one_of("height", ("sm", "md"))
    node.form("color", _COLOR)
    if action := node.child("action", required=True):
        check_action(action, label=LABEL_IN_FLEX, label_required=True)


def _separator(node: Node) -> None:
    node.form("color", _COLOR)


def _filler(node: Node) -> None:
    """Nothing of its own."""


def _spacer(node: Node) -> None:
    node.form("size", _TEXT_SIZE)


def _action(node: Node) -> None:
    if action := node.child("action"):
        check_action(action, label=LABEL_IN_FLEX, label_required=False)


_CHECKS = {
    "box": _box,
    "text": _text,
    "image": _image,
    "icon": _icon,
    "video": _video,
    "button": _button,
    "separator": _separator,
    "filler": _filler,
    "spacer": _spacer,
}
_IN_BASELINE = ("text", "icon", "filler", "spacer")
_IN_BOX = ("box", "text", "image", "button", "separator", "filler", "spacer")
