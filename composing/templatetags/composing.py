"""Messages as a phone draws them."""

from collections.abc import Mapping

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from composing import emoji, flex_looks
from composing.bubbles.sticker import PICTURE
from composing.content import URL
from composing.variables import DISPLAY_NAME, VARIABLE

register = template.Library()


@register.filter
def said(text: object) -> SafeString:
    """A text with its links, and each variable twice: for a friend whose name is known, and for others."""
    return _with_variables(str(text or ""), _with_links)


@register.filter
def told(text: object) -> SafeString:
    """The same without links, as labels, notices and the chat list have it."""
    return _with_variables(str(text or ""), conditional_escape)


@register.filter
def written_emoji(message: Mapping) -> str:
    """A text message's text, LINE's emoji in it as the editor writes them; `said` draws them."""
    text, emojis = message.get("text"), message.get("emojis")
    if not isinstance(text, str) or not isinstance(emojis, list):
        return str(text or "")
    return emoji.written(text, emojis)


@register.filter
def sticker_picture(number: object) -> str:
    return PICTURE.format(sticker=number) if str(number).isdecimal() else ""


@register.filter
def minutes(milliseconds: object) -> str:
    """1:05"""
    seconds = round(milliseconds / 1000) if isinstance(milliseconds, int) else 0
    return f"{seconds // 60}:{seconds % 60:02}"


@register.filter
def part_of(area: object, size: object) -> str:
    """Where an area lies on its picture, in per cent."""
    if not isinstance(area, Mapping) or not isinstance(size, Mapping):
        return ""
    across = (
        ("left", "x", "width"),
        ("width", "width", "width"),
        ("top", "y", "height"),
        ("height", "height", "height"),
    )
    found = []
    for css, key, whole in across:
        length, of = area.get(key), size.get(whole)
        if isinstance(length, int) and isinstance(of, int) and of > 0:
            found.append(f"{css}:{length / of:.4%}")
    return ";".join(found)


@register.filter
def letter(number: int) -> str:
    """A for the first, B for the second."""
    return chr(ord("A") + number) if number < 26 else str(number + 1)


@register.simple_tag
def flex_look(node: object, parent: object = None, is_first: bool = True) -> str:
    """The CSS of a part of a Flex message within its parent."""
    if not isinstance(node, Mapping):
        return ""
    return flex_looks.css(node, parent if isinstance(parent, Mapping) else {}, is_first=is_first)


@register.simple_tag
def flex_block(styles: object, block: str) -> str:
    """The CSS of a bubble's header, hero, body or footer."""
    return flex_looks.block_css(styles, block)


def _with_variables(text: str, drawn) -> SafeString:
    pieces, end = [], 0
    for found in VARIABLE.finditer(text):
        pieces.append(drawn(text[end : found.start()]))
        pieces.append(_variable(found[1], found[2] or ""))
        end = found.end()
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, drawn(text[end:])]))


def _variable(name: str, fallback: str) -> SafeString:
    known = '<span class="known">{}</span><span class="unknown">{}</span>'
    example = _("Hanako") if name == DISPLAY_NAME else f"[{name.rpartition('.')[2]}]"
    return format_html(known, example, fallback or "?")


def _with_links(text: str) -> SafeString:
    pieces, end = [], 0
    for found in URL.finditer(text):
        pieces.append(_with_emoji(text[end : found.start()]))
        pieces.append(format_html('<span class="link">{}</span>', found[0]))
        end = found.end()
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, _with_emoji(text[end:])]))


def _with_emoji(text: str) -> SafeString:
    pieces, end = [], 0
    for found in emoji.TOKEN.finditer(text):
        pieces.append(conditional_escape(text[end : found.start()]))
        address = emoji.PICTURE.format(product=found[1], emoji=found[2])
        picture = '<img class="emoji" src="{}" alt="{}" referrerpolicy="no-referrer">'
        pieces.append(format_html(picture, address, _("LINE emoji")))
        end = found.end()
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, conditional_escape(text[end:])]))
