"""The looks of Flex components as CSS, in LINE's sizes; `--u` is one of LINE's pixels on our phone.

What is not among LINE's values gives nothing, so that no other CSS gets through.
Source: https://developers.line.biz/en/docs/messaging-api/flex-message-layout/
"""

import re
from collections.abc import Iterator, Mapping

_SPACES = {"none": 0, "xs": 2, "sm": 4, "md": 8, "lg": 12, "xl": 16, "xxl": 20}
_TEXTS = {
    "xxs": 11,
    "xs": 13,
    "sm": 14,
    "md": 16,
    "lg": 19,
    "xl": 22,
    "xxl": 29,
    "3xl": 35,
    "4xl": 48,
    "5xl": 74,
}
_IMAGES = {
    "xxs": 40,
    "xs": 60,
    "sm": 80,
    "md": 100,
    "lg": 120,
    "xl": 140,
    "xxl": 160,
    "3xl": 180,
    "4xl": 200,
    "5xl": 220,
}
_BORDERS = {"none": 0, "light": 0.5, "normal": 1, "medium": 2, "semi-bold": 3, "bold": 4}
_LENGTH = re.compile(r"(-?\d{1,4}(?:\.\d{1,4})?)(px|%)")
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
_RATIO = re.compile(r"(\d{1,6}(?:\.\d{1,4})?):(\d{1,6}(?:\.\d{1,4})?)")
_ANGLE = re.compile(r"\d{1,3}(?:\.\d{1,4})?deg")
_PLACES = ("flex-start", "center", "flex-end", "space-between", "space-around", "space-evenly")
_SIDES = {"start": "left", "end": "right", "center": "center"}
_HEIGHTS = {"top": "flex-start", "center": "center", "bottom": "flex-end"}
_PADDINGS = {"All": "", "Top": "-top", "Bottom": "-bottom", "Start": "-left", "End": "-right"}
_WORDS = {
    "weight": ("font-weight", {"regular": "400", "bold": "700"}),
    "style": ("font-style", {"normal": "normal", "italic": "italic"}),
    "decoration": ("text-decoration", {"underline": "underline", "line-through": "line-through"}),
}


def css(node: Mapping, parent: Mapping, *, is_first: bool) -> str:
    """The declarations for one component as a child of `parent` (a box, or nothing)."""
    own = _OWN.get(str(node.get("type")), _nothing)
    return ";".join([*_place(node, parent, is_first), *own(node)])


def block_css(styles: object, block: str) -> str:
    """Of the header, hero, body or footer of a bubble."""
    style = styles.get(block) if isinstance(styles, Mapping) else None
    return ";".join(_background(style)) if isinstance(style, Mapping) else ""


def _place(node: Mapping, parent: Mapping, is_first: bool) -> Iterator[str]:
    """How it stands among the others: share of the room, distance to the one before, offsets."""
    across = parent.get("layout") in ("horizontal", "baseline")
    share = node.get("flex")
    share = (
        share if isinstance(share, int) else int(node.get("type") == "filler" or (across and _shares(node)))
    )
    if parent:
        yield f"flex:{share} 1 0" if share else "flex:0 0 auto"
    before = _space(node.get("margin")) or _space(parent.get("spacing"))
    if before and not is_first:
        yield f"margin-{'left' if across else 'top'}:{before}"
    if node.get("position") == "absolute":
        yield "position:absolute"
    for key, side in (("Top", "top"), ("Bottom", "bottom"), ("Start", "left"), ("End", "right")):
        if offset := _space(node.get(f"offset{key}")):
            yield f"{side}:{offset}"
    if gravity := _HEIGHTS.get(str(node.get("gravity"))):
        yield f"align-self:{gravity}" if across else f"justify-content:{gravity}"


def _shares(node: Mapping) -> bool:
    return node.get("type") not in ("icon", "separator", "spacer")


def _box(node: Mapping) -> Iterator[str]:
    yield from _background(node)
    yield from _sizes(node, "width", "height", "maxWidth", "maxHeight")
    for key, side in _PADDINGS.items():
        if (padding := _space(node.get(f"padding{key}"))) is not None:
            yield f"padding{side}:{padding}"
    if (width := _scaled(node.get("borderWidth"), _BORDERS)) is not None:
        yield f"border:{width} solid {_color(node.get('borderColor')) or '#000000'}"
    if (radius := _space(node.get("cornerRadius"))) is not None:
        yield f"border-radius:{radius};overflow:hidden"
    for key, name in (("justifyContent", "justify-content"), ("alignItems", "align-items")):
        if node.get(key) in _PLACES:
            yield f"{name}:{node[key]}"


