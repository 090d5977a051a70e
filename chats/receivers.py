"""What LINE's webhook and our own automatic answers add to talks."""

from django.dispatch import receiver

from channels import handlers
from channels.handlers import Received
from chats import answers, arrivals
from friends.replies import Given
from friends.signals import replied


@handlers.register("message", "postback")
def on_message(events: list[Received]) -> None:
    if direct := [event for event in events if event.is_direct]:
        arrivals.store(direct)


@handlers.register("unsend")
def on_unsend(events: list[Received]) -> None:
    if direct := [event for event in events if event.is_direct]:
        arrivals.unsend(direct)


@receiver(replied)
def on_replied(sender: object, *, given: list[Given], **_kwargs: object) -> None:
    """In the transaction that forgets the debt, so that the copy is neither lost nor kept twice."""
    answers.keep(given)
