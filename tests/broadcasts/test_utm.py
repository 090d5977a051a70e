"""Campaign parameters go where they belong in an address, and nothing else of it changes."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcasts.tracking import utm

LINE = {"source": "line", "medium": "message"}
PARAMETERS = "utm_source=line&utm_medium=message"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://shop.example/sale", f"https://shop.example/sale?{PARAMETERS}"),
        ("https://shop.example", f"https://shop.example?{PARAMETERS}"),
        ("https://shop.example/?id=7&x=", f"https://shop.example/?id=7&x=&{PARAMETERS}"),
        ("https://shop.example/?", f"https://shop.example/?{PARAMETERS}"),
        ("https://shop.example/?a=1&", f"https://shop.example/?a=1&{PARAMETERS}"),
        ("https://shop.example/#top", f"https://shop.example/?{PARAMETERS}#top"),
        ("https://shop.example/?a=1#/x?y=2", f"https://shop.example/?a=1&{PARAMETERS}#/x?y=2"),
        ("https://shop.example/%E7%A7%8B?q=%20+", f"https://shop.example/%E7%A7%8B?q=%20+&{PARAMETERS}"),
        ("https://xn--w8j.example/", f"https://xn--w8j.example/?{PARAMETERS}"),
        ("HTTPS://SHOP.example/", f"HTTPS://SHOP.example/?{PARAMETERS}"),
        ("https://shop.example/?utm_source=mail", "https://shop.example/?utm_source=mail"),
        ("https://shop.example/?UTM_Campaign=", "https://shop.example/?UTM_Campaign="),
        ("tel:+81-3-1234-5678", "tel:+81-3-1234-5678"),
        ("line://nv/chat", "line://nv/chat"),
        ("mailto:shop@shop.example", "mailto:shop@shop.example"),
    ],
)
def test_parameters_are_added_before_the_fragment_and_never_twice(url, expected):
    assert utm.added(url, LINE) == expected


def test_words_of_any_script_are_escaped():
    assert utm.added("https://shop.example/", {"campaign": "秋 & 冬#1"}) == (
        "https://shop.example/?utm_campaign=%E7%A7%8B%20%26%20%E5%86%AC%231"
    )


def test_without_parameters_an_address_stays():
    assert utm.added("https://shop.example/?a#b", {"source": ""}) == "https://shop.example/?a#b"


@given(st.text(min_size=1), st.text(min_size=1))
def test_what_is_added_is_read_back_as_it_was_given(source, campaign):
    url = utm.added("https://shop.example/?a=1#b", {"source": source, "campaign": campaign})

    assert parse_qs(urlsplit(url).query, keep_blank_values=True) == {
        "a": ["1"],
        "utm_source": [source],
        "utm_campaign": [campaign],
    }
