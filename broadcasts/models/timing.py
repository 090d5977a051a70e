"""When broadcasts go out: again and again, and never at night."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page
from accounts.reasons import ReasonField
from broadcasts.timing.recurrence import Rule


class SeriesQuerySet(models.QuerySet["Series"]):
    def going_on(self) -> Self:
        """Those whose dates are sent by themselves."""
        return self.filter(status=Series.Status.ACTIVE)


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
        PLANNED = "planned", _("Not started")
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    # What is sent; it is written and approved, and never leaves itself. An earlier rule keeps it, too.
    pattern = models.ForeignKey(
        "broadcasts.Broadcast", on_delete=models.CASCADE, null=True, related_name="rules", editable=False
    )
    every = models.CharField(_("repeats every"), max_length=5, choices=Every)
    interval = models.PositiveSmallIntegerField(
        _("interval"), default=1, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)  # 0 is Monday; weekly
    month_day = models.SmallIntegerField(_("day of the month"), null=True, blank=True)  # -1: the last
    at = models.TimeField(_("time"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.ACTIVE)
    created_by_id = models.IntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("recurring send")
        verbose_name_plural = _("recurring sends")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.pattern.name if self.pattern else str(self.pk)

    def get_absolute_url(self) -> str:
        return client_page("series", self.pk)

    @property
    def rule(self) -> Rule:
        """On which days it is sent, and when."""
        return Rule(**{name: getattr(self, name) for name in Rule.names()})


class SeriesDate(models.Model):
    """One date of a series that is not as the rule says, or that has its broadcast already."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="dates")
    planned_on = models.DateField(_("planned for"))  # as the rule says
    moved_to = models.DateTimeField(_("moved to"), null=True, blank=True)
    is_skipped = models.BooleanField(_("left out"), default=False, db_default=False)
    broadcast = models.OneToOneField(
        "broadcasts.Broadcast", on_delete=models.SET_NULL, null=True, related_name="series_date"
    )
    made_of = models.PositiveIntegerField(null=True, editable=False)  # the pattern's version; null: none made
    problem = ReasonField(_("problem"), blank=True, db_default="", editable=False)
    missed_at = models.DateTimeField(_("missed"), null=True, editable=False)

    class Meta:
        verbose_name = _("date of a recurring send")
        verbose_name_plural = _("dates of recurring sends")
        ordering = ["series", "planned_on"]
        constraints = [models.UniqueConstraint(name="seriesdate_once", fields=["series", "planned_on"])]

    def __str__(self) -> str:
        return f"{self.series_id} {self.planned_on}"


class SendingRules(models.Model):
    """What holds for all sends of this client. One row, or none."""

    class WeekStart(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        SUNDAY = 6, _("Sunday")

    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)  # in the client's time zone
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    cap_count = models.PositiveSmallIntegerField(_("messages at most"), null=True, blank=True)
    cap_days = models.PositiveSmallIntegerField(_("within days"), default=7, db_default=7)
    week_starts_on = models.PositiveSmallIntegerField(
        _("the week begins on"), choices=WeekStart, default=WeekStart.SUNDAY, db_default=6
    )

    class Meta:
        verbose_name = _("rules of sending")
        verbose_name_plural = _("rules of sending")
        constraints = [
            models.CheckConstraint(
                name="sendingrules_quiet_from_until",
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
            )
        ]

    def __str__(self) -> str:
        return str(_("Rules of sending"))

    @classmethod
    def present(cls) -> Self:
        """The client's rules; if there are none, unsaved ones under which nothing is quiet nor capped."""
        return cls.objects.first() or cls()
