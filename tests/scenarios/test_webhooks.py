"""Webhooks of scenarios: signed, repeated until they are taken, seen and sent again on a page and by REST."""

import base64
import hmac
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import orjson
import pytest
import time_machine
from django.utils import timezone
from django_tenants.utils import tenant_context

from friends.models import Friend
from scenarios.acts import signing, webhooks
from scenarios.flow import checking, reading
from scenarios.models import Entry, Errand
from tests.factories import make_customer, make_followers, make_link
from tests.relays.tools import Tool, tool
from tests.scenarios.engines import lead, make_entry, make_scenario, passages

pytestmark = pytest.mark.usefixtures("channel")
PAGE = "scenarios/webhooks/"


@pytest.fixture
def aoi(simulator, channel) -> Friend:
    return make_followers(simulator, channel, ["aoi"])[0]


@pytest.fixture
def start(settings) -> Iterator[Callable[..., Tool]]:
    """Another program; addresses may lead to this machine."""
    settings.RELAY_ALLOW_PRIVATE = True
    with ExitStack() as stack:
        yield lambda **given: stack.enter_context(tool(**given))


def come_to(running: Tool, friend: Friend, **fields: object) -> Entry:
    """A friend comes to a step that tells the program."""
    entry = make_entry(make_scenario({"type": "webhook", "url": running.url}), friend, **fields)
    lead()
    return entry


def later(**given: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**given))


def is_signed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """As a receiver checks it, by the specification."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    ours = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return f"v1,{ours}" in headers["webhook-signature"].split()


def test_a_program_is_told_who_it_is_and_what_let_them_in(aoi, start):
    make_link(aoi, make_customer("A-100", name="青井"))
    program = start()

    entry = come_to(program, aoi, context={"total": 4800}, subject="tea")
    webhooks.send_due(2)

    [(headers, body)] = program.got
    told = orjson.loads(body)
    assert is_signed(headers, body, signing.secret())
    assert (told["friend"]["line_user_id"], told["customer"]["number"]) == (aoi.line_user_id, "A-100")
    assert (told["subject"], told["context"], told["entry"]["id"]) == ("tea", {"total": 4800}, entry.pk)
    assert passages(entry) == [("s1", "next", "")]
    assert Errand.objects.get().state == Errand.State.DONE


def test_a_long_number_is_told_as_it_came(aoi, start):
    program = start()

    come_to(program, aoi, context={"parcel": 12345678901234567890123})
    webhooks.send_due(2)

    [(_headers, body)] = program.got
    assert orjson.loads(body)["context"] == {"parcel": 12345678901234567890123.0}


def test_what_fails_is_repeated_with_the_same_id(aoi, start):
    program = start(statuses=[503])
    come_to(program, aoi)

    webhooks.send_due(2)
    waiting = Errand.objects.get()
    with later(seconds=6):
        webhooks.send_due(2)

    first, second = (headers["webhook-id"] for headers, _body in program.got)
    assert (waiting.state, waiting.status) == (Errand.State.OPEN, 503)
    assert first == second
    assert Errand.objects.get().state == Errand.State.DONE


def test_after_a_day_of_failures_it_is_given_up_until_somebody_sends_it_again(aoi, start, visit):
    program = start(statuses=[500] * 8)
    come_to(program, aoi)
    for hours in (0, 1, 2, 3, 6, 12, 23, 34):
        with later(hours=hours):
            webhooks.send_due(2)
    given_up = Errand.objects.get()

    visit("account_manager").post(f"{PAGE}{given_up.pk}/again/")
    webhooks.send_due(2)

    assert (given_up.state, given_up.tries) == (Errand.State.FAILED, 8)
    assert Errand.objects.get().state == Errand.State.DONE
    assert len({headers["webhook-id"] for headers, _body in program.got}) == 1


def test_what_waits_cannot_be_sent_again(aoi, start, visit):
    come_to(start(), aoi)
    errand = Errand.objects.get()

    answer = visit("account_manager").post(f"{PAGE}{errand.pk}/again/", follow=True)

    assert "It is being sent already" in answer.content.decode()


def test_what_a_worker_had_begun_that_died_is_sent(aoi, start):
    program = start()
    come_to(program, aoi)
    Errand.objects.update(state=Errand.State.UNDER_WAY, due_at=timezone.now())

    webhooks.send_due(2)

    assert len(program.got) == 1


def test_a_slow_program_holds_up_no_other(aoi, start):
    slow, quick = start(delay=1.5), start()
    come_to(slow, aoi)
    make_entry(make_scenario({"type": "webhook", "url": quick.url}, name="Quick"), aoi)
    lead()

    webhooks.send_due(1)

    assert (len(slow.got), len(quick.got)) == (1, 1)


def test_a_renewed_secret_leaves_the_former_one_good_for_a_day(aoi, start):
    program = start()
    former = signing.secret()
    come_to(program, aoi)

    secret = signing.renew(by=None)
    webhooks.send_due(2)
    with later(hours=25):
        late = signing.headers("id", b"{}", timezone.now())

    [(headers, body)] = program.got
    assert is_signed(headers, body, former)
    assert is_signed(headers, body, secret)
    assert not is_signed(late, b"{}", former)


@pytest.mark.parametrize(
    "url", ["https://10.0.0.1/", "https://localhost/hook", "ftp://example.jp/", "x" * 600]
)
def test_addresses_within_are_refused_before_anybody_comes(aoi, url):
    step = {"id": "s1", "type": "webhook", "url": url}

    found = [each.code for each in checking.findings(reading.parse({"steps": [step]}))]

    assert "bad_address" in found


def test_no_socket_is_opened_to_what_has_become_a_private_address(aoi, start, settings):
    program = start()
    come_to(program, aoi)
    settings.RELAY_ALLOW_PRIVATE = False

    webhooks.send_due(2)

    assert program.got == []
    assert "private network" in Errand.objects.get().problem


def test_the_page_shows_what_became_of_each(aoi, start, visit, django_assert_max_num_queries):
    come_to(start(status=404), aoi)
    webhooks.send_due(2)
    manager = visit("account_manager")

    with django_assert_max_num_queries(14):
        shown = manager.get(PAGE).content.decode()

    assert "404" in shown
    assert "Abandoned cart" in shown


def test_the_secret_is_shown_to_managers_and_renewed_when_confirmed(tenant, visit):
    manager, secret = visit("account_manager"), signing.secret()

    shown = manager.get(f"{PAGE}secret/").content.decode()
    asked = manager.get(f"{PAGE}secret/renewal/")
    kept = signing.secret()
    manager.post(f"{PAGE}secret/renewal/")

    assert secret.replace("+", "&#x2B;") in shown or secret in shown
    assert (asked.status_code, kept) == (200, secret)
    assert signing.secret() != secret


def test_another_clients_webhook_is_not_found(aoi, start, visit, tenant, other_tenant):
    with tenant_context(other_tenant):
        errand = _errand_elsewhere()

    answer = visit("account_manager").post(f"{PAGE}{errand.pk}/again/")

    assert answer.status_code == 404


def _errand_elsewhere() -> Errand:
    scenario = make_scenario({"type": "wait", "days": 1})
    entry = make_entry(scenario, customer_id=make_customer().pk)
    given = {"scenario_id": scenario.pk, "step": "s1", "kind": "webhook", "state": "failed"}
    return Errand.objects.create(pk=987_654, entry=entry, about="https://example.jp/", **given)
