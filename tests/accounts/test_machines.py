"""Who opens a link: a person or a program."""

import pytest

from accounts.machines import is_machine

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1 Line/15.9.0"
)
CUBOT = "Mozilla/5.0 (Linux; Android 13; CUBOT P80) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    "agent",
    [
        "facebookexternalhit/1.1;line-poker/1.0",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "Twitterbot/1.0",
        "Slackbot-LinkExpanding 1.0",
        "WhatsApp/2.23.20.0",
        "curl/8.5.0",
        "python-requests/2.32",
        "",
    ],
)
def test_programs_are_known_by_their_names_or_by_having_none(agent):
    assert is_machine("GET", agent)


@pytest.mark.parametrize("agent", [IPHONE, CUBOT])
def test_people_are_not_taken_for_programs(agent):
    assert not is_machine("GET", agent)


@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;prerender", "preview", "Prefetch"])
def test_a_page_that_a_browser_fetches_ahead_is_not_opened_by_anybody(purpose):
    assert is_machine("GET", IPHONE, purpose)


def test_a_head_is_a_machine_asking():
    assert is_machine("HEAD", IPHONE)
