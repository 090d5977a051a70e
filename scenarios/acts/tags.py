"""The step that puts tags on friends, and takes some off."""

from friends import services as friends
from friends.models import Tag as FriendTag
from scenarios.engine import acting
from scenarios.engine.acting import Go, Then, Turn
from scenarios.engine.people import Person
from scenarios.flow.steps import Tag

NO_FRIEND = "no_friend"  # what came of a step that only a friend can do


def put_and_take(step: Tag, people: list[Person], turn: Turn) -> dict[int, Then]:
    """A tag that is deleted by now is passed over; who is no friend goes on without."""
    numbers = [person.friend_id for person in people if person.friend_id]
    if numbers:
        for tag in _tags(step.add):
            friends.tag_friends(numbers, tag)
        for tag in _tags(step.remove):
            friends.untag_friends(numbers, tag)
    return {person.entry_id: Go(what="" if person.friend_id else NO_FRIEND) for person in people}


def _tags(numbers: list[int] | None) -> list[FriendTag]:
    return list(FriendTag.objects.filter(pk__in=numbers or []).order_by("pk"))


acting.register("tag", put_and_take)  # type: ignore[arg-type]
