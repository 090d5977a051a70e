"""Showing which customer one is: number and birthday, a code by e-mail, or the shop's own sign-in.

The friend is known already, by the link token that LINE gave for them, by LINE Login or by LIFF. What is
shown here ends in LINE's dialog for a link token, and in the link itself for the others.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from customers.models import Customer
from friends.models import Friend
from linking import attempts, bonds, browsers
from linking.attempts import LINK_WORD, Failure, State
from linking.bonds import Bond
from linking.errors import LinkExpired, OtherBrowser, TooManyTries, WrongDetails
from linking.models import LinkAttempt, hashed

WRONG_TRIES = 5  # for one attempt
WRONG_TRIES_A_DAY = 15  # for one friend, who can begin any number of attempts


@dataclass(frozen=True)
class Opened:
    """An attempt whose page is open. `link_token` is LINE's, "" where the friend is known by a sign-in."""

    attempt: LinkAttempt
    link_token: str = ""


def by_token(link_token: str) -> Opened:
    """Raises LinkExpired."""
    return Opened(attempts.open_attempt(link_token), link_token)


def by_key(key: str, browser: str) -> Opened:
    """What began with a sign-in in this very browser. Raises LinkExpired, OtherBrowser."""
    known = LinkAttempt.objects.open(timezone.now()).filter(friend__isnull=False)
    found = known.select_related("customer").filter(state_hash=hashed(key)).first()
    if found is None:
        raise LinkExpired(word=LINK_WORD)
    if not browsers.is_of(found, browser):
        raise OtherBrowser
    return Opened(found)


def is_done(key: str, browser: str) -> bool:
    """Whether the link was made already, in this very browser: a button tapped twice, or the way back."""
    found = LinkAttempt.objects.filter(state_hash=hashed(key), state=State.LINKED).first()
    return found is not None and browsers.is_of(found, browser)


def by_details(number: str, birthday: date) -> Callable[[LinkAttempt], Customer | None]:
    """Who has this number and birthday. The number may be typed with the digits of a Japanese keyboard."""
    numbers = spellings(number)
    return lambda attempt: Customer.objects.filter(number__in=numbers, birthday=birthday).first()


def prove(opened: Opened, find: Callable[[LinkAttempt], Customer | None], *, consent: str) -> str:
    """Where to send somebody who has shown who they are; "" if they are linked now.

    `find` tells the customer, or None for wrong details, which count. `consent` is the text they agreed to.
    Raises LinkExpired, WrongDetails, TooManyTries.
    """
    with transaction.atomic():
        attempt = _locked(opened.attempt)
        tries_left = _tries_left(attempt)
        customer = find(attempt) if tries_left > 0 else None
        if customer is None:
            _note_wrong_try(attempt, is_last=tries_left <= 1)
        else:
            return _accept(opened, attempt, customer, consent)
    raise WrongDetails if tries_left > 1 else TooManyTries  # the wrong try above is committed by now


def agree(opened: Opened, *, consent: str) -> None:
    """Link the customer for whom the shop has answered. Raises LinkExpired."""
    with transaction.atomic():
        attempt = _locked(opened.attempt)
        if attempt.customer is None:
            raise LinkExpired(word=LINK_WORD)
        _accept(Opened(attempt), attempt, attempt.customer, consent)


def link(attempt: LinkAttempt) -> None:
    """Tie the two of a complete attempt. In the caller's transaction, which has its row."""
    assert attempt.friend_id
    assert attempt.customer_id
    attempt.state, attempt.ended_at, attempt.sealed_person = State.LINKED, timezone.now(), None
    attempt.save(update_fields=["state", "ended_at", "sealed_person"])
    bonds.tie(
        [
            Bond(
                friend_id=attempt.friend_id,
                customer_id=attempt.customer_id,
                at=attempt.ended_at,
                method=attempt.way,
                consent=attempt.consent,
                consent_at=attempt.consent_at,
                entry=attempt.entry,
                variant=attempt.variant,
                until=attempt.withdrawn_at,
            )
        ]
    )


def fail(attempt: LinkAttempt, failure: LinkAttempt.Failure) -> None:
    """Nothing comes of it any more."""
    unfinished = LinkAttempt.objects.unfinished().filter(pk=attempt.pk)
    unfinished.update(
        state=State.FAILED, failure=failure, ended_at=timezone.now(), sealed_person=None, code_verifier=""
    )


def spellings(text: str) -> set[str]:
    """As typed, and with full-width letters and digits made plain."""
    return {text.strip(), unicodedata.normalize("NFKC", text).strip()}


def _locked(attempt: LinkAttempt) -> LinkAttempt:
    rows = LinkAttempt.objects.select_for_update(of=["self"]).select_related("customer")
    found = rows.open(timezone.now()).filter(pk=attempt.pk).first()
    if found is None:
        raise LinkExpired(word=LINK_WORD)
    return found


def _accept(opened: Opened, attempt: LinkAttempt, customer: Customer, consent: str) -> str:
    attempt.state, attempt.customer = State.SIGNED_IN, customer
    attempt.consent, attempt.consent_at = consent, timezone.now()
    attempt.save(update_fields=["state", "customer", "consent", "consent_at"])
    if opened.link_token:
        return attempts.dialog(attempt, opened.link_token)
    link(attempt)
    return ""


def _tries_left(attempt: LinkAttempt) -> int:
    """Counted one after the other for a friend, who may have several attempts open at once."""
    assert attempt.friend_id
    Friend.objects.select_for_update(no_key=True).get(pk=attempt.friend_id)
    today = LinkAttempt.objects.filter(friend=attempt.friend_id, started_at__gt=timezone.now() - timedelta(1))
    wrong_today = today.aggregate(total=Sum("wrong_tries"))["total"]
    return min(WRONG_TRIES - attempt.wrong_tries, WRONG_TRIES_A_DAY - wrong_today)


def _note_wrong_try(attempt: LinkAttempt, *, is_last: bool) -> None:
    attempt.wrong_tries += 1
    if is_last:
        attempt.state, attempt.failure, attempt.ended_at = State.FAILED, Failure.WRONG_DETAILS, timezone.now()
    attempt.save(update_fields=["wrong_tries", "state", "failure", "ended_at"])
