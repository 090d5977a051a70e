"""What others tell broadcasts."""

from django.dispatch import receiver

from accounts import board
from broadcasts import watching
from broadcasts.sending.finishing import BY_LINE
from segments.signals import audience_settled, segment_changed


@receiver(audience_settled)
def go_on(**_more: object) -> None:
    """A send may wait for this audience."""
    board.call(BY_LINE)


@receiver(segment_changed)
def tell_authors(**_more: object) -> None:
    """A broadcast may wait for this segment."""
    board.call(watching.KIND)
