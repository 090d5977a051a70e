"""Mail beside LINE: nobody is mailed without consent, nobody twice, and everybody can be rid of it."""

import re
from datetime import time, timedelta
from smtplib import SMTPDataError, SMTPServerDisconnected

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from django_tenants.utils import tenant_context

from broadcasts.models import SendingRules
from customers import erasing, merging
from customers import services as customers
from customers.consents.keeping import Statement
from customers.models import Customer
from events import timeline
from events.models import Event
from events.timeline import NewEvent
from friends.models import Friend
from scenarios import services
from scenarios.mails import consents, sending, tokens
from scenarios.mails.kinds import MailConsentsKind
from scenarios.models import Entry, MailConsent, MailSend, MailSettings
from tests.factories import make_customer, make_followers, make_link
from tests.scenarios.engines import TEXT, lead, make_entry, make_scenario, passages
from tests.visiting import Visitor

pytestmark = pytest.mark.usefixtures("channel")
MAIL = {
    "subject": "{{display_name|お客様}}へ",
    "text": "お買い忘れはありませんか。\n\nhttps://shop.example/cart?a=1&b=2\n",
}
BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1"}


@pytest.fixture
def client(tenant) -> Visitor:
    """Whoever opens the mail: nobody has signed in."""
    return Visitor()


@pytest.fixture
def sender(tenant) -> MailSettings:
    footer = "株式会社アパレル\n東京都中央区1-1-1"
    return MailSettings.objects.create(sender_name="アパレル", footer=footer, reply_to="shop@example.jp")


@pytest.fixture
def aoi(simulator, channel) -> Friend:
    return make_followers(simulator, channel, ["aoi"])[0]


@pytest.fixture
def customer(aoi, sender) -> Customer:
    """Who aoi is in the client's books; they agreed to mails."""
    customers.upsert_customers([{"number": "A-100", "name": "青井", "email": "aoi@example.jp"}])
    found = Customer.objects.get(number="A-100")
    make_link(aoi, found)
    agree(found)
    return found


def agree(customer: Customer, is_given: bool = True) -> None:
    consents.state(customer, is_given=is_given, how=MailConsent.How.API, by=None)


def mailing(by: str = "mail", **more: object) -> dict:
    return {"type": "send", "by": by, "messages": [TEXT], "mail": MAIL} | more


def break_off(_backend: object, _mails: list) -> None:
    raise SMTPServerDisconnected


# Sending


def test_who_agreed_gets_the_mail_with_what_is_their_own(aoi, customer):
    entry = make_entry(make_scenario(mailing()), aoi)

    lead()
    standing = Entry.objects.get(pk=entry.pk).state
    sending.send_due()

    [sent] = mail.outbox
    assert standing == Entry.State.SENDING
    assert (sent.to, sent.subject, sent.reply_to) == (["aoi@example.jp"], "aoiへ", ["shop@example.jp"])
    assert sent.from_email.endswith("<no-reply@localhost>")
    assert "お買い忘れ" in sent.body
    assert "株式会社アパレル" in sent.body
    assert passages(entry) == [("s1", "next", "mailed")]
    assert MailSend.objects.get().state == MailSend.State.SENT


def test_the_mail_is_html_too_and_shows_what_was_written_as_it_was(aoi, customer):
    text = "<b>50% & more</b>\nhttps://shop.example/?a=1&b=2"
    make_entry(make_scenario(mailing(mail={"subject": "Sale", "text": text})), aoi)

    lead()
    sending.send_due()

    html = mail.outbox[0].alternatives[0][0]
    assert "&lt;b&gt;50% &amp; more&lt;/b&gt;<br>" in html
    assert ">https://shop.example/?a=1&amp;b=2</a>" in html


@pytest.mark.parametrize("says", [None, False])
def test_without_consent_nothing_is_mailed_and_they_go_on(aoi, customer, says):
    MailConsent.objects.all().delete()
    if says is not None:
        agree(customer, says)
    entry = make_entry(make_scenario(mailing()), aoi)

    lead()
    sending.send_due()

    assert mail.outbox == []
    assert passages(entry) == [("s1", "next", "no_consent")]


def test_who_withdraws_while_the_mail_waits_gets_none(aoi, customer):
    entry = make_entry(make_scenario(mailing()), aoi)
    lead()
    agree(customer, False)

    sending.send_due()

    assert mail.outbox == []
    assert passages(entry) == [("s1", "next", "no_consent")]


def test_who_has_left_the_scenario_while_the_mail_waits_gets_none(aoi, customer):
    scenario = make_scenario(mailing())
    make_entry(scenario, aoi)
    lead()
    services.archive(scenario, by=None)

    sending.send_due()

    assert mail.outbox == []
    assert MailSend.objects.get().state == MailSend.State.CANCELLED


