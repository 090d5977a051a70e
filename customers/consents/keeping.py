"""Who agreed, who does no longer, since when and how that is known."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import activity
from accounts.models import User
from customers import merging, numbers
from customers.consents.models import Consent
from customers.models import Customer

C = TypeVar("C", bound=Consent)
LENGTH = 200  # of each word that says how it is known
PAGE, API, IMPORT = "page", "api", "import"  # `how`, in every model
UNKNOWN = datetime.min.replace(tzinfo=UTC)

Said = Mapping[str, Any]  # `customer`: their number, `agreed`, `at` if it is known, and the purpose's words


@dataclass(frozen=True)
class Statement:
    """That a customer agrees, or does not; `at` is when they said so, None: it is not known.

    `words` say how that is known, by the names that the purpose has for them.
    """

    customer_id: int
    is_given: bool
    at: datetime | None = None
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """Of how many customers something else holds now, and which numbers are nobody's."""

    changed: int
    unknown: set[str]


class Purpose(Generic[C]):
    """What customers agree to. `model` keeps what they said; each statement is a row.

    `name` stands in the activity log, as in `mail_consent.given`; `words` are the model's texts that say how
    it is known; `hear` is told, in the transaction, of which customers something else holds now.
    """

    def __init__(
        self,
        model: type[C],
        name: str,
        *,
        words: Sequence[str],
        hear: Callable[[list[int]], None] | None = None,
    ) -> None:
        self.model, self.name, self.words, self.hear = model, name, tuple(words), hear

    def of(self, customer: Customer) -> C | None:
        """What holds now; None: they were never asked, which is no consent."""
        return self.said_of(customer).first()

    def said_of(self, customer: Customer) -> QuerySet[C]:
        """Each statement that is kept, newest first."""
        return self._rows().filter(customer=customer)

    def given_by(self, customers: Collection[int]) -> set[int]:
        """Which of these customers agree now."""
        return {customer for customer, is_given in self.said_by(customers).items() if is_given}

    def said_by(self, customers: Collection[int]) -> dict[int, bool]:
        """Whether each of these customers agrees now; who was never asked is not in it."""
        return dict(self._newest(customers).values_list("customer_id", "is_given"))

    def count(self, customer: Customer) -> int:
        return self.said_of(customer).count()

    @transaction.atomic
    def state(self, customer: Customer, *, is_given: bool, how: str, by: User | None, **words: str) -> C:
        """What one customer says from now on. Saying the same again changes nothing; a no is kept again, so
        that no yes from in between undoes it.
        """
        Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
        held = self.of(customer)
        if held and held.is_given and is_given:
            return held
        # A statement that was dated ahead of our clock does not outlast what is said now.
        at = max(timezone.now(), held.at) if held else timezone.now()
        [kept] = self._keep([Statement(customer.pk, is_given, at, words)], how, by)
        if held and held.is_given == is_given:
            return kept
        self._tell([customer.pk])
        activity.record(f"{self.name}.{'given' if is_given else 'withdrawn'}", customer, by=by, how=how)
        return kept

    @transaction.atomic
    def take_in_by_number(self, said: Sequence[Said], *, how: str, by: User | None = None) -> Taken:
        """`take_in` of customers by the numbers that others know them by; those of nobody are left out."""
        merging.hold_off()
        known = numbers.find(each["customer"] for each in said)
        statements = [
            Statement(
                known[each["customer"]],
                each["agreed"],
                each.get("at"),
                {name: each.get(name, "") for name in self.words},
            )
            for each in said
            if each["customer"] in known
        ]
        changed = self.take_in(statements, how=how, by=by)
        return Taken(changed, {each["customer"] for each in said} - known.keys())

    @transaction.atomic
    def take_in(self, statements: Iterable[Statement], *, how: str, by: User | None = None) -> int:
        """Keep what many customers said; of how many something else holds now.

        Each holds from its own time on: one that is older than what is known of the customer changes nothing,
        and who has withdrawn is not overruled by a yes of unknown time, or of the same: files know only days.
        """
        now = timezone.now()
        in_order = sorted(
            statements,
            key=lambda each: (each.at or (UNKNOWN if each.is_given else now), not each.is_given),
        )
        told = {each.customer_id: each for each in in_order}
        rows = Customer.objects.select_for_update(no_key=True).filter(pk__in=told)
        list(rows.order_by("pk").values("pk"))
        known = {row.customer_id: row for row in self._newest(told)}
        new = [each for each in told.values() if _outdoes(each, known.get(each.customer_id))]
        self._keep([_dated(each, known.get(each.customer_id)) for each in new], how, by)
        before = {customer: row.is_given for customer, row in known.items()}
        changed = [each.customer_id for each in new if before.get(each.customer_id) != each.is_given]
        self._tell(changed)
        return len(changed)

    def move(self, into: Customer, gone: Customer) -> None:
        """What either said is of the one that stays; the later word of both holds."""
        self.said_of(gone).update(customer=into)

    def _rows(self) -> QuerySet[C]:
        return self.model._default_manager.all()

    def _newest(self, customers: Collection[int]) -> QuerySet[C]:
        rows = self._rows().filter(customer__in=customers)
        return rows.order_by("customer_id", "-at", "-pk").distinct("customer_id")

    def _keep(self, statements: list[Statement], how: str, by: User | None) -> list[C]:
        rows = [
            self.model(
                customer_id=each.customer_id,
                is_given=each.is_given,
                at=each.at,
                how=how,
                by_id=by.pk if by else None,
                **{name: word[:LENGTH] for name, word in each.words.items()},
            )
            for each in statements
        ]
        return self._rows().bulk_create(rows)

    def _tell(self, changed: list[int]) -> None:
        if changed and self.hear:
            self.hear(changed)


def _outdoes(told: Statement, known: Consent | None) -> bool:
    """Whether it is to be kept. A no said again later is, so that no yes from in between undoes it."""
    if known is None:
        return True
    if told.at and told.at != known.at:
        return told.at > known.at and not (told.is_given and known.is_given)
    return known.is_given and not told.is_given


def _dated(told: Statement, known: Consent | None) -> Statement:
    """One of unknown time holds from now on, also over one that was dated ahead of our clock."""
    if told.at:
        return told
    return replace(told, at=max(timezone.now(), known.at) if known else timezone.now())
