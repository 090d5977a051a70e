"""What LINE counts and estimates of an account's friends, kept by day since LINE forgets it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AudienceDay(models.Model):
    """LINE's counts of one day in Japan. A figure that LINE did not give is null, never zero."""

    day = models.DateField(_("day"), unique=True)
    added = models.IntegerField(_("added in all"), null=True)  # ever; it never falls
    reach = models.IntegerField(_("target reach"), null=True)
    blocks = models.IntegerField(_("blocks"), null=True)
    fetched_at = models.DateTimeField(_("fetched"))

    class Meta:
        verbose_name = _("friend counts of a day")
        verbose_name_plural = _("friend counts by day")
        ordering = ["-day"]

    def __str__(self) -> str:
        return str(self.day)


class Demographics(models.Model):
    """LINE's estimate of who the friends are, as fetched on one day in Japan; it was about three days old."""

    day = models.DateField(_("day"), unique=True)
    is_available = models.BooleanField(_("available"))
    # `{"genders": {"male": 40.1, …}, "ages": {…}, "areas": {…}, "appTypes": {…}, "subscriptionPeriods": {…}}`
    shares = models.JSONField(_("shares in per cent"), default=dict)
    fetched_at = models.DateTimeField(_("fetched"))

    class Meta:
        verbose_name = _("estimated attributes")
        verbose_name_plural = _("estimated attributes")
        ordering = ["-day"]

    def __str__(self) -> str:
        return str(self.day)
