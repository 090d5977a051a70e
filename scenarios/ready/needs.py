"""What a ready-made scenario asks of the client's data, and whether it is there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coupons.models import Coupon
from customers.models import Customer
from events import types
from library.models import LineCoupon
from linking.models import Link
from shops.models import Order, Product

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# One look into an index for each type, however many events there are.
RECEIVED = """
SELECT asked.type FROM unnest(%s::text[]) AS asked (type)
WHERE EXISTS (SELECT FROM events_event event WHERE event.type = asked.type)"""
LONG = timedelta(days=180)


@dataclass(frozen=True)
class Answer:
    """Whether it is there, what it is, and what to do if it is not (`advice`; `url_name`: where)."""

    is_met: bool
    words: str
    advice: str = ""
    url_name: str = ""


@dataclass(frozen=True)
class Events:
    """One of these types of events has been received."""

    types: tuple[str, ...]

    def answer(self, known: "Known") -> Answer:
        labels = known.labels
        named = " / ".join(f"{labels.get(name, name)} ({name})" for name in self.types)
        if known.received & set(self.types):
            return Answer(True, _("Events: %(names)s") % {"names": named})
        told = {"names": " / ".join(self.types)}
        return Answer(
            False,
            _("Events: %(names)s") % {"names": named},
            _("No %(names)s event received yet. Your shop sends it by connection, API or file.") % told,
            "connections",
        )


@dataclass(frozen=True, eq=False)
class Fact:
    """Something that one question to the database tells."""

    words: "StrOrPromise"
    advice: "StrOrPromise"
    url_name: str
    holds: Callable[[], bool]

    def answer(self, known: "Known") -> Answer:
        is_met = known.holds(self)
        return Answer(is_met, str(self.words), "" if is_met else str(self.advice), self.url_name)


Need = Events | Fact


class Known:
    """What the client has, each thing asked for once, and only when it is."""

    def __init__(self, needs: Iterable[Need]) -> None:
        self._types = {name for need in needs if isinstance(need, Events) for name in need.types}
        self._facts: dict[Fact, bool] = {}

    @cached_property
    def labels(self) -> dict[str, str]:
        """Words for types of events."""
        return types.labels(self._types)

    @cached_property
    def received(self) -> set[str]:
        """Types of which there is an event."""
        with connection.cursor() as cursor:
            cursor.execute(RECEIVED, [sorted(self._types)])
            return {name for (name,) in cursor.fetchall()}

    def holds(self, fact: Fact) -> bool:
        if fact not in self._facts:
            self._facts[fact] = fact.holds()
        return self._facts[fact]


LINKED = Fact(
    gettext_lazy("Friends who are linked"),
    gettext_lazy(
        "Nobody is linked yet. What customers do reaches only those who have linked their LINE account."
    ),
    "id_links",
    lambda: Link.objects.active().exists(),
)
PRODUCTS = Fact(
    gettext_lazy("Products with picture, price and page"),
    gettext_lazy("No product has a picture and a page yet. Load your products by connection, API or file."),
    "products",
    lambda: Product.objects.exclude(picture_url="").exclude(page_url="").exists(),
)
COUPON = Fact(
    gettext_lazy("A coupon that is running, of your own or of LINE’s"),
    gettext_lazy(
        "No running coupon yet. Make one of your own and start it, or load those of LINE Official Account "
        "Manager."
    ),
    "own_coupons",
    lambda: LineCoupon.objects.open(timezone.now()).exists() or Coupon.objects.running().exists(),
)
ENDING_COUPON = Fact(
    gettext_lazy("A coupon of your own that is running and has an end"),
    gettext_lazy("No running coupon has an end yet: an end of its own, or days after getting it."),
    "own_coupons",
    lambda: Coupon.objects.running().ending().exists(),
)
BIRTHDAYS = Fact(
    gettext_lazy("Customers’ birthdays"),
    gettext_lazy("No customer has a birthday yet. It comes with customers by file, API or connection."),
    "customers",
    lambda: Customer.objects.filter(birthday__isnull=False).exists(),
)
HISTORY = Fact(
    gettext_lazy("Orders of at least half a year"),
    gettext_lazy(
        "Older orders are missing. Load those of the last year as a file, so that it is known who is silent."
    ),
    "orders",
    lambda: Order.objects.filter(placed_at__lte=timezone.now() - LONG).exists(),
)


def answers(needs: Iterable[Need], known: Known) -> list[Answer]:
    return [need.answer(known) for need in needs]
