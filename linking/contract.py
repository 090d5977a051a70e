"""What a shop with pages of its own does with us: it tells who its customer is, or asks who signed in.

docs/linking.md describes it for those who build the shop.
"""

import base64
import secrets as random
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import board, current, secrets
from customers import numbers
from customers import services as customers
from customers.errors import CustomerErased
from customers.models import Customer
from linking import attempts, login, proving, returning, signed
from linking.attempts import LASTS, State
from linking.errors import BadNumber, LinkExpired, StateUnknown, StateUsed
from linking.models import Link, LinkAttempt, LinkSettings, hashed
from linking.proving import Opened

REGISTERING = timedelta(hours=1)  # for a new customer to fill in the shop's own form
STATE_PLACE = "linking.state"
Method = Link.Method


@dataclass(frozen=True)
class SignIn:
    """Who signed in with LINE at a shop. `customer` is whom they are linked to already, or None."""

    attempt: LinkAttempt
    customer: Customer | None
    name: str
    email: str


def customer_of(number: str) -> Customer:
    """The customer with this number; one that we do not know yet is made, its details may follow.

    Raises BadNumber, CustomerErased.
    """
    number = number.strip()
    if not number or len(number) > Customer.NUMBER_LENGTH or not number.isprintable():
        raise BadNumber
    found = numbers.find([number])
    if not found:
        customers.upsert_customers([{"number": number}])
        found = numbers.find([number])
    customer = Customer.objects.get(pk=found[number])
    if customer.erased_at:
        raise CustomerErased(number=number)
    return customer


@transaction.atomic
def open_session(
    customer: Customer, *, entry: str, variant: str = "", return_url: str = "", signature_hash: str = ""
) -> tuple[str, LinkAttempt]:
    """The address that leads the browser of this customer to LINE Login, and then to their link; for once."""
    key = random.token_urlsafe(24)
    now = timezone.now()
    attempt = LinkAttempt.objects.create(
        way=Method.LINE_LOGIN,
        customer=customer,
        entry=entry,
        variant=variant,
        return_url=return_url,
        handed_hash=hashed(key),
        signature_hash=signature_hash,
        started_at=now,
        expires_at=now + LASTS,
    )
    board.call("link_expiry", attempt.expires_at)
    return address("session/", key=key), attempt


def session(key: str) -> LinkAttempt:
    """A session whose address was not used yet. Raises LinkExpired."""
    waiting = LinkAttempt.objects.open(timezone.now()).select_related("customer")
    unused = waiting.filter(way=Method.LINE_LOGIN, state_hash=None, friend=None, customer__isnull=False)
    found = unused.filter(handed_hash=hashed(key)).first()
    if found is None or signed.is_used(found.signature_hash):
        raise LinkExpired(word=attempts.LINK_WORD)
    return found


@transaction.atomic
def take_session(key: str, *, consent: str, browser: str, bot_prompt: str = "", on_pc: bool = False) -> tuple:
    """Use a session's address up: where LINE's sign-in is, and the browser's word, as `login.begin`.

    `consent` is the text agreed to. Raises LinkExpired, NoLogin.
    """
    attempt = session(key)
    attempt = LinkAttempt.objects.select_for_update().get(pk=attempt.pk)
    if attempt.state_hash:
        raise LinkExpired(word=attempts.LINK_WORD)
    attempt.consent, attempt.consent_at = consent, timezone.now()
    return login.lead(attempt, browser=browser, bot_prompt=bot_prompt, on_pc=on_pc)


def shop_address(opened: Opened) -> str:
    """The shop's sign-in page, with a state for this attempt that serves once; "" if the shop has none."""
    page = LinkSettings.present().shop_sign_in_url
    if not page:
        return ""
    state = _state(opened.link_token)
    LinkAttempt.objects.filter(pk=opened.attempt.pk).update(handed_hash=hashed(state))
    return f"{page}{'&' if '?' in page else '?'}{urlencode({'state': state})}"