def test_who_has_bought_while_the_mail_waits_gets_none_though_nobody_heard_of_it(aoi, customer):
    bought = {"type": "event", "event": "bought"}
    inside = make_entry(make_scenario(mailing(), exits=[bought]), aoi)
    through = make_entry(make_scenario(mailing("both"), exits=[bought], name="Through"), aoi)
    lead()
    timeline.record([NewEvent("bought", timezone.now(), friend_id=aoi.pk)])

    sending.send_due()

    inside.refresh_from_db()
    through.refresh_from_db()
    assert mail.outbox == []
    assert (inside.reason, through.reason) == (Entry.Reason.EVENT, Entry.Reason.FINISHED)


def test_while_the_scenario_is_paused_its_mails_wait(aoi, customer):
    scenario = make_scenario(mailing())
    make_entry(scenario, aoi)
    lead()
    services.pause(scenario, by=None)

    sending.send_due()
    meanwhile = len(mail.outbox)
    services.resume(scenario, by=None)
    sending.send_due()

    assert (meanwhile, len(mail.outbox)) == (0, 1)


def test_a_friend_who_is_nobody_in_the_books_goes_on_without(aoi, sender):
    entry = make_entry(make_scenario(mailing()), aoi)

    lead()

    assert passages(entry) == [("s1", "next", "no_customer")]


def test_a_customer_without_line_gets_the_mail(tenant, sender):
    customers.upsert_customers([{"number": "B-1", "email": "ren@example.jp"}])
    ren = Customer.objects.get(number="B-1")
    agree(ren)
    make_entry(make_scenario(mailing("line_or_mail")), customer_id=ren.pk)

    lead()
    sending.send_due()

    assert [each.to for each in mail.outbox] == [["ren@example.jp"]]


def test_both_are_sent_and_the_line_message_leads_on(aoi, customer, simulator, channel):
    entry = make_entry(make_scenario(mailing("both")), aoi)

    lead()
    sending.send_due()

    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["Your cart is waiting"]
    assert len(mail.outbox) == 1
    assert passages(entry) == [("s1", "next", "sent")]


def test_whom_line_reaches_gets_no_mail_if_one_is_enough(aoi, customer):
    make_entry(make_scenario(mailing("line_or_mail")), aoi)

    lead()
    sending.send_due()

    assert mail.outbox == []


def test_the_mail_follows_where_nothing_was_clicked_in_line(aoi, customer):
    scenario = make_scenario(mailing("line_then_mail", mail_after_hours=3))
    entry = make_entry(scenario, aoi)

    lead()
    lead(after=timedelta(hours=2))
    early = MailSend.objects.count()
    lead(after=timedelta(hours=4))
    MailSend.objects.update(due_at=timezone.now())
    sending.send_due()

    assert (early, len(mail.outbox)) == (0, 1)
    assert Entry.objects.get(pk=entry.pk).state == Entry.State.ENDED


def test_the_mail_that_follows_waits_for_the_end_of_the_quiet_hours(aoi, customer):
    SendingRules.objects.create(quiet_from=time(21), quiet_until=time(8))
    evening = timezone.localtime().replace(hour=20, minute=30) + timedelta(days=1)
    with time_machine.travel(evening):
        entry = make_entry(make_scenario(mailing("line_then_mail", mail_after_hours=3)), aoi)
        lead()
        lead(after=timedelta(hours=4))
        at_night = MailSend.objects.count()
        lead(after=timedelta(hours=12))

    assert (at_night, MailSend.objects.count()) == (0, 1)
    assert entry.sends.get().state == "accepted"


# Once at most


def test_a_second_turn_sends_nothing_more(aoi, customer):
    make_entry(make_scenario(mailing()), aoi)

    for _time in range(3):
        lead()
        sending.send_due()

    assert len(mail.outbox) == 1


def test_a_mail_that_may_have_left_is_shown_as_unknown_and_not_repeated(aoi, customer, monkeypatch):
    entry = make_entry(make_scenario(mailing()), aoi)
    lead()
    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", break_off)
        sending.send_due()

    sending.send_due()

    assert mail.outbox == []
    assert MailSend.objects.get().state == MailSend.State.UNKNOWN
    assert passages(entry) == [("s1", "next", "unknown")]


def test_what_a_worker_had_claimed_that_died_is_unknown(aoi, customer):
    entry = make_entry(make_scenario(mailing()), aoi)
    lead()
    MailSend.objects.update(state=MailSend.State.CLAIMED)

    sending.send_due()

    assert mail.outbox == []
    assert passages(entry) == [("s1", "next", "unknown")]


