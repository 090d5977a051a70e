"""LINE's two ways of counting characters.

Source: https://developers.line.biz/en/docs/messaging-api/text-character-count/
"""

import unicodedata

_ZERO_WIDTH_JOINER = "\u200d"


def utf16_length(text: str) -> int:
    """UTF-16 code units, as most of LINE's limits count: an emoji is two or more."""
    return len(text) + sum(character > "\uffff" for character in text)


def grapheme_length(text: str) -> int:
    """Characters as a reader sees them, as labels and titles count: a family emoji is one.

    The rules of Unicode's annex 29 that occur in messages: marks, joined emoji, skin tones, flags, Hangul
    letters, line ends.
    """
    if text.isascii() and "\r" not in text:
        return len(text)
    count, previous, half_flag = 0, "", False
    for character in text:
        is_second_half = half_flag and _is_flag_letter(character)
        count += not (is_second_half or _continues(previous, character))
        half_flag = _is_flag_letter(character) and not is_second_half
        previous = character
    return count


def _continues(previous: str, character: str) -> bool:
    """Whether a character belongs to the one before it."""
    if not previous:
        return False
    if previous == _ZERO_WIDTH_JOINER or previous + character == "\r\n":
        return True
    return _extends(character) or _is_hangul_tail(previous, character)


def _extends(character: str) -> bool:
    is_mark = unicodedata.category(character) in ("Mn", "Me", "Mc")
    is_skin_tone = "\U0001f3fb" <= character <= "\U0001f3ff"
    is_tag = "\U000e0020" <= character <= "\U000e007f"
    return is_mark or is_skin_tone or is_tag or character == _ZERO_WIDTH_JOINER


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_hangul_tail(previous: str, character: str) -> bool:
    """A vowel or final letter after the letter it is written into."""
    is_tail = "\u1160" <= character <= "\u11ff"
    return is_tail and ("\u1100" <= previous <= "\u11ff" or "\uac00" <= previous <= "\ud7a3")
