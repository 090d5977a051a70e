"""What a sign-in through LINE teaches about a friend."""

from datetime import datetime

from django.utils import timezone

from accounts import current
from channels.handlers import Received
from channels.models import Channel
from channels.signing_in import Person
from events import versions
from friends import friendship
from friends.models import Friend


def learn(friend_id: int, person: Person, *, at: datetime, key: str, is_new: bool) -> None:
    """Make the friend's row say what the sign-in did. Where no webhook comes, it is all that says so.

    `is_new`: they have added the account on the way, at `at`; `key` names the sign-in, for the timeline. In
    the caller's transaction.
    """
    row = Friend.objects.filter(pk=friend_id)
    is_named_now = row.filter(display_name="").update(
        display_name=person.name[: Friend.NAME_LENGTH], picture_url=person.picture_url[:500]
    )
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    if is_new and channel and not channel.receives:
        friendship.apply([_follow(person, at, key)])
    elif person.is_friend and row.filter(status=Friend.Status.UNKNOWN).update(
        status=Friend.Status.FRIEND, profile_due_at=timezone.now()
    ):
        versions.touch("friends", friends=[friend_id])
    if is_named_now:
        versions.touch("profiles", friends=[friend_id])


def _follow(person: Person, at: datetime, key: str) -> Received:
    """The follow that LINE tells nobody of but the one who owns the webhook."""
    source = {"type": "user", "userId": person.line_user_id}
    return Received(key, "follow", at, person.line_user_id, {"type": "follow", "source": source})
