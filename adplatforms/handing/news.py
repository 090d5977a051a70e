"""Whose conversions may have changed: heard from attribution and from consents, through the outbox."""

from adplatforms.models import Destination
from attribution.counting import news
from events import outbox

KIND = "ad_conversions"  # on the work board
TOPICS = {news.COUNTED_CUSTOMERS, news.COUNTED_FRIENDS}
AT_ONCE = 4  # pieces of news, of up to 2,000 people each


def listen() -> None:
    """Hear of everybody's conversions as long as there is a destination; without one nothing is queued."""
    outbox.listen(KIND, TOPICS if Destination.objects.exists() else set())


def tell(customers: list[int]) -> None:
    """Something else about these customers has changed that decides whether a platform may be told."""
    news.tell(customers, [])


def take() -> tuple[list[int], list[int], bool]:
    """Customers and friends whom news is about, with whom they are or were; and whether there is more.

    It is taken in the caller's transaction.
    """
    heard, is_more = outbox.take(KIND, AT_ONCE)
    people = news.People()
    for each in heard:
        told = people.customers if each.topic == news.COUNTED_CUSTOMERS else people.friends
        if each.topic in TOPICS:
            told.update(each.numbers or ())
    customers, friends = news.related(people) if people else ([], [])
    return customers, friends, is_more
