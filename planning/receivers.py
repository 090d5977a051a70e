"""What happens to friends: from the first one on, the client's days are counted."""

from django.dispatch import receiver

from friends.signals import friend_followed
from planning import counting


@receiver(friend_followed)
def on_followed(friend_ids: list[int], **_given: object) -> None:
    counting.keep_going()
