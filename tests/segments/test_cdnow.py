"""Twenty questions to a real history of purchases, answered by segments and by plain Python."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
import time_machine
from django_tenants.utils import tenant_context

from friends.models import Friend
from segments import rfm, services
from segments.rfm import Bounds
from tests.cdnow import LAST_DAY, Cdnow, Purchase

EVENING = datetime.fromisoformat(f"{LAST_DAY}T21:00:00+09:00")
BOUNDS = Bounds(365, [30, 60, 120, 240], [2, 3, 5, 8], [20, 50, 100, 200])
History = list[Purchase]
Question = tuple[str, dict, Callable[[History], bool]]


@pytest.fixture
def shop(db, cdnow) -> Iterator[Cdnow]:
    """The client with all purchases, on the evening of their last day."""
    with tenant_context(cdnow.tenant), time_machine.travel(EVENING, tick=False):
        rfm.change(BOUNDS)
        yield cdnow


def ago(purchase: Purchase) -> int:
    return (LAST_DAY - purchase.day).days


def lately(history: History, most: int, least: int = 0) -> History:
    return [purchase for purchase in history if least <= ago(purchase) <= most]


def between(history: History, since: str, until: str) -> History:
    return [each for each in history if date.fromisoformat(since) <= each.day <= date.fromisoformat(until)]


def spent(history: History) -> Decimal:
    return sum((purchase.amount for purchase in history), Decimal(0))


def discs(history: History) -> int:
    return sum(purchase.discs for purchase in history)


def days(history: History) -> list[date]:
    """Each day of a purchase once, in order."""
    return sorted({purchase.day for purchase in history})


def gaps(history: History) -> list[int]:
    return [(later - earlier).days for earlier, later in pairwise(days(history))]


def used_up_in(history: History, days_each: int) -> int:
    """Days from today until the discs of the last day are heard, so many days each."""
    last = history[-1].day
    bought = discs([purchase for purchase in history if purchase.day == last])
    return (last + timedelta(days=bought * days_each) - LAST_DAY).days


def marks(history: History) -> tuple[int, int, int] | None:
    """Recency, frequency and money from 1 to 5."""
    counted = lately(history, BOUNDS.within_days)
    if not counted:
        return None
    since = min(ago(purchase) for purchase in counted)
    return (
        1 + sum(since < bound for bound in BOUNDS.recency_days),
        1 + sum(len(counted) >= bound for bound in BOUNDS.orders),
        1 + sum(spent(counted) >= bound for bound in BOUNDS.amounts),
    )


def events(**asked: object) -> dict:
    return {"type": "events", "event": "bought"} | asked


def again(**asked: object) -> dict:
    return {"type": "sequence", "steps": [{"event": "bought"}, {"event": "bought"}]} | asked


def prop(name: str, op: str, value: object) -> dict:
    return {"property": name, "op": op, "value": value}


QUESTIONS: list[Question] = [
    (
        "three times or more in a year",
        events(count_at_least=3, within_days=365),
        lambda history: len(lately(history, 365)) >= 3,
    ),
    (
        "never in 180 days",
        events(count_at_most=0, within_days=180),
        lambda history: not lately(history, 180),
    ),
    ("once in all time", events(count_at_least=1, count_at_most=1), lambda history: len(history) == 1),
    (
        "twice in the first quarter of 1997",
        events(count_at_least=2, since="1997-01-01", until="1997-03-31"),
        lambda history: len(between(history, "1997-01-01", "1997-03-31")) >= 2,
    ),
    (
        "a hundred dollars in purchases of three discs or more",
        events(where=[prop("quantity", "at_least", 3)], sum={"property": "amount", "at_least": 100}),
        lambda history: spent([each for each in history if each.discs >= 3]) >= 100,
    ),
    (
        "five discs or less in a year, none included",
        events(sum={"property": "quantity", "at_most": 5}, within_days=365),
        lambda history: discs(lately(history, 365)) <= 5,
    ),
    (
        "fifty dollars at once, 60 to 120 days ago",
        events(
            where=[prop("amount", "at_least", 50)], count_at_least=1, within_days=120, days_ago_at_least=60
        ),
        lambda history: any(each.amount >= 50 for each in lately(history, 120, 60)),
    ),
    (
        "an amount of dollars and cents that a float cannot hold",
        events(sum={"property": "amount", "at_least": 29.33, "at_most": 29.33}),
        lambda history: spent(history) == Decimal("29.33"),
    ),
    (
        "three different numbers of discs",
        events(distinct={"property": "quantity", "at_least": 3}),
        lambda history: len({each.discs for each in history}) >= 3,
    ),
    (
        "for the first time in February 1997",
        {
            "type": "event_time",
            "event": "bought",
            "which": "first",
            "since": "1997-02-01",
            "until": "1997-02-28",
        },
        lambda history: date(1997, 2, 1) <= history[0].day <= date(1997, 2, 28),
    ),
    (
        "for the last time 60 to 90 days ago",
        {
            "type": "event_time",
            "event": "bought",
            "which": "last",
            "days_ago_at_least": 60,
            "within_days": 90,
        },
        lambda history: 60 <= ago(history[-1]) <= 90,
    ),
    (
        "and again within 30 days",
        again(within={"days": 30}),
        lambda history: any(gap <= 30 for gap in gaps(history)),
    ),
    (
        "and not again within 90 days, at any time",
        again(within={"days": 90}, then_not=True),
        lambda history: any(gap > 90 for gap in gaps(history)) or ago(history[-1]) >= 90,
    ),
    (
        "and three times in a row within 14 days each, begun in the last half year",
        {
            "type": "sequence",
            "steps": [{"event": "bought"}] * 3,
            "within": {"days": 14},
            "began_within_days": 180,
        },
        lambda history: any(
            one <= 14 and two <= 14
            for one, two in pairwise(gaps([each for each in history if ago(each) <= 180]))
        ),
    ),
    (
        "twenty discs in 1997",
        {
            "type": "bought",
            "products": ["CD"],
            "quantity_at_least": 20,
            "since": "1997-01-01",
            "until": "1997-12-31",
        },
        lambda history: discs(between(history, "1997-01-01", "1997-12-31")) >= 20,
    ),
    (
        "for 200 dollars in two orders or less",
        {"type": "bought", "amount_at_least": 200, "times_at_most": 2},
        lambda history: spent(history) >= 200 and len(history) <= 2,
    ),
    (
        "sixty dollars an order in three orders or more",
        {"type": "orders", "orders_at_least": 3, "average_at_least": 60},
        lambda history: len(history) >= 3 and spent(history) / len(history) >= 60,
    ),
    (
        "the last order 90 to 180 days ago, of customers since 500 days or longer",
        {
            "type": "orders",
            "last_days_at_least": 90,
            "last_days_at_most": 180,
            "first_days_at_least": 500,
        },
        lambda history: 90 <= ago(history[-1]) <= 180 and ago(history[0]) >= 500,
    ),
    (
        "discs that are heard in the next 30 days",
        {"type": "run_out", "products": ["CD"], "lasts_days": 14, "from_days": 0, "to_days": 30},
        lambda history: 0 <= used_up_in(history, 14) <= 30,
    ),
    (
        "champions, or lost ones who paid well, but none of those who bought this week",
        {
            "all": [
                {
                    "any": [
                        {"type": "rfm", "class": "champions"},
                        {"type": "rfm", "recency": [1], "money": [4, 5]},
                    ]
                },
                {"not": events(count_at_least=1, within_days=7)},
            ]
        },
        lambda history: (
            (found := marks(history)) is not None
            and ((found[0] >= 4 and found[1] >= 4) or (found[0] == 1 and found[2] >= 4))
            and not lately(history, 7)
        ),
    ),
]


@pytest.mark.parametrize(
    ("raw", "is_so"), [question[1:] for question in QUESTIONS], ids=[question[0] for question in QUESTIONS]
)
def test_who_bought(shop, raw, is_so):
    expected = {number for number, history in shop.histories.items() if is_so(history)}

    numbers = services.evaluate(raw)
    found = set(Friend.objects.filter(pk__in=numbers).values_list("display_name", flat=True))

    assert found == expected
    assert 0 < len(expected) < len(shop.histories)
