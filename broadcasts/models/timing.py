"""When broadcasts go out: again and again, and never at night."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Series(models.Model):
    """A broadcast that is sent again and again: each date has a broadcast of its own, made from the pattern.

    Dates and the time of day are the client's own, in its time zone.
    """

    class Every(models.TextChoices):
        DAY = "day", _("Day")
        WEEK = "week", _("Week")
        MONTH = "month", _("Month")
        YEAR = "year", _("Year")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    every = models.CharField(_("repeats every"), max_length=5, choices=Every)
    interval = models.PositiveSmallIntegerField(
        _("interval"), default=1, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)  # 0 is Monday; weekly
    month_day = models.SmallIntegerField(_("day of the month"), null=True, blank=True)  # -1: the last
    at = models.TimeField(_("time"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=6, choices=Status, default=Status.ACTIVE)
    problem = models.CharField(_("problem"), max_length=300, blank=True, db_default="")
    created_by_id = models.IntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("recurring send")
        verbose_name_plural = _("recurring sends")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_every_display()} {self.at:%H:%M}"


class SeriesDate(models.Model):
    """One date of a series that is not as the rule says, or that has its broadcast already."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="dates")
    planned_on = models.DateField(_("planned for"))  # as the rule says
    moved_to = models.DateTimeField(_("moved to"), null=True, blank=True)
    is_skipped = models.BooleanField(_("left out"), default=False, db_default=False)
    broadcast = models.OneToOneField(
        "broadcasts.Broadcast", on_delete=models.SET_NULL, null=True, related_name="series_date"
    )

    class Meta:
        verbose_name = _("date of a recurring send")
        verbose_name_plural = _("dates of recurring sends")
        ordering = ["series", "planned_on"]
        constraints = [models.UniqueConstraint(name="seriesdate_once", fields=["series", "planned_on"])]

    def __str__(self) -> str:
        return f"{self.series_id} {self.planned_on}"


class SendingRules(models.Model):
    """What holds for all sends of this client. One row, or none."""

    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)  # in the client's time zone
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    cap_count = models.PositiveSmallIntegerField(_("messages at most"), null=True, blank=True)
    cap_days = models.PositiveSmallIntegerField(_("within days"), default=7, db_default=7)

    class Meta:
        verbose_name = _("rules of sending")
        verbose_name_plural = _("rules of sending")

    def __str__(self) -> str:
        return str(_("Rules of sending"))
