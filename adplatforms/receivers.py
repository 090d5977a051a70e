"""What others tell what is handed to ad platforms."""

from django.dispatch import receiver

from accounts import board
from adplatforms.line_audiences.commands import KIND, PURPOSE
from segments.models import Audience
from segments.signals import audience_settled


@receiver(audience_settled)
def put_in_place(audience: Audience, **_more: object) -> None:
    """A version may be ready, or have failed."""
    if audience.purpose.startswith(f"{PURPOSE}:"):
        board.call(KIND)
