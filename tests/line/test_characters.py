import pytest

from line.validation.characters import grapheme_length, utf16_length


@pytest.mark.parametrize(
    ("text", "units", "graphemes"),
    [
        ("Sale", 4, 4),
        ("新商品", 3, 3),
        ("😀", 2, 1),
        ("👨‍👩‍👧", 8, 1),
        ("👍🏽", 4, 1),
        ("🇯🇵🇯🇵", 8, 2),
        ("か\u3099", 2, 1),
        ("☀️", 2, 1),
        ("\u1100\u1161\u11a8", 3, 1),
        ("a\r\nb", 4, 3),
        ("", 0, 0),
    ],
)
def test_characters_are_counted_in_lines_two_ways(text, units, graphemes):
    assert utf16_length(text) == units
    assert grapheme_length(text) == graphemes
