"""What was looked at before a broadcast leaves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from broadcasts.models.broadcast import Broadcast


class Inspection(models.Model):
    """What was found in one version of a broadcast: by LINE, at its addresses, in its pictures."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="inspections")
    version = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("time"), auto_now_add=True)
    findings = models.JSONField(default=list)  # as broadcasts.checking.findings.Finding
    line_said = models.BooleanField(_("checked by LINE"), default=False)  # False: LINE could not be asked

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.broadcast_id} {self.version}"
