"""Account linking from the friend's word to the link, against the simulator, and all the ways it ends."""

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.utils import timezone
from django_tenants.utils import schema_context

from accounts.models import Activity, Tenant
from channels.handlers import Received
from channels.services import client_for
from config.task import HEADER
from customers import erasing
from customers.models import Customer
from events import versions
from events.models import Event
from friends.models import Friend, Reply
from friends.tasks import give_replies
from line.messages import validate
from linking import attempts, proving, services, unlinking
from linking.errors import NotAFriend, NotConnected
from linking.models import Link, LinkAttempt
from linking.tasks import expire_attempts
from tests.browser import Browser
from tests.factories import make_customer, make_followers, make_friend, make_link
from tests.friends.webhooks import arrive

State = LinkAttempt.State
BIRTHDAY = date(1990, 4, 1)


@pytest.fixture
def aoi(channel, simulator) -> Friend:
    """A friend in the simulator and in our books."""
    [friend] = make_followers(simulator, channel, ["葵"])
    return friend


@pytest.fixture
def hanako(tenant) -> Customer:
    return make_customer("A-100", birthday=BIRTHDAY)


def work(task, tenant: Tenant) -> None:
    """Run a task as a worker does: called for the tenant, started without one."""
    with schema_context("public"):
        task.apply(headers={HEADER: tenant.schema_name}, throw=True)


def token_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["linkToken"][0]


@pytest.fixture
def phone(tenant) -> Browser:
    """The friend's browser, as LINE opens it."""
    return Browser()


def sign_in(phone: Browser, url: str, *, number: str = "A-100", birthday: str = "1990-04-01", **fields: str):
    """Fill in the hosted page."""
    return phone.post(url, {"number": number, "birthday": birthday, "consent": "on"} | fields)


def webhook(event: dict) -> Received:
    """The event as the processing hands it on."""
    at = timezone.datetime.fromtimestamp(event["timestamp"] / 1000, tz=timezone.get_current_timezone())
    user = event.get("source", {}).get("userId", "")
    return Received(event["webhookEventId"], event["type"], at, user, event, event.get("replyToken"))


def account_link(friend: Friend, url: str, *, minutes: float = 0, result: str = "ok") -> Received:
    """LINE's event for somebody who agreed in the dialog at this address."""
    nonce = parse_qs(urlsplit(url).query)["nonce"][0]
    source = {"source": {"type": "user", "userId": friend.line_user_id}} if result == "ok" else {}
    at = timezone.now() + timedelta(minutes=minutes)
    user = friend.line_user_id if result == "ok" else ""
    payload = {"type": "accountLink", "link": {"result": result, "nonce": nonce}, **source}
    return Received(f"link-{nonce}", "accountLink", at, user, payload)


def unlink_wish(friend: Friend, *, minutes: float = 0, token: str | None = None) -> Received:
    source = {"type": "user", "userId": friend.line_user_id}
    payload = {"type": "postback", "source": source, "postback": {"data": "musubi:unlink"}}
    at = timezone.now() + timedelta(minutes=minutes)
    return Received(f"unlink-{minutes}-{friend.pk}", "postback", at, friend.line_user_id, payload, token)


def test_a_friend_links_from_the_chat_to_the_customer_record(
    tenant, channel, simulator, phone, aoi, hanako, settings
):
    said = simulator.say(channel.channel_id, aoi.line_user_id, "連携")
    arrive(webhook(said))
    work(give_replies, tenant)
    [invitation] = simulator.inbox(channel.channel_id, aoi.line_user_id)
    assert validate([invitation]) == []
    url = invitation["template"]["actions"][0]["uri"]
    assert url.startswith(f"{settings.BASE_URL}/c/apparel/link/?linkToken=")

    page = phone.get(url, headers={"accept-language": "ja"})
    assert page.status_code == 200
    dialog = sign_in(phone, url, number="A-100").headers["location"]
    assert dialog.startswith(f"{settings.LINE_ACCESS_BASE}/dialog/bot/accountLink?linkToken={token_of(url)}")
    assert simulator.open_link_dialog(channel.channel_id, aoi.line_user_id, dialog) == "ok"
    arrive(account_link(aoi, dialog))

    link = Link.objects.active().get()
    assert (link.friend, link.customer, link.method) == (aoi, hanako, Link.Method.ACCOUNT_LINK)
    assert "Apparel" in link.consent
    assert LinkAttempt.objects.get().state == State.LINKED
    event = Event.objects.get(type="linked")
    assert (event.friend_id, event.customer_id) == (aoi.pk, hanako.pk)
    assert versions.of(["links", "events:linked"]) == {"links": 1, "events:linked": 1}


