"""Six digits to the address in the client's books: who can read them is that customer.

Whether an address or number is known is never told: the page says the same, and the same is counted.
"""

import hmac
import logging
import secrets as random
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import board, current, secrets
from customers import contacts
from customers.models import Customer
from friends.models import Friend
from imports.kinds import Unfit
from linking.errors import CodesTooOften
from linking.models import LinkAttempt, MailedCode, code_place
from linking.proving import Opened, spellings

logger = logging.getLogger(__name__)
KIND = "link_codes"  # on the work board
LASTS = timedelta(minutes=10)
AGAIN = timedelta(seconds=20)
TRIES = 5  # for one code
MOST_FOR_ATTEMPT = 3
MOST_FOR_FRIEND_A_DAY = 10
MOST_FOR_CUSTOMER_AN_HOUR = 5


@transaction.atomic
def ask(opened: Opened, who: str) -> None:
    """Have a code mailed to whose number or address this is; it replaces one asked for before.

    The mail leaves a moment later, by the work board. Raises CodesTooOften.
    """
    attempt = LinkAttempt.objects.select_for_update().get(pk=opened.attempt.pk)
    assert attempt.friend_id
    Friend.objects.select_for_update(no_key=True).get(pk=attempt.friend_id)  # counted one after the other
    now = timezone.now()
    _check_pace(attempt, now)
    customer = _customer(who)
    if customer:
        Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if customer and _asked(now - timedelta(hours=1), customer=customer) >= MOST_FOR_CUSTOMER_AN_HOUR:
        customer = None
    code = f"{random.randbelow(1_000_000):06}"
    sealed = secrets.seal(current.tenant().pk, code_place(attempt.pk), code)
    MailedCode.objects.filter(attempt=attempt).update(due_at=None, sealed_code=None)
    MailedCode.objects.create(
        attempt=attempt,
        customer=customer,
        code_hash=_hashed(attempt, code),
        sealed_code=sealed if customer else None,
        language=translation.get_language() or "ja",
        asked_at=now,
        due_at=now if customer else None,
    )
    if not opened.link_token:  # LINE's own ten minutes cannot be prolonged
        LinkAttempt.objects.filter(pk=attempt.pk).update(expires_at=now + LASTS)
        board.call("link_expiry", now + LASTS)
    board.call(KIND)


def is_asked(attempt: LinkAttempt) -> bool:
    """Whether a code is to be entered on this attempt's page."""
    return MailedCode.objects.filter(attempt=attempt, asked_at__gt=timezone.now() - LASTS).exists()


def by_code(code: str) -> Callable[[LinkAttempt], Customer | None]:
    """Whose address the newest code went to, if it is this one."""
    return lambda attempt: _whose(attempt, code)


def send_due() -> None:
    """Mail the codes that wait; what cannot leave is tried again while the code is good."""
    seen = board.version(KIND)
    MailedCode.objects.filter(asked_at__lt=timezone.now() - LASTS).update(due_at=None, sealed_code=None)
    for row in MailedCode.objects.filter(due_at__lte=timezone.now()).select_related("customer")[:100]:
        _send(row)
    following = MailedCode.objects.filter(due_at__isnull=False).order_by("due_at")
    board.settle(KIND, following.values_list("due_at", flat=True).first(), seen=seen)


def _check_pace(attempt: LinkAttempt, now: datetime) -> None:
    of_attempt = _asked(now - timedelta(days=1), attempt=attempt)
    of_friend = _asked(now - timedelta(days=1), attempt__friend=attempt.friend_id)
    if of_attempt >= MOST_FOR_ATTEMPT or of_friend >= MOST_FOR_FRIEND_A_DAY:
        raise CodesTooOften


def _asked(since: datetime, **of: object) -> int:
    return MailedCode.objects.filter(asked_at__gt=since, **of).count()


def _customer(who: str) -> Customer | None:
    """The one customer with an address whose number or address this is."""
    found = _by_address(who) if "@" in who else list(Customer.objects.filter(number__in=spellings(who)))
    with_address = [customer for customer in found if contacts.email_of(customer)]
    return with_address[0] if len(with_address) == 1 else None


def _by_address(address: str) -> list[Customer]:
    try:
        return contacts.find_by_email(address)
    except Unfit:
        return []


def _whose(attempt: LinkAttempt, code: str) -> Customer | None:
    fresh = MailedCode.objects.filter(attempt=attempt, asked_at__gt=timezone.now() - LASTS)
    row = fresh.select_related("customer").order_by("-pk").first()
    if row is None or row.tries >= TRIES:
        return None
    row.tries += 1
    row.save(update_fields=["tries"])
    plain = "".join(each for each in max(spellings(code), key=str.isascii) if each not in " -")
    is_right = hmac.compare_digest(row.code_hash, _hashed(attempt, plain))
    return row.customer if is_right else None


def _hashed(attempt: LinkAttempt, code: str) -> str:
    """Keyed: of six digits, a plain hash could be looked up."""
    key = secrets.derive(current.tenant().pk, "linking.codes")
    return hmac.digest(key, f"{attempt.pk}:{code}".encode(), "sha256").hex()


def _send(row: MailedCode) -> None:
    claimed = MailedCode.objects.filter(pk=row.pk, due_at=row.due_at)
    if not claimed.update(due_at=timezone.now() + AGAIN) or row.customer is None or row.sealed_code is None:
        return
    code = secrets.unseal(current.tenant().pk, code_place(row.attempt_id), bytes(row.sealed_code))
    try:
        _mail(contacts.email_of(row.customer), code, row.language)
    except (smtplib.SMTPException, OSError) as error:
        logger.warning("linking.code_not_mailed", extra={"code": row.pk, "reason": type(error).__name__})
        return
    MailedCode.objects.filter(pk=row.pk).update(due_at=None, sealed_code=None)


def _mail(address: str, code: str, language: str) -> None:
    client = current.tenant().name
    with translation.override(language):
        subject = _("%(client)s: your code is %(code)s") % {"client": client, "code": code}
        text = render_to_string("linking/code.txt", {"client": client, "code": code})
    send_mail(" ".join(subject.split()), text, None, [address])
