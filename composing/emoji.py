"""LINE's own emoji within a text: written as `(emoji:PRODUCT/ID)`, sent as `$` with its place.

Source: https://developers.line.biz/en/docs/messaging-api/emoji-list/
"""

import re

from line.validation.characters import utf16_length

TOKEN = re.compile(r"\(emoji:([0-9a-zA-Z]{1,100})/([0-9a-zA-Z]{1,100})\)")
PICTURE = "https://stickershop.line-scdn.net/sticonshop/v1/sticon/{product}/android/{emoji}.png"


def _index(emoji: dict) -> int:
    return emoji["index"]


def pieces(text: str, emojis: list[dict]) -> list[str]:
    """The text between its emoji: one piece more than there are emoji."""
    units, end, found = text.encode("utf-16-le", "surrogatepass"), 0, []
    for index in sorted(each["index"] for each in emojis):
        found.append(units[end : index * 2])
        end = index * 2 + 2
    return [piece.decode("utf-16-le", "surrogatepass") for piece in (*found, units[end:])]


def joined(parts: list[str], emojis: list[dict]) -> tuple[str, list[dict]]:
    """The text of such pieces, with the emoji where they stand now."""
    text, moved = parts[0], []
    for emoji, part in zip(sorted(emojis, key=_index), parts[1:], strict=True):
        moved.append(emoji | {"index": utf16_length(text)})
        text = f"{text}${part}"
    return text, moved


def written(text: str, emojis: list[dict]) -> str:
    """A text with its emoji as people edit it."""
    tokens = [f"(emoji:{each['productId']}/{each['emojiId']})" for each in sorted(emojis, key=_index)]
    between = pieces(text, emojis)
    return between[0] + "".join(token + piece for token, piece in zip(tokens, between[1:], strict=True))


def read(written_text: str) -> tuple[str, list[dict]]:
    """The text as LINE takes it, and where its emoji stand, in UTF-16 units."""
    text, end, emojis = "", 0, []
    for found in TOKEN.finditer(written_text):
        text += written_text[end : found.start()]
        emojis.append({"index": utf16_length(text), "productId": found[1], "emojiId": found[2]})
        text, end = f"{text}$", found.end()
    return text + written_text[end:], emojis
