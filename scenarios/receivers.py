"""What others tell scenarios."""

from django.dispatch import receiver

from scenarios.triggers import listening
from segments.signals import segment_changed


@receiver(segment_changed)
def look_anew(**_more: object) -> None:
    """A trigger may watch this segment."""
    listening.look_soon()