@pytest.fixture
def url(aoi, hanako) -> str:
    """The address of the page to which Aoi was invited."""
    return services.invite(aoi)


@pytest.fixture
def dialog(phone, tenant, url) -> str:
    """Where Aoi was sent after signing in."""
    return sign_in(phone, url).headers["location"]


def test_only_a_hash_of_token_and_nonce_is_kept(tenant, url, dialog):
    kept = " ".join(str(value) for row in LinkAttempt.objects.values_list() for value in row)

    assert token_of(url) not in kept
    assert parse_qs(urlsplit(dialog).query)["nonce"][0] not in kept


@pytest.mark.parametrize(
    ("number", "birthday"), [("A-100", "1990-04-02"), ("B-999", "1990-04-01")], ids=["birthday", "number"]
)
def test_wrong_details_get_one_answer_whichever_is_wrong(phone, url, number, birthday):
    page = sign_in(phone, url, number=number, birthday=birthday)

    assert page.status_code == 200
    assert page.context["form"].non_field_errors() == [
        "The customer number and birthday do not match our records. Please check both."
    ]


def test_full_width_digits_and_slashes_are_understood(phone, url):
    typed = "\uff21\uff0d\uff11\uff10\uff10 "

    assert sign_in(phone, url, number=typed, birthday="1990/04/01").status_code == 302


def test_without_consent_nothing_goes_on(phone, url):
    page = phone.post(url, {"number": "A-100", "birthday": "1990-04-01"})

    assert page.status_code == 200
    assert "consent" in page.context["form"].errors


def test_after_five_wrong_tries_the_right_details_come_too_late(tenant, phone, url):
    statuses = [sign_in(phone, url, number="wrong").status_code for _ in range(5)]

    assert statuses == [200, 200, 200, 200, 410]
    assert sign_in(phone, url).status_code == 410
    attempt = LinkAttempt.objects.get()
    assert (attempt.state, attempt.failure) == (State.FAILED, LinkAttempt.Failure.WRONG_DETAILS)


def test_new_tokens_do_not_give_endless_tries(tenant, phone, aoi, hanako):
    for _ in range(3):
        url = services.invite(aoi)
        [sign_in(phone, url, number="wrong") for _ in range(5)]

    url = services.invite(aoi)

    assert sign_in(phone, url).status_code == 410


def test_a_mistyped_address_is_answered_by_the_shop(tenant, phone):
    page = phone.get("/c/apparel/link/elsewhere", headers={"Accept-Language": "en"})

    assert page.status_code == 404
    assert "Apparel" in page.content.decode()
    assert "Open it again from the chat." in page.content.decode()


def test_an_unknown_or_expired_token_opens_nothing(tenant, phone, url):
    assert phone.get("/c/apparel/link/?linkToken=guessed").status_code == 410
    assert phone.get("/c/apparel/link/").status_code == 410
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        page = phone.get(url)
        assert page.status_code == 410
        assert sign_in(phone, url).status_code == 410


def test_the_token_of_one_client_opens_nothing_at_another(phone, url, other_tenant):
    assert phone.get(url).status_code == 200
    assert phone.get(url.replace("/c/apparel/", "/c/cosmetics/")).status_code == 410


def test_the_page_speaks_the_language_of_the_browser_and_lets_the_form_go_to_line(phone, url, settings):
    page = phone.get(url, headers={"accept-language": "en-US,en"})

    assert page.headers["content-language"] == "en"
    assert settings.LINE_ACCESS_BASE.encode() not in page.content
    assert "no-store" in page.headers["cache-control"]


def test_a_dialog_opened_by_somebody_else_links_nobody(tenant, channel, simulator, aoi, dialog):
    [ren] = simulator.add_people(channel.channel_id, ["蓮"])
    simulator.follow(channel.channel_id, [ren])
    assert simulator.open_link_dialog(channel.channel_id, ren, dialog) == "failed"

    arrive(account_link(aoi, dialog, result="failed"))

    assert not Link.objects.exists()
    assert LinkAttempt.objects.get().failure == LinkAttempt.Failure.LINE


