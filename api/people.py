"""How a program names the people that an event is about."""

from collections.abc import Iterable

from customers.numbers import find
from customers.services import upsert_customers
from events.people import Name, register
from friends.models import Friend


def register_names() -> None:
    register(
        Name("friend", int, "friend_id", _existing),
        Name("line_user_id", str, "friend_id", _by_line_user_id),
        Name("customer", str, "customer_id", _by_number, _create),
    )


def _existing(numbers: Iterable[int]) -> dict[object, int]:
    return {pk: pk for pk in Friend.objects.filter(pk__in=numbers).values_list("pk", flat=True)}


def _by_line_user_id(ids: Iterable[str]) -> dict[object, int]:
    return dict(Friend.objects.filter(line_user_id__in=ids).values_list("line_user_id", "pk"))


def _by_number(numbers: Iterable[str]) -> dict[object, int]:
    return dict[object, int](find(numbers).items())


def _create(numbers: Iterable[str]) -> dict[object, int]:
    """Customers of whom nothing but the number is known; what can be no number is left out."""
    given = sorted(numbers)
    upsert_customers({"number": number} for number in given)
    return _by_number(given)
