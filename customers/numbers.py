"""Finding customers by the numbers that programs know them by, also those that were merged into others."""

from collections.abc import Iterable

from customers.models import Customer


def find(numbers: Iterable[str]) -> dict[str, int]:
    """Keys of the customers with these numbers."""
    return dict(Customer.objects.filter(number__in=list(numbers)).values_list("number", "pk"))