def test_what_the_mail_server_refuses_for_now_is_tried_again(aoi, customer, monkeypatch):
    def refuse(_backend: object, _mails: list) -> None:
        raise SMTPDataError(451, b"try later")

    make_entry(make_scenario(mailing()), aoi)
    lead()
    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuse)
        sending.send_due()
    waiting = MailSend.objects.get().state
    MailSend.objects.update(due_at=timezone.now())

    sending.send_due()

    assert (waiting, len(mail.outbox)) == (MailSend.State.PENDING, 1)


class HangsUp(EmailBackend):
    """A mail server that closes the line with the first mail; on a closed line nothing is handed over."""

    has_hung_up = False
    line: str | None = None
    answer: Exception = SMTPServerDisconnected()

    def open(self) -> None:
        self.line = self.line or "open"

    def close(self) -> None:
        self.line = None

    def send_messages(self, messages: list) -> int:
        if self.line == "closed":
            raise SMTPServerDisconnected
        if not mail.outbox and not self.has_hung_up:
            HangsUp.has_hung_up, self.line = True, "closed"
            raise self.answer
        return super().send_messages(messages)


@pytest.mark.parametrize(
    ("answer", "first"),
    [
        (SMTPServerDisconnected(), MailSend.State.UNKNOWN),
        (SMTPDataError(421, b"bye"), MailSend.State.PENDING),
    ],
)
def test_a_line_that_breaks_takes_one_mail_with_it_and_not_the_next(
    aoi, customer, settings, monkeypatch, answer, first
):
    settings.EMAIL_BACKEND = f"{__name__}.HangsUp"
    monkeypatch.setattr(HangsUp, "has_hung_up", False)
    monkeypatch.setattr(HangsUp, "answer", answer)
    scenario = make_scenario(mailing())
    for place in range(3):
        make_entry(scenario, aoi, key=f"{place}", subject=f"{place}")
    lead()

    sending.send_due()

    states = list(MailSend.objects.order_by("pk").values_list("state", flat=True))
    assert states == [first, MailSend.State.SENT, MailSend.State.SENT]


def test_a_mail_server_that_is_away_claims_nothing(aoi, customer, monkeypatch):
    def away(_backend: object) -> None:
        raise ConnectionRefusedError

    make_entry(make_scenario(mailing()), aoi)
    lead()
    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "open", away)
        sending.send_due()

    assert MailSend.objects.get().state == MailSend.State.PENDING


# What people open from a mail


def mailed(aoi: Friend, **more: object) -> MailSend:
    make_entry(make_scenario(mailing(**more)), aoi)
    lead()
    sending.send_due()
    return MailSend.objects.get()


def path_of(address: str) -> str:
    return re.sub(r"^https?://[^/]+", "", address)


def test_a_link_leads_on_and_tells_who_clicked(aoi, customer, client):
    send = mailed(aoi)

    answer = client.get(path_of(tokens.tracked(send.pk, 0)), **BROWSER)

    send.refresh_from_db()
    [event] = Event.objects.filter(type="clicked")
    assert answer.headers["Location"] == "https://shop.example/cart?a=1&b=2"
    assert (send.click_count, event.friend_id, event.properties["kind"]) == (1, aoi.pk, "mail")
    assert tokens.tracked(send.pk, 0) in mail.outbox[0].body


def test_programs_that_open_links_are_not_counted(aoi, customer, client):
    send = mailed(aoi)

    answer = client.get(
        tokens.tracked(send.pk, 0).partition("/c/")[2].join(["/c/", ""]), HTTP_USER_AGENT="curl/8"
    )

    assert answer.status_code == 302
    assert not Event.objects.filter(type="clicked").exists()


@pytest.mark.parametrize("spoil", ["1-0-" + "0" * 24, "x", "1" * 400, "1-0-é" + "0" * 23])
def test_a_token_that_we_did_not_make_leads_nowhere(tenant, client, spoil):
    prefix = f"/c/{tenant.slug}/mail"

    answers = [client.get(f"{prefix}/{use}/{spoil}/", **BROWSER).status_code for use in ("l", "u")]

    assert answers == [404, 404]


def test_a_token_of_one_use_is_no_token_of_the_other(aoi, customer, client):
    send = mailed(aoi)

    answer = client.get(path_of(tokens.tracked(send.pk, 0).replace("/l/", "/u/")), **BROWSER)

    assert answer.status_code == 404


def test_opening_the_page_unsubscribes_nobody_the_button_does(aoi, customer, client):
    send = mailed(aoi)
    address = path_of(tokens.unsubscribing(send.pk))

    client.get(address, **BROWSER)
    looked = consents.given_by([customer.pk])
    answer = client.post(address)

    assert (looked, consents.given_by([customer.pk])) == ({customer.pk}, set())
    assert "メールの配信を停止" in answer.content.decode() or "no more mails" in answer.content.decode()
    assert consents.of(customer).how == MailConsent.How.LINK


