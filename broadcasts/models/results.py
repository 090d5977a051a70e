"""What LINE counted of a broadcast."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from broadcasts.models.broadcast import Broadcast
from broadcasts.models.choosing import Variant
from broadcasts.models.sending import PlatformSend


class Insight(models.Model):
    """LINE's statistics of a broadcast, of a variant or of a send by LINE, as they stood on one day.

    Counts of people are null where LINE hides them, since there are fewer than 20.
    """

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="insights")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, null=True, related_name="insights")
    send = models.ForeignKey(PlatformSend, on_delete=models.CASCADE, null=True, related_name="insights")
    day = models.PositiveSmallIntegerField(_("day"))  # after sending: 1, 3, 7, 14, 15
    taken_at = models.DateTimeField(_("taken"), auto_now_add=True)
    delivered = models.IntegerField(_("delivered"), null=True)
    opened = models.IntegerField(_("opened"), null=True)
    clicked = models.IntegerField(_("clicked"), null=True)
    data = models.JSONField()  # LINE's answer, whole

    class Meta:
        verbose_name = _("statistics of LINE")
        verbose_name_plural = _("statistics of LINE")
        ordering = ["broadcast", "day", "id"]
        constraints = [
            models.UniqueConstraint(
                name="insight_once", fields=["broadcast", "variant", "send", "day"], nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.broadcast_id} {self.day}"