def test_an_agreement_from_another_user_than_the_invited_one_is_refused_and_noted(tenant, aoi, dialog):
    ren = make_friend("ren")

    arrive(account_link(ren, dialog))

    assert not Link.objects.exists()
    assert LinkAttempt.objects.get().failure == LinkAttempt.Failure.OTHER_PERSON
    assert Activity.objects.filter(verb="link.refused").exists()


def test_a_nonce_counts_once(tenant, aoi, dialog):
    agreed = account_link(aoi, dialog)
    arrive(agreed)
    unlinking.unlink(Link.objects.get(), how=Link.Ended.BY_STAFF)

    arrive(agreed)

    assert Link.objects.get().ended == Link.Ended.BY_STAFF


def test_an_agreement_after_the_ten_minutes_does_not_count(tenant, aoi, dialog):
    arrive(account_link(aoi, dialog, minutes=11))

    assert not Link.objects.exists()
    assert LinkAttempt.objects.get().state == State.EXPIRED


def test_an_agreement_within_them_counts_however_late_we_hear_of_it(tenant, aoi, dialog):
    agreed = account_link(aoi, dialog, minutes=1)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        work(expire_attempts, tenant)
        assert LinkAttempt.objects.get().state == State.EXPIRED
        arrive(agreed)

    assert Link.objects.active().get().friend == aoi


def test_attempts_left_alone_expire(tenant, url):
    work(expire_attempts, tenant)
    assert LinkAttempt.objects.get().state == State.INVITED
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)):
        work(expire_attempts, tenant)

    assert LinkAttempt.objects.get().state == State.EXPIRED


def test_linking_anew_ends_earlier_links_of_friend_and_customer_and_keeps_them(tenant, aoi, hanako, dialog):
    before = timezone.now() - timedelta(days=3)
    of_friend = make_link(aoi, make_customer("old"), linked_at=before)
    of_customer = make_link(make_friend("mother"), hanako, linked_at=before)

    arrive(account_link(aoi, dialog))

    assert Link.objects.active().get().customer == hanako
    ended = Link.objects.filter(pk__in=[of_friend.pk, of_customer.pk])
    assert {link.ended for link in ended} == {Link.Ended.RELINKED}
    assert Event.objects.filter(type="unlinked").count() == 2


def test_a_friend_unlinks_at_any_time_and_is_told(tenant, channel, simulator, aoi, hanako):
    make_link(aoi, hanako, linked_at=timezone.now() - timedelta(days=1))

    arrive(webhook(simulator.say(channel.channel_id, aoi.line_user_id, " 連携解除 ")))
    work(give_replies, tenant)

    assert Link.objects.get().ended == Link.Ended.BY_FRIEND
    assert Event.objects.get(type="unlinked").properties == {"how": "friend"}
    [answer] = simulator.texts(channel.channel_id, aoi.line_user_id)
    assert answer == "Your account is no longer linked. To link again, send “連携”."
    assert not Reply.objects.exists()


def test_words_that_only_contain_the_word_are_ordinary_talk(tenant, channel, simulator, aoi, hanako):
    make_link(aoi, hanako)

    arrive(webhook(simulator.say(channel.channel_id, aoi.line_user_id, "連携解除ってなに?")))

    assert Link.objects.active().exists()
    assert not Reply.objects.exists()


def test_who_has_no_link_is_told_so(tenant, channel, simulator, aoi):
    arrive(webhook(simulator.postback(channel.channel_id, aoi.line_user_id, "musubi:unlink")))
    work(give_replies, tenant)

    assert simulator.texts(channel.channel_id, aoi.line_user_id) == [
        "Your account is not linked. To link it, send “連携”."
    ]


@pytest.mark.parametrize("order", [[0, 1], [1, 0], [0, 1, 0], [1, 0, 1, 0]])
def test_link_then_unlink_ends_unlinked_in_whatever_order_it_arrives(tenant, aoi, dialog, order):
    happened = [account_link(aoi, dialog, minutes=1), unlink_wish(aoi, minutes=2)]

    for place in order:
        arrive(happened[place])

    link = Link.objects.get()
    assert (link.linked_at, link.unlinked_at) == (happened[0].at, happened[1].at)
    assert link.ended == Link.Ended.BY_FRIEND