def test_the_mail_programs_own_button_works(aoi, customer, client):
    mailed(aoi)
    headers = mail.outbox[0].extra_headers

    address = path_of(headers["List-Unsubscribe"].strip("<>"))
    client.post(address, {"List-Unsubscribe": "One-Click"})

    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not consents.given_by([customer.pk])


def test_who_unsubscribed_by_mistake_takes_it_back(aoi, customer, client):
    address = path_of(tokens.unsubscribing(mailed(aoi).pk))
    client.post(address)

    client.post(address, {"act": "again"})

    assert consents.given_by([customer.pk]) == {customer.pk}


# Consents


def test_the_newest_word_holds_and_each_is_kept(tenant):
    who = make_customer()
    now = timezone.now()
    told = [Statement(who.pk, True, now - timedelta(days=2)), Statement(who.pk, False, now)]

    consents.take_in(told[1:], how="api")
    consents.take_in(told[:1], how="api")

    assert not consents.given_by([who.pk])
    assert MailConsent.objects.count() == 1


def test_a_yes_of_unknown_time_does_not_overrule_a_no(tenant):
    who = make_customer()
    agree(who, False)

    changed = consents.take_in([Statement(who.pk, True)], how="import")

    assert (changed, consents.given_by([who.pk])) == (0, set())


def test_of_two_customers_who_become_one_the_later_word_holds(tenant):
    into, gone = make_customer("A"), make_customer("B")
    agree(into)
    agree(gone, False)

    merging.merge(into, gone)

    assert not consents.given_by([into.pk])


def test_of_who_is_forgotten_nothing_of_their_own_is_kept(aoi, customer):
    make_entry(make_scenario(mailing()), aoi)
    lead()

    erasing.erase(customer)
    sending.send_due()

    send = MailSend.objects.get()
    assert mail.outbox == []
    assert (send.values, send.problem) == ("", MailSend.Problem.NO_ADDRESS)


def test_a_file_brings_consents(tenant):
    who = make_customer("A-100")
    kind = MailConsentsKind()
    rows = [
        (2, kind.read({"customer": "Ａ-100", "agreed": "○", "on": "2025/11/1"})),
        (3, kind.read({"customer": "nobody", "agreed": "×"})),
    ]

    written = kind.write(rows)

    assert written.counts == {"changed": 1, "unchanged": 0}
    assert [line for line, _reason in written.refused] == [3]
    assert consents.of(who).at.isoformat() == "2025-10-31T15:00:00+00:00"


def test_by_rest_many_are_taken_in(tenant, visit):
    make_customer("A-100")
    body = {"consents": [{"customer": "A-100", "agreed": True}, {"customer": "nobody", "agreed": True}]}
    manager = visit("account_manager")

    first, again = (
        manager.post("api/v1/mail-consents/", body, content_type="application/json").json()
        for _time in range(2)
    )

    assert first == {"changed": 1, "unknown": ["nobody"]}
    assert again["changed"] == 0


def test_a_customers_page_shows_the_consent_and_changes_it(tenant, visit):
    who = make_customer("A-100")
    marketer = visit("marketer")

    before = marketer.get(f"scenarios/mails/consent/{who.pk}/").content.decode()
    marketer.post(f"scenarios/mails/consent/{who.pk}/", {"agreed": "yes"})

    assert "Never asked" in before
    assert consents.given_by([who.pk]) == {who.pk}


def test_another_clients_customer_is_not_found(tenant, other_tenant, visit):
    with tenant_context(other_tenant):
        Customer.objects.create(pk=987_654, number="X")

    answer = visit("marketer").post("scenarios/mails/consent/987654/", {"agreed": "yes"})

    assert answer.status_code == 404


# Pages


def test_the_list_says_what_became_of_each_mail(aoi, customer, visit, django_assert_max_num_queries):
    mailed(aoi)
    marketer = visit("marketer")

    with django_assert_max_num_queries(15):
        shown = marketer.get("scenarios/mails/").content.decode()

    assert "青井" in shown
    assert "Taken by the mail server" in shown


def test_settings_are_asked_for_and_hold(tenant, visit):
    manager = visit("account_manager")
    given = {"sender_name": " アパレル\n店 ", "footer": "東京都", "reply_to": "", "sender_address": ""}

    manager.post("scenarios/mails/settings/", given)
    shown = manager.get("api/v1/mail-settings/").json()

    assert (shown["sender_name"], shown["footer"]) == ("アパレル 店", "東京都")
