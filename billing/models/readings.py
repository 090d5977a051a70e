"""What LINE answered about limits and counts."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Tenant


class QuotaReadingQuerySet(models.QuerySet["QuotaReading"]):
    def newest(self, tenant_id: int, start: datetime, end: datetime) -> "QuotaReading | None":
        """The last reading from `start` until before `end`."""
        readings = self.filter(tenant_id=tenant_id, read_at__gte=start, read_at__lt=end)
        return readings.order_by("-read_at").first()


class QuotaReading(models.Model):
    """What LINE answered about its own limit and count, and what our ledger held at that moment.

    LINE's count includes what others sent from the same account, and is approximate. `booked_apart` is the
    part of `used_by_us` that was no send of ours: booked as sent by others, or to correct the count.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", verbose_name=_("client"))
    read_at = models.DateTimeField(_("read at"))
    limit = models.PositiveIntegerField(_("upper limit"), null=True, blank=True, help_text=_("Empty: none"))
    used = models.PositiveIntegerField(_("used by LINE's count"))
    used_by_us = models.PositiveIntegerField(_("used by Musubi"))
    booked_apart = models.IntegerField(_("booked beside sends"), db_default=0)

    objects = QuotaReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("quota reading")
        verbose_name_plural = _("quota readings")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["tenant", "-read_at"])]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.read_at:%Y-%m-%d %H:%M} {self.used}/{self.limit}"

    def used_outside(self, booked_apart: int) -> int:
        """What others sent and the ledger does not hold yet, as far as LINE's count shows; its lag can hide
        some of it. `booked_apart` is what the ledger holds beside sends by now: what was booked after the
        reading is no longer outside of it.
        """
        return max(0, self.used - self.used_by_us - (booked_apart - self.booked_apart))


class DayCountQuerySet(models.QuerySet["DayCount"]):
    def between(self, tenant_id: int, first: date, last: date) -> Self:
        return self.filter(tenant_id=tenant_id, day__gte=first, day__lte=last)


class DayCount(models.Model):
    """LINE's own counts of one day in Japan's time, by its kinds of message, as they were read last.

    `counts` names the kinds of `insight/message/delivery`, such as `apiPush` or `broadcast`; a kind that LINE
    does not tell is missing. `booked_at` is when the ledger was last found to agree, or made to.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", verbose_name=_("client"))
    day = models.DateField(_("day"))
    counts = models.JSONField(_("counts"), default=dict)
    read_at = models.DateTimeField(_("read at"))
    is_ready = models.BooleanField(_("counted"), default=False)
    booked_at = models.DateTimeField(_("differences booked"), null=True, blank=True)

    objects = DayCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of a day")
        verbose_name_plural = _("counts by day")
        default_permissions = ("view",)
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(name="day_count_once", fields=["tenant", "day"])]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.day}"
