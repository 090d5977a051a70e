"""Who agreed to ads, who does no longer, since when and how that is known. Each statement is kept."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import activity
from accounts.models import User
from adplatforms.handing import news
from adplatforms.models import AdAudienceEntry, AdConsent, Destination, Handover
from customers import erasing
from customers.merging import Part
from customers.models import Customer

How = AdConsent.How
UNKNOWN = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Statement:
    """That a customer agrees to ads, or does not; `at` is when they said so, None: it is not known."""

    customer_id: int
    is_given: bool
    at: datetime | None = None
    source: str = ""
    proof: str = ""


def of(customer: Customer) -> AdConsent | None:
    """What holds now; None: they were never asked, which is no consent."""
    return AdConsent.objects.filter(customer=customer).first()


def given_by(customers: Collection[int]) -> set[int]:
    """Which of these customers agree to ads now."""
    return {customer for customer, is_given in said_by(customers).items() if is_given}


def said_by(customers: Collection[int]) -> dict[int, bool]:
    """Whether each of these customers agrees now; who was never asked is not in it."""
    newest = AdConsent.objects.filter(customer__in=customers).order_by("customer_id", "-at", "-pk")
    return dict(newest.distinct("customer_id").values_list("customer_id", "is_given"))


@transaction.atomic
def state(
    customer: Customer,
    *,
    is_given: bool,
    how: str,
    source: str = "",
    proof: str = "",
    by: User | None,
) -> AdConsent:
    """What one customer says from now on. Saying the same again changes nothing."""
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    held = of(customer)
    if held and held.is_given == is_given:
        return held
    # A statement that was dated ahead of our clock does not outlast what is said now.
    at = max(timezone.now(), held.at) if held else timezone.now()
    [kept] = _keep([Statement(customer.pk, is_given, at, source, proof)], how, by)
    verb = "ad_consent.given" if is_given else "ad_consent.withdrawn"
    activity.record(verb, customer, by=by, how=how)
    return kept


@transaction.atomic
def take_in(statements: Iterable[Statement], *, how: str, by: User | None = None) -> int:
    """Keep what many customers said; how many said something new.

    Each holds from its own time on: one that is older than what is known of the customer changes nothing,
    and who has withdrawn is not overruled by a yes of unknown time.
    """
    now = timezone.now()
    in_order = sorted(statements, key=lambda each: each.at or (UNKNOWN if each.is_given else now))
    told = list({each.customer_id: each for each in in_order}.values())
    ids = [each.customer_id for each in told]
    list(Customer.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values("pk"))
    newest = AdConsent.objects.filter(customer__in=ids).order_by("customer_id", "-at", "-pk")
    known = {row.customer_id: row for row in newest.distinct("customer_id")}
    return len(_keep([each for each in told if _is_new(each, known.get(each.customer_id))], how, by))


def merge(into: Customer, gone: Customer, by: User | None) -> None:
    """What either said, what was told of either; the later word of both holds."""
    AdConsent.objects.filter(customer=gone).update(customer=into)
    _told_of(gone).update(customer_id=into.pk)
    kept = AdAudienceEntry.objects.filter(customer_id=into.pk).values_list("audience_id", "mark")
    twice = {(audience, bytes(mark)) for audience, mark in kept}
    for entry in AdAudienceEntry.objects.filter(customer_id=gone.pk):
        if (entry.audience_id, bytes(entry.mark)) in twice:
            entry.delete()
        else:
            AdAudienceEntry.objects.filter(pk=entry.pk).update(customer_id=into.pk, is_replaced=True)
    news.tell([into.pk])


def count(customer: Customer) -> int:
    return AdConsent.objects.filter(customer=customer).count()


PART = Part(_("Consents to ads"), merge, count)


@erasing.register
def forget(customer: Customer, by: User | None) -> None:
    """Whoever asks to be forgotten agrees to no ads; so the next removal file names what went out of them."""
    if of(customer):
        state(customer, is_given=False, how=How.ERASED, by=by)
    _told_of(customer).update(click_value="", click_name="")


def _told_of(customer: Customer) -> QuerySet[Handover]:
    """By destination, as the index has them."""
    destinations = list(Destination.objects.values_list("pk", flat=True))
    return Handover.objects.filter(destination__in=destinations, customer_id=customer.pk)


def _is_new(told: Statement, known: AdConsent | None) -> bool:
    if known is None or told.is_given == known.is_given:
        return known is None
    return told.at > known.at if told.at else not told.is_given


def _keep(statements: list[Statement], how: str, by: User | None) -> list[AdConsent]:
    rows = [
        AdConsent(
            customer_id=each.customer_id,
            is_given=each.is_given,
            at=each.at or timezone.now(),
            how=how,
            source=each.source[:200],
            proof=each.proof[:200],
            by_id=by.pk if by else None,
        )
        for each in statements
    ]
    kept = AdConsent.objects.bulk_create(rows)
    if kept:
        news.tell([each.customer_id for each in kept])
    return kept
