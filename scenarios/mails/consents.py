"""Who agreed to mails, who does no longer, since when and how that is known. Each statement is kept."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import activity
from accounts.models import User
from customers.merging import Part
from customers.models import Customer
from scenarios.models import MailConsent, MailSend

How = MailConsent.How


@dataclass(frozen=True)
class Statement:
    """That a customer agrees to mails, or does not; `at` is when they said so, None: it is not known."""

    customer_id: int
    is_given: bool
    at: datetime | None = None
    note: str = ""


def of(customer: Customer) -> MailConsent | None:
    """What holds now; None: they were never asked, which is no consent."""
    return MailConsent.objects.filter(customer=customer).first()


def given_by(customers: Collection[int]) -> set[int]:
    """Which of these customers agree to mails now."""
    newest = MailConsent.objects.filter(customer__in=customers).order_by("customer_id", "-at", "-pk")
    rows = newest.distinct("customer_id").values_list("customer_id", "is_given")
    return {customer for customer, is_given in rows if is_given}


@transaction.atomic
def state(customer: Customer, *, is_given: bool, how: str, note: str = "", by: User | None) -> MailConsent:
    """What one customer says from now on. Saying the same again changes nothing."""
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    held = of(customer)
    if held and held.is_given == is_given:
        return held
    told = Statement(customer.pk, is_given, timezone.now(), note)
    [kept] = _keep([told], how, by)
    verb = "mail_consent.given" if is_given else "mail_consent.withdrawn"
    activity.record(verb, customer, by=by, how=how)
    return kept


@transaction.atomic
def take_in(statements: Iterable[Statement], *, how: str, by: User | None = None) -> int:
    """Keep what many customers said; how many said something new.

    Each holds from its own time on: one that is older than what is known of the customer changes nothing,
    and who does not want mails any more is not overruled by a yes of unknown time.
    """
    in_order = sorted(statements, key=lambda each: each.at or timezone.now())
    told = list({each.customer_id: each for each in in_order}.values())
    ids = [each.customer_id for each in told]
    list(Customer.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values("pk"))
    newest = MailConsent.objects.filter(customer__in=ids).order_by("customer_id", "-at", "-pk")
    known = {row.customer_id: row for row in newest.distinct("customer_id")}
    return len(_keep([each for each in told if _is_new(each, known.get(each.customer_id))], how, by))


def merge(into: Customer, gone: Customer, by: User | None) -> None:
    """What either said, and what either was sent; the later word of both holds."""
    MailConsent.objects.filter(customer=gone).update(customer=into)
    MailSend.objects.filter(customer_id=gone.pk).update(customer_id=into.pk)


def count(customer: Customer) -> int:
    return MailConsent.objects.filter(customer=customer).count()


PART = Part(_("Consents to mails"), merge, count)


def _is_new(told: Statement, known: MailConsent | None) -> bool:
    if known is None or told.is_given == known.is_given:
        return known is None
    return told.at > known.at if told.at else not told.is_given


def _keep(statements: list[Statement], how: str, by: User | None) -> list[MailConsent]:
    rows = [
        MailConsent(
            customer_id=each.customer_id,
            is_given=each.is_given,
            at=each.at or timezone.now(),
            how=how,
            note=each.note[:200],
            by_id=by.pk if by else None,
        )
        for each in statements
    ]
    return MailConsent.objects.bulk_create(rows)
