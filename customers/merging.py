"""Two records of one person become one. Apps further right move what is theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import activity, board
from accounts.models import User
from customers import contacts, holding, services
from customers.errors import CustomerErased, NoSuchCustomer, SameCustomer
from customers.models import Customer, CustomerAlias
from events import versions
from events.models import Event

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LATECOMERS = timedelta(minutes=2)  # whoever looked up the old number before the merge has written by then
WORK = "customer_merges"
# Who writes what customers have holds this together with others, who merges customers alone.
TOGETHER = "SELECT pg_advisory_xact_lock_shared(hashtext('customer_merges'), hashtext(current_schema()))"
ALONE = "SELECT pg_advisory_xact_lock(hashtext('customer_merges'), hashtext(current_schema()))"


@dataclass(frozen=True)
class Part:
    """What belongs to customers and moves with a merge, such as orders.

    `move(into, gone, by)` does it in the caller's transaction, which holds both rows; afterwards the row of
    `gone` is deleted, so nothing may point at it any more. `count` says how many a customer has, for the
    preview.
    """

    label: "StrOrPromise"
    move: Callable[[Customer, Customer, User | None], None]
    count: Callable[[Customer], int] | None = None


_parts: list[Part] = []


def register(part: Part) -> None:
    _parts.append(part)


def all_parts() -> list[Part]:
    return list(_parts)


def preview(gone: Customer) -> "list[tuple[StrOrPromise, int]]":
    """What would move, in words, and how many of it."""
    counted = [(part.label, part.count(gone)) for part in _parts if part.count]
    return [(_("Events"), Event.objects.filter(customer_id=gone.pk).count()), *counted]


def hold_off() -> None:
    """Have nobody merged until the transaction ends. Call it before locking rows that move with a merge.

    A merge locks customers and then what they have; an order locks itself and then its customer's totals.
    """
    with connection.cursor() as cursor:
        cursor.execute(TOGETHER)


@transaction.atomic
def merge(into: Customer, gone: Customer, *, by: User | None = None) -> Customer:
    """Make two customers one, and answer with it. What `into` knows wins; its gaps are filled.

    The number of `gone` stays known as a former one: late news by it reaches `into`. Merging again changes
    nothing. Raises SameCustomer, NoSuchCustomer, CustomerErased.
    """
    holding.before({into.pk, gone.pk})
    services.alone()
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
    if into.pk == gone.pk:
        raise SameCustomer
    if CustomerAlias.objects.filter(number=gone.number, customer=into).exists():
        return Customer.objects.get(pk=into.pk)
    into, gone = _locked(into, gone)
    _fill_gaps(into, gone)
    _move_events(
        gone.pk, into.pk
    )  # events first, then links, as whoever ties a link: neither waits crosswise
    for part in _parts:
        part.move(into, gone, by)
    _remember(into, gone, by)
    gone.delete()
    activity.record("customer.merged", into, by=by, gone=gone.number)
    versions.touch("customers", customers=[into.pk])
    board.call(WORK, timezone.now() + LATECOMERS)
    return into


def settle() -> None:
    """Move events that were still written for a customer while it was being merged."""
    seen = board.version(WORK)
    latest = timezone.now() - 10 * LATECOMERS
    for alias in CustomerAlias.objects.filter(merged_at__gte=latest):
        with transaction.atomic():
            _move_events(alias.former_id, alias.customer_id)
    board.settle(WORK, None, seen=seen)


def _locked(into: Customer, gone: Customer) -> tuple[Customer, Customer]:
    rows = Customer.objects.select_for_update().filter(pk__in=[into.pk, gone.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    for each in (into, gone):
        if each.pk not in found:
            raise NoSuchCustomer(number=each.number)
        if found[each.pk].erased_at:
            raise CustomerErased(number=each.number)
    return found[into.pk], found[gone.pk]


def _fill_gaps(into: Customer, gone: Customer) -> None:
    into.name = into.name or gone.name
    into.birthday = into.birthday or gone.birthday
    into.attributes = gone.attributes | into.attributes
    contacts.take_over(into, gone)
    into.save()


def _remember(into: Customer, gone: Customer, by: User | None) -> None:
    CustomerAlias.objects.filter(customer=gone).update(customer=into)
    CustomerAlias.objects.create(
        number=gone.number,
        customer=into,
        former_id=gone.pk,
        merged_by_id=by.pk if by else None,
        merged_at=timezone.now(),
    )


def _move_events(former: int, present: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH moved AS (UPDATE events_event SET customer_id = %s WHERE customer_id = %s RETURNING type)"
            " SELECT DISTINCT type FROM moved",
            [present, former],
        )
        types = [type_ for (type_,) in cursor.fetchall()]
    versions.touch(*(f"events:{type_}" for type_ in types), customers=[former, present])