@transaction.atomic
def sign_in_at_shop(state: str, number: str, *, consent: str, consented_at: datetime | None) -> str:
    """Where the shop sends the browser of the customer who signed in on its pages.

    LINE's dialog makes sure that it is the friend who asked; after LINE Login or LIFF a page of ours does, by
    the browser. Raises StateUnknown, StateUsed, LinkExpired, BadNumber.
    """
    attempt = find(state, lock=True)
    if attempt.sealed_person is not None:  # a code of `hand_over`, which is another word
        raise StateUnknown
    if attempt.customer_id:
        raise StateUsed
    if attempt.friend_id is None or not attempt.is_open(timezone.now()):
        raise LinkExpired(word=attempts.LINK_WORD)
    attempt.customer, attempt.state = customer_of(number), State.SIGNED_IN
    attempt.consent, attempt.consent_at = consent, consented_at or timezone.now()
    attempt.save(update_fields=["customer", "state", "consent", "consent_at"])
    if link_token := _link_token(state):
        return attempts.dialog(attempt, link_token)
    return address("agree/", key=login.new_key(attempt))


def find(word: str, *, lock: bool = False) -> LinkAttempt:
    """The attempt that a word belongs to which the shop was handed. Raises StateUnknown."""
    rows = LinkAttempt.objects.select_for_update(of=["self"]) if lock else LinkAttempt.objects.all()
    found = rows.select_related("customer", "friend").filter(handed_hash=hashed(word)).first()
    if found is None:
        raise StateUnknown
    return found


def hand_over(attempt: LinkAttempt) -> str:
    """The way back to the shop after LINE Login, with a code that its server exchanges for who it was."""
    code = random.token_urlsafe(24)
    LinkAttempt.objects.filter(pk=attempt.pk).update(
        handed_hash=hashed(code), state_hash=None, expires_at=timezone.now() + LASTS
    )
    return returning.with_answer(attempt.return_url, code=code, state=attempt.shop_state)


@transaction.atomic
def exchange(code: str) -> SignIn:
    """Who signed in, once for each code, within ten minutes. Who is linked already has a customer.

    The shop then has an hour to say whose record it is. Raises StateUnknown, LinkExpired.
    """
    attempt = find(code, lock=True)
    if attempt.sealed_person is None or attempt.friend_id is None:
        raise StateUnknown
    if attempt.state != State.INVITED or attempt.expires_at <= timezone.now():
        raise LinkExpired(word=attempts.LINK_WORD)
    sealed = bytes(attempt.sealed_person)
    text = secrets.unseal(current.tenant().pk, login.person_place(attempt.pk), sealed)
    email, _newline, name = text.partition("\n")
    attempt.handed_hash = attempt.sealed_person = None
    attempt.expires_at = timezone.now() + REGISTERING
    attempt.save(update_fields=["handed_hash", "sealed_person", "expires_at"])
    board.call("link_expiry", attempt.expires_at)
    present = Link.objects.active().filter(friend=attempt.friend_id).select_related("customer").first()
    return SignIn(attempt, present.customer if present else None, name, email)


@transaction.atomic
def name_customer(pk: int, number: str, *, consent: str, consented_at: datetime | None) -> LinkAttempt:
    """Link who signed in to the shop's customer: one it had, or has just registered.

    Raises StateUnknown, StateUsed, LinkExpired, BadNumber.
    """
    rows = LinkAttempt.objects.select_for_update(of=["self"]).filter(
        pk=pk, way=Method.LINE_LOGIN, handed_hash=None, friend__isnull=False
    )
    attempt = rows.exclude(return_url="").first()
    if attempt is None:
        raise StateUnknown
    if attempt.state == State.LINKED:
        raise StateUsed
    if not attempt.is_open(timezone.now()):
        raise LinkExpired(word=attempts.LINK_WORD)
    attempt.customer = customer_of(number)
    attempt.consent, attempt.consent_at = consent, consented_at or timezone.now()
    attempt.save(update_fields=["customer", "consent", "consent_at"])
    proving.link(attempt)
    return attempt


def address(page: str = "", **query: str) -> str:
    """Of a page of ours for people."""
    path = f"{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}/link/{page}"
    return f"{settings.BASE_URL}/{path}" + (f"?{urlencode(query)}" if query else "")


def _state(link_token: str) -> str:
    """What nobody can guess or change. LINE's token goes along in it sealed, since we keep its hash alone."""
    sealed = secrets.seal(current.tenant().pk, STATE_PLACE, link_token)
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def _link_token(state: str) -> str:
    sealed = base64.urlsafe_b64decode(state + "=" * (-len(state) % 4))
    return secrets.unseal(current.tenant().pk, STATE_PLACE, sealed)
