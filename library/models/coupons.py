"""What LINE said of the account's coupons."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.reasons import ReasonField


class LineCouponQuerySet(models.QuerySet["LineCoupon"]):
    def open(self, now: datetime) -> Self:
        """Those that can still be used, or can from some day on."""
        kept = self.filter(closed_at=None, gone_at=None)
        return kept.filter(models.Q(ends_at=None) | models.Q(ends_at__gt=now))


class LineCoupon(models.Model):
    """A coupon as LINE described it. It cannot be changed there, only closed."""

    class State(models.TextChoices):
        COMING = "coming", _("Not begun yet")
        RUNNING = "running", _("Running")
        ENDED = "ended", _("Ended")
        GONE = "gone", _("Not known to LINE")

    coupon_id = models.CharField(_("LINE’s id"), max_length=100, unique=True)
    title = models.CharField(_("title"), max_length=100)
    starts_at = models.DateTimeField(_("begins"), null=True)
    ends_at = models.DateTimeField(_("ends"), null=True)
    content = models.JSONField(_("as LINE describes it"), default=dict)
    closed_at = models.DateTimeField(
        _("closed"), null=True
    )  # before its end, in LINE's manager; when we saw it
    gone_at = models.DateTimeField(null=True)  # when LINE did not list it any more
    fetched_at = models.DateTimeField(_("fetched"))

    objects = LineCouponQuerySet.as_manager()

    class Meta:
        verbose_name = _("LINE’s coupon")
        verbose_name_plural = _("LINE’s coupons")
        ordering = ["-id"]
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.title

    def state(self, at: datetime | None = None) -> "LineCoupon.State":
        """What it is at this moment (now, if none is given), as far as LINE has told."""
        at = at or timezone.now()
        if self.gone_at:
            return self.State.GONE
        if self.closed_at or (self.ends_at and self.ends_at <= at):
            return self.State.ENDED
        return self.State.COMING if self.starts_at and self.starts_at > at else self.State.RUNNING


class CouponReading(models.Model):
    """When the client's coupons were asked for and read last, and what went wrong; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    asked_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    problem = ReasonField(blank=True, default="", db_default="")

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(name="one_coupon_reading", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self.read_at)

    @property
    def is_under_way(self) -> bool:
        """Whether somebody asked, and LINE has not been read since."""
        return self.asked_at is not None and (self.read_at is None or self.read_at < self.asked_at)


class CouponCreation(models.Model):
    """A coupon that was to be made at LINE. LINE knows no retry key for that, so it is asked once only: where
    no answer came, the next reading of the coupons tells whether it was made.
    """

    class State(models.TextChoices):
        UNKNOWN = "unknown", _("No answer yet")
        MADE = "made", _("Made")
        REFUSED = "refused", _("Refused by LINE")
        NOT_MADE = "not_made", _("Not made")

    content = models.JSONField()
    state = models.CharField(max_length=8, choices=State, default=State.UNKNOWN)
    coupon_id = models.CharField(max_length=100, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    asked_by_id = models.IntegerField(null=True)

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["id"], name="coupon_creation_open", condition=models.Q(state="unknown")),
        ]

    def __str__(self) -> str:
        return str(self.content.get("title", ""))
