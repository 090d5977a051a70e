"""What commands for operators print, to people and to scripts."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from billing import ledger
from billing.ledger import NewEntry
from billing.models import LedgerEntry
from tests.broadcasts.sending import send
from tests.factories import make_followers, make_sending

REFUSALS = [
    (
        ["create_agency", "sakura", "Sakura"],
        "slug_taken",
        "The address name “sakura” is taken. Choose another.",
    ),
    (["create_client", "nobody", "shop", "Shop"], "not_found", "Agency “nobody” does not exist."),
    (
        ["create_client", "sakura", "No spaces", "Shop"],
        "invalid_slug",
        "“No spaces” cannot be an address name: use up to 40 of a–z, 0–9 and -.",
    ),
    (["create_api_key", "apparel", "friends.eat"], "unknown_scope", "There is no right called friends.eat."),
    (
        ["connect_channel", "nobody", "1000000001"],
        "not_found",
        "Client “nobody” does not exist.",
    ),
    (
        ["import_friends", "apparel", "/nowhere/friends.csv"],
        "unreadable_file",
        "[Errno 2] No such file or directory: '/nowhere/friends.csv'",
    ),
    (["send_status", "apparel", "1000000"], "not_found", "Broadcast “1000000” does not exist."),
]


def answer(*command: str) -> str:
    out = io.StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(("command", "code", "detail"), REFUSALS, ids=[row[0][0] for row in REFUSALS])
def test_a_refusal_is_told_in_words_and_for_scripts_as_json(agency, command, code, detail):
    words, facts = io.StringIO(), io.StringIO()

    with pytest.raises(CommandError) as in_words:
        call_command(*command, stdout=words)
    with pytest.raises(CommandError) as for_scripts:
        call_command(*command, "--json", stdout=facts)

    assert (str(in_words.value), in_words.value.returncode, words.getvalue()) == (detail, 1, "")
    assert (str(for_scripts.value), for_scripts.value.returncode) == (detail, 1)
    assert json.loads(facts.getvalue()) == {"code": code, "detail": detail}


@pytest.fixture
def sent(tenant, channel, simulator) -> str:
    """The number of a broadcast to 116 people at 3 yen each: the month's free messages were used before."""
    used = NewEntry(LedgerEntry.Kind.MULTICAST, "test:1", "Before", 30_000, timezone.now())
    ledger.post(tenant.pk, [used])
    make_followers(simulator, channel, 116)
    broadcast = make_sending()
    send()
    return str(broadcast.pk)


def test_the_cost_of_a_broadcast_is_told_to_people_in_yen(sent):
    words = answer("send_status", "apparel", sent)

    assert words.splitlines()[0] == "Test: sent 100 %"
    assert words.splitlines()[2].strip() == "116 messages booked (0 free), ¥348"


def test_the_cost_of_a_broadcast_is_told_to_scripts_exactly(sent):
    facts = json.loads(answer("send_status", "apparel", sent, "--json"))

    assert (facts["status"], facts["accepted"], facts["amount"]) == ("sent", 116, "348.0000")
