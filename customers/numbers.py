"""Finding customers by the numbers that programs know them by, also those that were merged into others."""

from collections.abc import Iterable

from django.db import connection

from customers.models import Customer, CustomerAlias

# One array in place of a parameter for each number: programs ask for hundreds with every request.
FIND = "SELECT number, id FROM customers_customer WHERE number = ANY(%s)"


def find(numbers: Iterable[str]) -> dict[str, int]:
    """Keys of the customers with these numbers, by number; a number from before a merge finds what is left.

    A second query is made only for numbers that are nobody's at present.
    """
    sought = set(numbers)
    with connection.cursor() as cursor:
        cursor.execute(FIND, [list(sought)])
        found = dict(cursor.fetchall())
    if rest := sought - found.keys():
        former = CustomerAlias.objects.filter(number__in=rest)
        found |= dict(former.values_list("number", "customer_id"))
    return found


def get(number: str) -> Customer | None:
    """The customer of a number, or who took its place."""
    found = Customer.objects.filter(number=number).first()
    return found or Customer.objects.filter(aliases__number=number).first()


def present(numbers: Iterable[str]) -> dict[str, str]:
    """For those of the numbers that were merged: the number of the customer they are now."""
    former = CustomerAlias.objects.filter(number__in=list(numbers))
    return dict(former.values_list("number", "customer__number"))
