"""What takes long to reckon, as it was reckoned last."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class QuietReckoning(models.Model):
    """Who never clicks, by one way of asking. `wanted_at` is set while somebody waits for it."""

    times = models.PositiveSmallIntegerField(_("broadcasts received, at least"))
    days = models.PositiveSmallIntegerField(_("days"))
    keeps_buyers = models.BooleanField(_("buyers are kept"))
    wanted_at = models.DateTimeField(null=True)
    reckoned_at = models.DateTimeField(_("reckoned"), null=True)
    found = models.JSONField(null=True)  # as costs.advice.reckoning writes it

    class Meta:
        verbose_name = _("reckoning of friends who never click")
        verbose_name_plural = _("reckonings of friends who never click")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(name="quiet_reckoning_once", fields=["times", "days", "keeps_buyers"])
        ]

    def __str__(self) -> str:
        return f"{self.times} / {self.days}"
