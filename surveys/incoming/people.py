"""Who the people of a file are: friends, customers, or nobody we know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from customers import contacts, digests, numbers
from customers.models import Customer
from friends.models import Friend
from linking.models import Link

KINDS = ("line_user_id", "friend", "customer", "email", "phone", "email_sha256", "phone_sha256")


@dataclass(frozen=True)
class Person:
    friend: int | None = None
    customer: int | None = None

    @property
    def is_known(self) -> bool:
        return self.friend is not None or self.customer is not None


def find(given: Sequence[dict[str, str]]) -> list[Person]:
    """The person of each row, by what it tells in plain form; in a few queries however many rows.

    LINE's user ID counts before the others. A contact that several customers have names none of them.
    """
    friends = _friends(given)
    customers = _customers(given)
    links = Link.objects.filter(unlinked_at=None)
    of_friend = dict(links.filter(friend__in=set(friends.values())).values_list("friend", "customer"))
    of_customer = dict(links.filter(customer__in=set(customers.values())).values_list("customer", "friend"))
    return [_person(row, friends, customers, of_friend, of_customer) for row in given]


def _person(
    row: dict[str, str],
    friends: dict[tuple[str, str], int],
    customers: dict[tuple[str, str], int],
    of_friend: dict[int, int],
    of_customer: dict[int, int],
) -> Person:
    friend = next((friends[each] for each in row.items() if each in friends), None)
    if friend is not None:
        return Person(friend, of_friend.get(friend))
    customer = next(
        (customers[kind, row[kind]] for kind in KINDS if (kind, row.get(kind, "")) in customers), None
    )
    return Person(of_customer.get(customer) if customer else None, customer)


def _friends(given: Iterable[dict[str, str]]) -> dict[tuple[str, str], int]:
    users = _told(given, "line_user_id")
    rows = Friend.objects.filter(line_user_id__in=users).values_list("line_user_id", "pk")
    found = {("line_user_id", user): pk for user, pk in rows}
    own = [int(number) for number in _told(given, "friend")]
    known = Friend.objects.filter(pk__in=own).values_list("pk", flat=True)
    return found | {("friend", str(pk)): pk for pk in known}


def _customers(given: Iterable[dict[str, str]]) -> dict[tuple[str, str], int]:
    found = {("customer", number): pk for number, pk in numbers.find(_told(given, "customer")).items()}
    for kind in ("email", "phone"):
        found |= {(kind, plain): pk for plain, pk in _by_contact(kind, sorted(_told(given, kind))).items()}
        hashed = f"{kind}_sha256"
        found |= {(hashed, each): pk for each, pk in digests.find(kind, _told(given, hashed)).items()}
    return found


def _by_contact(kind: str, plain: list[str]) -> dict[str, int]:
    hashes = {
        sealed.hash: each
        for each, sealed in zip(plain, contacts.seal(kind, [("", p) for p in plain]), strict=True)
    }
    rows = Customer.objects.filter(**{f"{kind}_hash__in": list(hashes)}).values_list(f"{kind}_hash", "pk")
    found: dict[str, list[int]] = {}
    for hashed, pk in rows:
        found.setdefault(hashes[bytes(hashed)], []).append(pk)
    return {each: pks[0] for each, pks in found.items() if len(pks) == 1}


def _told(given: Iterable[dict[str, str]], kind: str) -> set[str]:
    return {row[kind] for row in given if row.get(kind)}
