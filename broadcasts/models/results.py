"""What came of a broadcast: what LINE counted, and what people did in the days after."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from broadcasts.models.broadcast import Broadcast
from broadcasts.models.choosing import Variant
from broadcasts.models.sending import PlatformSend


class InsightQuerySet(models.QuerySet["Insight"]):
    def ready(self) -> Self:
        """Those that LINE has answered; the others are to be asked for again."""
        return self.filter(is_ready=True)


class Insight(models.Model):
    """LINE's statistics of a broadcast, of a variant or of a send by LINE, as they stood on one day.

    Counts of people are null where LINE hides them, since there are fewer than 20.
    """

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="insights")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, null=True, related_name="insights")
    send = models.ForeignKey(PlatformSend, on_delete=models.CASCADE, null=True, related_name="insights")
    day = models.PositiveSmallIntegerField(_("day"))  # after sending: 1, 3, 7, 14, 15
    taken_at = models.DateTimeField(_("taken"), auto_now_add=True)  # or last asked for, while not ready
    is_ready = models.BooleanField(_("answered"), default=True, db_default=True)
    delivered = models.IntegerField(_("delivered"), null=True)
    opened = models.IntegerField(_("opened"), null=True)
    clicked = models.IntegerField(_("clicked"), null=True)
    data = models.JSONField()  # LINE's answer, whole

    objects = InsightQuerySet.as_manager()

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


class Outcome(models.Model):
    """What people whom a broadcast reached did in the days after it, as we know it.

    Counted again until those days are over; people are null where nobody knows who they are.
    """

    broadcast = models.OneToOneField(Broadcast, on_delete=models.CASCADE, related_name="outcome")
    counted_at = models.DateTimeField(_("counted"))
    is_final = models.BooleanField(_("final"), default=False)
    receivers = models.IntegerField(_("people who got it"))
    clickers = models.IntegerField(_("people who clicked"), null=True)
    buyers = models.IntegerField(_("people who ordered"))
    orders = models.IntegerField(_("orders"))
    revenue = models.DecimalField(_("revenue"), max_digits=16, decimal_places=2)
    clicked_buyers = models.IntegerField(_("people who ordered after a click"), null=True)
    clicked_orders = models.IntegerField(_("orders after a click"), null=True)
    clicked_revenue = models.DecimalField(
        _("revenue after a click"), max_digits=16, decimal_places=2, null=True
    )
    blocked = models.IntegerField(_("people who blocked the account"))
    stopped = models.IntegerField(_("people who stopped broadcasts"))
    # Null: counted before this was known.
    linked = models.IntegerField(_("people who were linked"), null=True)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["-broadcast"]

    def __str__(self) -> str:
        return f"{self.broadcast_id} {self.counted_at:%Y-%m-%d %H:%M}"
