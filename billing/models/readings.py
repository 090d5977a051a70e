"""What LINE answered about limits and counts."""

from datetime import datetime

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

    LINE's count includes what others sent from the same account, and is approximate.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", verbose_name=_("client"))
    read_at = models.DateTimeField(_("read at"))
    limit = models.PositiveIntegerField(_("upper limit"), null=True, blank=True, help_text=_("Empty: none"))
    used = models.PositiveIntegerField(_("used by LINE's count"))
    used_by_us = models.PositiveIntegerField(_("used by Musubi"))

    objects = QuotaReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("quota reading")
        verbose_name_plural = _("quota readings")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["tenant", "-read_at"])]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.read_at:%Y-%m-%d %H:%M} {self.used}/{self.limit}"

    @property
    def used_outside(self) -> int:
        """What others sent, as far as LINE's count shows; its lag can hide some of it."""
        return max(0, self.used - self.used_by_us)


class DayCount(models.Model):
    """LINE's own counts of one day in Japan's time, by its kinds of message, as they were read last.

    `counts` names the kinds of `insight/message/delivery`, such as `apiPush` or `broadcast`; a kind that LINE
    does not tell is missing.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", verbose_name=_("client"))
    day = models.DateField(_("day"))
    counts = models.JSONField(_("counts"), default=dict)
    read_at = models.DateTimeField(_("read at"))
    is_ready = models.BooleanField(_("counted"), default=False)
    booked_at = models.DateTimeField(_("differences booked"), null=True, blank=True)

    class Meta:
        verbose_name = _("count of a day")
        verbose_name_plural = _("counts by day")
        default_permissions = ("view",)
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(name="day_count_once", fields=["tenant", "day"])]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.day}"
