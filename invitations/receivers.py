"""What happens when a link is made: the link rate is kept day by day from then on."""

from django.dispatch import receiver

from invitations import rates
from linking.signals import friend_linked


@receiver(friend_linked)
def on_linked(friend_ids: list[int], **_given: object) -> None:
    rates.keep_going()
