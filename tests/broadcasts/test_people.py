"""The friend's number, sealed into a link."""

from hypothesis import given
from hypothesis import strategies as st

from broadcasts.tracking.people import HOLE, Holes, Tokens

TOKENS = Tokens(bytes(range(32)))
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
codes = st.text(LETTERS, min_size=16, max_size=24)
numbers = st.integers(1, 2**31 - 1)


@given(codes, numbers)
def test_a_token_gives_back_the_number_and_is_the_same_each_time(code, number):
    token = TOKENS.seal(code, number)

    assert TOKENS.unseal(code, token) == number
    assert TOKENS.seal(code, number) == token
    assert len(token) == len(HOLE)


@given(codes, numbers, st.integers(0, 25), st.integers(1, 31))
def test_a_token_with_a_letter_changed_names_nobody(code, number, place, step):
    token = TOKENS.seal(code, number)
    letter = LETTERS[(LETTERS.index(token[place]) + step) % len(LETTERS)]

    assert TOKENS.unseal(code, token[:place] + letter + token[place + 1 :]) is None


@given(numbers, codes, codes)
def test_of_another_link_a_token_says_nothing(number, code, other):
    token = TOKENS.seal(code, number)

    assert (TOKENS.unseal(other, token) == number) == (code == other)


def test_tokens_of_neighbours_have_nothing_in_common():
    first, second = TOKENS.seal("code", 1), TOKENS.seal("code", 2)

    assert sum(mine == theirs for mine, theirs in zip(first, second, strict=True)) < 10


def test_each_hole_is_filled_with_the_friends_own_token():
    holes = Holes(["one", "two"], TOKENS)

    filled = holes.fill(f"a one.{HOLE} b two.{HOLE} c one.{HOLE}".encode(), 7).decode()

    one, two = TOKENS.seal("one", 7), TOKENS.seal("two", 7)
    assert filled == f"a one.{one} b two.{two} c one.{one}"
