"""What others tell broadcasts."""

from django.dispatch import receiver

from accounts import board
from broadcasts.finishing import BY_LINE
from segments.signals import audience_settled


@receiver(audience_settled)
def go_on(**_more: object) -> None:
    """A send may wait for this audience."""
    board.call(BY_LINE)