def _text(node: Mapping) -> Iterator[str]:
    yield from _letters(node)
    if side := _SIDES.get(str(node.get("align"))):
        yield f"text-align:{side}"
    if not node.get("wrap"):
        yield "white-space:nowrap;text-overflow:ellipsis"
    elif isinstance(lines := node.get("maxLines"), int) and lines > 0:
        yield f"-webkit-line-clamp:{lines};display:-webkit-box;-webkit-box-orient:vertical"
    if leading := _space(node.get("lineSpacing")):
        yield f"line-height:calc(1.25em + {leading})"


def _letters(node: Mapping) -> Iterator[str]:
    if size := _scaled(node.get("size"), _TEXTS):
        yield f"font-size:{size}"
    if color := _color(node.get("color")):
        yield f"color:{color}"
    for key, (name, values) in _WORDS.items():
        if value := values.get(str(node.get(key))):
            yield f"{name}:{value}"


def _image(node: Mapping) -> Iterator[str]:
    size = "100%" if node.get("size") == "full" else _scaled(node.get("size") or "md", _IMAGES)
    if size:
        yield f"width:{size};max-width:100%"
    yield f"aspect-ratio:{_ratio(node.get('aspectRatio')) or '1 / 1'}"
    yield f"object-fit:{'cover' if node.get('aspectMode') == 'cover' else 'contain'}"
    side = node.get("align") or "center"
    yield f"align-self:{ {'start': 'flex-start', 'end': 'flex-end'}.get(str(side), 'center') }"
    yield from _background(node)


def _icon(node: Mapping) -> Iterator[str]:
    yield f"height:{_scaled(node.get('size') or 'md', _TEXTS) or '1em'}"
    yield f"aspect-ratio:{_ratio(node.get('aspectRatio')) or '1 / 1'}"


def _video(node: Mapping) -> Iterator[str]:
    yield f"aspect-ratio:{_ratio(node.get('aspectRatio')) or '1 / 1'}"


def _button(node: Mapping) -> Iterator[str]:
    if color := _color(node.get("color")):
        yield f"color:{color}" if node.get("style") in (None, "link") else f"background-color:{color}"


def _separator(node: Mapping) -> Iterator[str]:
    if color := _color(node.get("color")):
        yield f"background-color:{color}"


def _spacer(node: Mapping) -> Iterator[str]:
    size = _space(node.get("size") or "md")
    yield f"min-width:{size};min-height:{size}"


def _nothing(_node: Mapping) -> Iterator[str]:
    yield from ()


_OWN = {
    "box": _box,
    "text": _text,
    "span": _letters,
    "image": _image,
    "icon": _icon,
    "video": _video,
    "button": _button,
    "separator": _separator,
    "spacer": _spacer,
}


def _background(node: Mapping) -> Iterator[str]:
    if color := _color(node.get("backgroundColor")):
        yield f"background-color:{color}"
    background = node.get("background")
    if isinstance(background, Mapping) and background.get("type") == "linearGradient":
        angle = str(background.get("angle"))
        stops = [_color(background.get(f"{place}Color")) for place in ("start", "center", "end")]
        if _ANGLE.fullmatch(angle) and stops[0] and stops[2]:
            yield f"background-image:linear-gradient({angle},{','.join(stop for stop in stops if stop)})"


def _sizes(node: Mapping, *keys: str) -> Iterator[str]:
    for key in keys:
        if size := _scaled(node.get(key), {}):
            yield f"{re.sub('([A-Z])', lambda found: f'-{found[1].lower()}', key)}:{size}"


def _space(value: object) -> str | None:
    return _scaled(value, _SPACES)


def _scaled(value: object, named: Mapping[str, float]) -> str | None:
    """A length of LINE's, by name or in px or %, as CSS."""
    if str(value) in named:
        return f"calc({named[str(value)]} * var(--u))"
    found = _LENGTH.fullmatch(str(value))
    if found is None:
        return None
    return f"{found[1]}%" if found[2] == "%" else f"calc({found[1]} * var(--u))"


def _color(value: object) -> str:
    return str(value) if _COLOR.fullmatch(str(value)) else ""


def _ratio(value: object) -> str:
    found = _RATIO.fullmatch(str(value))
    return f"{found[1]} / {found[2]}" if found else ""
