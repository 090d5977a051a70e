"""A coupon given to all friends of a segment."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.reasons import ReasonField
from coupons.models.coupon import Coupon


class Gift(models.Model):
    """One giving to many, done in portions: `last` is the friend up to whom it has come."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Under way")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    coupon = models.ForeignKey(
        Coupon, on_delete=models.CASCADE, related_name="gifts", verbose_name=_("coupon")
    )
    segment = models.ForeignKey(
        "segments.Segment",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("segment"),
    )
    segment_name = models.CharField(_("segment"), max_length=100)
    friends = models.BinaryField(editable=False)  # a bitmap of whom the segment held at the start
    total = models.PositiveIntegerField(_("friends"))
    done = models.PositiveIntegerField(_("done"), default=0)
    given = models.PositiveIntegerField(_("got it"), default=0)
    last = models.IntegerField(default=0, editable=False)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    problem = ReasonField(_("problem"), blank=True)
    made_at = models.DateTimeField(_("started"), db_default=Now())
    made_by_id = models.IntegerField(null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("coupon given to a segment")
        verbose_name_plural = _("coupons given to segments")
        ordering = ["-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["id"], name="coupongift_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.coupon_id} → {self.segment_name}"
