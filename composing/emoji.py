"""LINE's own emoji within a text: written as `(emoji:PRODUCT/ID)`, sent as `$` with its place.

Source: https://developers.line.biz/en/docs/messaging-api/emoji-list/
"""

import re

from line.validation.characters import utf16_length

TOKEN = re.compile(r"\(emoji:([0-9a-zA-Z]{1,100})/([0-9a-zA-Z]{1,100})\)")
PICTURE = "https://stickershop.line-scdn.net/sticonshop/v1/sticon/{product}/android/{emoji}.png"


def written(text: str, emojis: list[dict]) -> str:
    """A text with its emoji as people edit it."""
    units = text.encode("utf-16-le", "surrogatepass")
    for each in sorted(emojis, key=lambda each: each["index"], reverse=True):
        token = f"(emoji:{each['productId']}/{each['emojiId']})".encode("utf-16-le")
        units = units[: each["index"] * 2] + token + units[each["index"] * 2 + 2 :]
    return units.decode("utf-16-le", "surrogatepass")


def read(written_text: str) -> tuple[str, list[dict]]:
    """The text as LINE takes it, and where its emoji stand, in UTF-16 units."""
    text, end, emojis = "", 0, []
    for found in TOKEN.finditer(written_text):
        text += written_text[end : found.start()]
        emojis.append({"index": utf16_length(text), "productId": found[1], "emojiId": found[2]})
        text, end = f"{text}$", found.end()
    return text + written_text[end:], emojis