def test_only_who_is_linked_now_is_told_so(tenant, aoi, dialog):
    agreed, wish = account_link(aoi, dialog, minutes=1), unlink_wish(aoi, minutes=2)

    arrive(wish)
    told = attempts.confirm([agreed])

    assert Link.objects.get().ended == Link.Ended.BY_FRIEND
    assert told == set()


def test_what_was_begun_links_nobody_with_a_customer_who_was_erased_since(tenant, aoi, hanako, dialog):
    erasing.erase(hanako)

    arrive(account_link(aoi, dialog))

    assert not Link.objects.exists()


@pytest.mark.parametrize("order", [[0, 1], [1, 0], [1, 0, 1]])
def test_unlink_then_link_ends_linked_in_whatever_order_it_arrives(tenant, aoi, dialog, order):
    happened = [unlink_wish(aoi, minutes=1), account_link(aoi, dialog, minutes=2)]

    for place in order:
        arrive(happened[place])

    assert Link.objects.active().get().linked_at == happened[1].at


def test_somebody_line_gives_no_token_for_is_told_to_add_the_account(tenant, channel, simulator):
    [ren] = simulator.add_people(channel.channel_id, ["蓮"])
    arrive(webhook(simulator.say(channel.channel_id, ren, "連携")))

    work(give_replies, tenant)

    assert simulator.texts(channel.channel_id, ren) == [
        "Please add this account as a friend first, then send “連携” again."
    ]
    with pytest.raises(NotAFriend):
        services.invite(Friend.objects.get())


def test_an_answer_that_line_could_not_take_is_given_a_little_later(tenant, channel, simulator, aoi):
    arrive(webhook(simulator.say(channel.channel_id, aoi.line_user_id, "連携")))
    simulator.fail_next(1, 500, "/v2/bot/message/reply")

    work(give_replies, tenant)
    assert simulator.inbox(channel.channel_id, aoi.line_user_id) == []
    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        work(give_replies, tenant)

    assert len(simulator.inbox(channel.channel_id, aoi.line_user_id)) == 1
    assert not Reply.objects.exists()


def test_an_answer_is_given_up_when_its_token_is_too_old(tenant, channel, simulator, aoi):
    arrive(webhook(simulator.say(channel.channel_id, aoi.line_user_id, "連携解除")))

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        work(give_replies, tenant)

    assert simulator.inbox(channel.channel_id, aoi.line_user_id) == []
    assert not Reply.objects.exists()


def test_a_lost_answer_is_not_given_twice(tenant, channel, simulator, aoi):
    arrive(webhook(simulator.say(channel.channel_id, aoi.line_user_id, "連携解除")))
    simulator.lose_next_answers(1, "/v2/bot/message/reply")

    work(give_replies, tenant)
    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        work(give_replies, tenant)

    assert len(simulator.inbox(channel.channel_id, aoi.line_user_id)) == 1
    assert not Reply.objects.exists()


def test_a_client_without_a_channel_cannot_invite(tenant):
    with pytest.raises(NotConnected):
        services.invite(make_friend("aoi"))


def test_many_agreements_and_wishes_cost_few_queries(
    tenant, channel, simulator, django_assert_max_num_queries
):
    friends = make_followers(simulator, channel, 20)
    urls = attempts.invite(client_for(channel), friends)
    agreed = [account_link(friend, address) for friend, address in signed_in(urls, friends)]
    wishes = [unlink_wish(friend, minutes=1) for friend in friends]

    with django_assert_max_num_queries(20):
        arrive(*agreed)
    assert Link.objects.active().count() == 20

    with django_assert_max_num_queries(23):
        arrive(*wishes)
    assert not Link.objects.active().exists()


def signed_in(urls: dict[int, str], friends: list[Friend]) -> list[tuple[Friend, str]]:
    """Each friend with the dialog to which they are sent, as customers of their own."""
    customers = {friend: make_customer(birthday=BIRTHDAY) for friend in friends}
    return [
        (
            friend,
            proving.prove(
                proving.by_token(token_of(urls[friend.pk])),
                proving.by_details(own.number, BIRTHDAY),
                consent="Yes",
            ),
        )
        for friend, own in customers.items()
    ]
