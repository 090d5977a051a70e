"""What a draw comes to, by the seed alone."""

import subprocess
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from prizes.lotteries import fairness
from prizes.lotteries.odds import Chance
from prizes.models import WHOLE

OPENSSL = "/usr/bin/openssl"
SEED = "5f" * 32
CHANCES = [Chance(1, 1_000), Chance(2, 49_000), Chance(3, 250_000)]
DRAWS = 100_000


def drawn(number: int) -> int:
    return fairness.lot(SEED, 7, fairness.ticket(SEED, 7, number), 1)


def test_prizes_come_up_as_often_as_the_odds_say():
    found = Counter(fairness.aim(CHANCES, drawn(number)) for number in range(1, DRAWS + 1))

    expected = [100, 4_900, 25_000, 70_000]
    counted = [found[1], found[2], found[3], found[None]]
    assert chisquare(counted, expected).pvalue > 0.001


def test_each_number_is_as_likely_as_any_other():
    tenths = Counter(drawn(number) * 100 // WHOLE for number in range(1, DRAWS + 1))

    assert chisquare([tenths[each] for each in range(100)]).pvalue > 0.001


def test_turns_of_one_person_have_nothing_to_do_with_each_other():
    ticket = fairness.ticket(SEED, 7, 1)

    wins = Counter(fairness.lot(SEED, 7, ticket, turn) < WHOLE // 2 for turn in range(1, 10_001))

    assert chisquare([wins[True], wins[False]]).pvalue > 0.001


def test_anybody_can_draw_again_with_a_common_tool():
    ticket = fairness.ticket(SEED, 7, 12)
    asked = [OPENSSL, "dgst", "-sha256", "-hmac", SEED]

    answer = subprocess.run(asked, input=f"draw:7:{ticket}:3".encode(), capture_output=True, check=True)

    digest = answer.stdout.decode().split()[-1]
    assert fairness.lot(SEED, 7, ticket, 3) == int(digest[:16], 16) * 1_000_000 // 2**64


def test_the_first_prize_has_the_lowest_numbers():
    assert [fairness.aim(CHANCES, lot) for lot in (0, 999, 1_000, 49_999, 50_000, 299_999)] == [
        1,
        1,
        2,
        2,
        3,
        3,
    ]
    assert fairness.aim(CHANCES, 300_000) is None


@given(st.text("0123456789abcdef", min_size=64, max_size=64), st.integers(1), st.integers(1), st.integers(1))
def test_every_seed_draws_a_number_below_a_million(seed, lottery, friend, turn):
    lot = fairness.lot(seed, lottery, fairness.ticket(seed, lottery, friend), turn)

    assert 0 <= lot < WHOLE


def test_the_published_hash_is_that_of_the_seed_as_text():
    answer = subprocess.run(
        [OPENSSL, "dgst", "-sha256"], input=SEED.encode(), capture_output=True, check=True
    )

    assert answer.stdout.decode().split()[-1] == fairness.commitment(SEED)
