"""Indicators with their targets, and what has come of them day by day."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page
from campaigns.models import Campaign


class KpiQuerySet(models.QuerySet["Kpi"]):
    def of(self, campaign: Campaign | int | None) -> Self:
        """Those of a campaign, or the client's own, in the order of their tree; not what was taken out."""
        return self.filter(campaign=campaign, removed_at=None).order_by("position", "pk")


class Kpi(models.Model):
    """One indicator in the tree of a campaign, or of the whole client if it names none.

    `metric` is a code of `planning.metrics`; empty: one of the client's own, whose numbers people or programs
    enter. Taken out it keeps its targets and numbers, and can be put back.
    """

    class Direction(models.TextChoices):
        UP = "up", _("more is better")
        DOWN = "down", _("less is better")

    class Unit(models.TextChoices):
        COUNT = "count", _("a number")
        MONEY = "money", _("yen")
        SHARE = "share", _("per cent")

    class Adds(models.TextChoices):
        SUM = "sum", _("numbers of days add up")
        LAST = "last", _("the newest number counts")

    class Grain(models.TextChoices):
        DAY = "day", _("by day")
        MONTH = "month", _("by month")

    NAME_LENGTH = 60

    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="kpis",
        verbose_name=_("campaign"),
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("below"),
    )
    position = models.IntegerField(default=0)
    metric = models.CharField(_("figure"), max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    unit = models.CharField(_("unit"), max_length=10, choices=Unit, default=Unit.COUNT)
    adds = models.CharField(_("how it adds up"), max_length=4, choices=Adds, default=Adds.SUM)
    grain = models.CharField(_("numbers are entered"), max_length=5, choices=Grain, default=Grain.DAY)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction, default=Direction.UP)
    green = models.PositiveSmallIntegerField(_("green from"), default=100)  # per cent of the target
    yellow = models.PositiveSmallIntegerField(_("yellow from"), default=90)
    responsible_id = models.IntegerField(null=True, blank=True)  # users are public: an id, no key
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    removed_at = models.DateTimeField(_("taken out"), null=True, blank=True)

    objects = KpiQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="kpi_once",
                fields=["campaign", "metric"],
                condition=Q(removed_at=None) & ~Q(metric=""),
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="kpi_green_above_yellow", condition=Q(green__gte=F("yellow"))),
            models.CheckConstraint(name="kpi_own_has_a_name", condition=~Q(metric="", name="")),
        ]

    def __str__(self) -> str:
        return self.name or self.metric

    def get_absolute_url(self) -> str:
        return client_page("kpi", self.pk)

    @property
    def is_own(self) -> bool:
        """Whether its numbers are entered, not counted."""
        return not self.metric


class Target(models.Model):
    """What an indicator is to come to in one month. Amounts that LINE's cost is part of are kept in net.

    `basis` says how a proposed target was reckoned: {"values": […], "months": […], "factor": "1.05"}.
    """

    kpi = models.ForeignKey(
        Kpi, on_delete=models.CASCADE, related_name="targets", verbose_name=_("indicator")
    )
    month = models.DateField(_("month"))
    value = models.DecimalField(_("goal of the month"), max_digits=20, decimal_places=6)
    basis = models.JSONField(_("how it was reckoned"), null=True, blank=True)
    set_by_id = models.IntegerField(null=True, editable=False)
    set_at = models.DateTimeField(_("set"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("target of an indicator")
        verbose_name_plural = _("targets of indicators")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="target_once", fields=["kpi", "month"]),
            models.CheckConstraint(name="target_of_a_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.month:%Y-%m}: {self.value:f}"


class Reading(models.Model):
    """A number of an own indicator, entered for a day, or for the month that begins on it."""

    kpi = models.ForeignKey(
        Kpi, on_delete=models.CASCADE, related_name="readings", verbose_name=_("indicator")
    )
    day = models.DateField(_("day"))
    value = models.DecimalField(_("number"), max_digits=20, decimal_places=6)
    entered_by_id = models.IntegerField(null=True, editable=False)
    entered_at = models.DateTimeField(_("entered"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("entered number")
        verbose_name_plural = _("entered numbers")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="reading_once", fields=["kpi", "day"])]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.day}: {self.value:f}"


class ActualQuerySet(models.QuerySet["Actual"]):
    def within(self, first: date, last: date) -> Self:
        return self.filter(day__range=(first, last))


class Actual(models.Model):
    """What was counted of one figure on one day of the client's calendar, for one thing.

    `owner` is named as the ledger names it, such as `broadcast:7`; empty: the client as a whole. So a
    campaign has what belongs to it now, and the client all of them together. Money is net.
    """

    metric = models.CharField(_("figure"), max_length=40, db_collation="C")
    owner = models.CharField(_("of"), max_length=60, blank=True, db_collation="C")
    day = models.DateField(_("day"))
    value = models.DecimalField(_("number"), max_digits=20, decimal_places=4)

    objects = ActualQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily figure")
        verbose_name_plural = _("daily figures")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="actual_once", fields=["metric", "day", "owner"])]
        indexes = [models.Index(fields=["owner", "day"], name="actual_of_owner", condition=~Q(owner=""))]

    def __str__(self) -> str:
        return f"{self.metric} {self.owner} {self.day}: {self.value:f}"


class Count(models.Model):
    """Until when the days of this client are counted. One row, or none.

    `from_day` is the first day that is still to be counted; null: nothing but the days that come.
    """

    counted_until = models.DateField(_("counted until"), null=True)
    from_day = models.DateField(_("to be counted from"), null=True)
    counted_at = models.DateTimeField(_("counted"), null=True)

    class Meta:
        verbose_name = _("count of daily figures")
        verbose_name_plural = _("counts of daily figures")
        default_permissions = ()
        constraints = [models.CheckConstraint(name="planningcount_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.counted_until)

    @classmethod
    def present(cls) -> Self:
        """The client's row; an unsaved one if nothing was counted yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
