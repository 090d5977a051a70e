"""What tests of leaves about the timeline share: people who did something, and who is found."""

from datetime import datetime, timedelta

from events import timeline
from events.timeline import NewEvent
from friends.models import Friend
from segments import services
from tests.factories import make_customer, make_friend, make_link

NOON = datetime.fromisoformat("2026-06-15T12:00:00+09:00")


def did(name: str, type_: str, *, ago: timedelta = timedelta(), at: str = "", **properties: object) -> None:
    """The friend of this name did this so long before noon, or at this time; they are made if need be."""
    moment = datetime.fromisoformat(at) if at else NOON - ago
    friend = Friend.objects.filter(display_name=name).first() or make_friend(name)
    timeline.record([NewEvent(type_, at=moment, friend_id=friend.pk, properties=properties)])


def make_linked(name: str) -> None:
    """A friend and the customer of the same name."""
    make_link(make_friend(name), make_customer(name))


def found(type_: str, **asked: object) -> set[str]:
    """Names of the friends of whom such a condition is true."""
    numbers = services.evaluate({"type": type_} | asked)
    return set(Friend.objects.filter(pk__in=numbers).values_list("display_name", flat=True))


def days(number: float) -> timedelta:
    return timedelta(days=number)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)
