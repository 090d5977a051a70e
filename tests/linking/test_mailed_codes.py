"""The code by e-mail: whose address it is, how often it may be tried, and that nobody learns who is known."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context

from customers.services import upsert_customers
from linking import mailed_codes, services
from linking.models import Link, LinkAttempt, LinkSettings, MailedCode
from tests.factories import make_followers, make_friend
from tests.friends.webhooks import arrive
from tests.linking.login_ways import begin, come_back, give_login, give_settings
from tests.linking.test_account_link import account_link
from tests.routes.conftest import Passer, make_person, path_of

AGREED = {"step": "who", "consent": "on"}


@pytest.fixture
def phone(tenant) -> Passer:
    give_settings(proofs=["email", "birthday"])
    upsert_customers([{"number": "A-100", "name": "Hanako", "email": "hanako@example.jp"}])
    return Passer()


@pytest.fixture
def page(channel, simulator, phone) -> str:
    """Where somebody who signed in with LINE shows which customer they are."""
    give_login(simulator, channel)
    person = make_person(simulator, channel)
    return path_of(come_back(phone, simulator, person, begin(phone)).url)


def ask(phone: Passer, page: str, who: str = "hanako@example.jp"):
    answer = phone.post(page, AGREED | {"who": who})
    mailed_codes.send_due()
    return answer


def enter(phone: Passer, page: str, code: str):
    return phone.post(f"{page}&by=email", {"step": "code", "code": code})


def code_in(message: mail.EmailMessage) -> str:
    [code] = re.findall(r"^\d{6}$", message.body, re.MULTILINE)
    return code


@pytest.mark.parametrize("who", ["hanako@example.jp", "Ｈanako@Example.JP", "A-100", "Ａ-１００"])
def test_who_can_read_the_mail_is_that_customer(phone, page, who):
    ask(phone, page, who)
    [message] = mail.outbox
    done = enter(phone, page, code_in(message))

    assert message.to == ["hanako@example.jp"]
    assert "Apparel" in message.subject
    assert done.status_code == 302
    assert Link.objects.active().get().customer.number == "A-100"
    assert "I agree that Apparel" in Link.objects.get().consent


def test_in_the_chat_it_goes_on_to_lines_dialog(channel, simulator, phone):
    [aoi] = make_followers(simulator, channel, ["Aoi"])
    page = path_of(services.invite(aoi))
    ask(phone, page)

    dialog = enter(phone, page, code_in(mail.outbox[0])).url
    arrive(account_link(aoi, dialog))

    assert Link.objects.active().get().friend == aoi


def test_known_and_unknown_addresses_are_answered_alike(phone, page):
    known = ask(phone, page)
    known_page = phone.get(known.url).content
    MailedCode.objects.all().delete()
    mail.outbox.clear()

    unknown = ask(phone, page, "nobody@example.jp")
    unknown_page = phone.get(unknown.url).content

    assert mail.outbox == []
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    plain = [re.sub(rb'value="[^"]{64}"', b"", each) for each in (known_page, unknown_page)]
    assert plain[0] == plain[1]
    assert enter(phone, page, "000000").status_code == 200


@pytest.mark.parametrize("who", ["x" * 254, "@", "a@b@c", "'; --", "絵文字🍎@example.jp", "\u0000"])
def test_whatever_is_typed_is_answered_alike(phone, page, who):
    assert ask(phone, page, who).status_code in (200, 302)
    assert mail.outbox == []


def test_an_address_that_several_customers_share_proves_nobody(phone, page):
    upsert_customers([{"number": "A-101", "email": "hanako@example.jp"}])

    ask(phone, page)

    assert mail.outbox == []


def test_after_five_wrong_codes_the_right_one_comes_too_late(phone, page):
    ask(phone, page)
    code = code_in(mail.outbox[0])
    wrong = "000000" if code != "000000" else "111111"

    tries = [enter(phone, page, wrong).status_code for _ in range(5)]

    assert tries == [200, 200, 200, 200, 410]
    assert enter(phone, page, code).status_code == 410
    assert not Link.objects.exists()


def test_a_code_is_good_for_ten_minutes(phone, page):
    ask(phone, page)
    code = code_in(mail.outbox[0])

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert enter(phone, page, code).status_code == 410


def test_a_newer_code_replaces_the_former(phone, page):
    ask(phone, page)
    ask(phone, f"{page}&again=1")
    first, second = (code_in(message) for message in mail.outbox)

    assert enter(phone, page, second).status_code == 302 or first == second


def test_codes_are_not_asked_for_without_end(phone, page):
    answers = [ask(phone, f"{page}&again=1") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert "Too many codes" in answers[-1].content.decode()
    assert len(mail.outbox) == 3


def test_one_customers_mailbox_is_not_flooded_by_many_friends(phone, tenant):
    for number in range(7):
        attempt = LinkAttempt.objects.create(
            friend=make_friend(f"friend {number}"),
            started_at=timezone.now(),
            expires_at=timezone.now() + timedelta(minutes=10),
        )
        mailed_codes.ask(mailed_codes.Opened(attempt), "A-100")
    mailed_codes.send_due()

    assert len(mail.outbox) == mailed_codes.MOST_FOR_CUSTOMER_AN_HOUR


def test_nor_by_friends_who_ask_at_the_same_moment(own_tenant):
    upsert_customers([{"number": "A-100", "email": "hanako@example.jp"}])
    now = timezone.now()
    begun = [
        LinkAttempt.objects.create(
            friend=make_friend(f"friend {number}"), started_at=now, expires_at=now + timedelta(minutes=10)
        )
        for number in range(12)
    ]

    def ask(attempt: LinkAttempt) -> None:
        try:
            with tenant_context(own_tenant):
                mailed_codes.ask(mailed_codes.Opened(attempt), "A-100")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ask, begun))

    assert MailedCode.objects.filter(customer__isnull=False).count() == mailed_codes.MOST_FOR_CUSTOMER_AN_HOUR


def test_neither_code_nor_address_is_readable_at_rest(phone, page):
    phone.post(page, AGREED | {"who": "hanako@example.jp"})
    row = MailedCode.objects.get()
    waiting = bytes(row.sealed_code)
    mailed_codes.send_due()
    code = code_in(mail.outbox[0])
    row.refresh_from_db()

    assert code.encode() not in waiting
    assert code not in row.code_hash
    assert row.sealed_code is None


def test_a_mail_that_cannot_leave_is_tried_again(phone, page, settings):
    good, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    ask(phone, page)
    settings.EMAIL_BACKEND = good

    with time_machine.travel(timezone.now() + timedelta(seconds=30)):
        mailed_codes.send_due()

    assert len(mail.outbox) == 1


def test_the_other_proof_is_one_tap_away(phone, page):
    shown = phone.get(page).content.decode()

    assert "By customer number and birthday" in shown
    assert "Birthday" in phone.get(f"{page}&by=birthday").content.decode()
    assert LinkSettings.present().offered == ["email", "birthday"]
