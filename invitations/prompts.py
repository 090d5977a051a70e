"""Whom to ask to link: prompts stop once somebody has."""

from friends.models import Friend
from linking.models import Link


def is_asked(friend: Friend) -> bool:
    """Whether this friend is still to be asked: they would get the message, and are not linked."""
    is_linked = Link.objects.active().filter(friend=friend).exists()
    return friend.status == Friend.Status.FRIEND and not is_linked
