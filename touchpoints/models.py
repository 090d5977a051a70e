"""Touchpoint plans: period by period the classes of friends, and what is planned for each."""

from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import current
from accounts.addresses import client_page
from broadcasts.models import Broadcast
from campaigns.models import Campaign
from library.models import MessageTemplate
from scenarios.models import Scenario

BITMAPS = ("start_members", "end_members")


class PlanQuerySet(models.QuerySet["Plan"]):
    def kept(self) -> Self:
        """Those that nobody has removed."""
        return self.filter(removed_at=None)


class Plan(models.Model):
    """What friends get at which touchpoint, by how they respond; removed, it can be put back."""

    NAME_LENGTH = 100

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="touchpoint_plans",
        verbose_name=_("campaign"),
    )
    note = models.TextField(_("note"), blank=True)
    created_by_id = models.IntegerField(null=True, editable=False)  # users are public: an id, no key
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("touchpoint plan")
        verbose_name_plural = _("touchpoint plans")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("touchpoint_plan", self.pk)


class Period(models.Model):
    """Some days of a plan. One is open; closed, it keeps who was in each class.

    `sends` are the broadcasts by which its classes were judged when its first message was begun: by them
    drafts choose their people, whatever is sent meanwhile. `closed_sends` are those it was closed by.
    """

    class Basis(models.TextChoices):
        LAST = "last", _("The last promotional sends")
        DAYS = "days", _("Sends of the last days")
        NAMED = "named", _("Chosen sends")
        CAMPAIGN = "campaign", _("Sends of the campaign")

    MOST_SENDS = 50
    MOST_DAYS = 365

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="periods", verbose_name=_("plan"))
    number = models.PositiveIntegerField(_("number"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    basis = models.CharField(_("judged by"), max_length=8, choices=Basis, default=Basis.LAST)
    basis_count = models.PositiveSmallIntegerField(_("how many"), default=3)
    named = ArrayField(models.IntegerField(), default=list, blank=True, verbose_name=_("chosen sends"))
    begun_at = models.DateTimeField(_("begun"), null=True, editable=False)
    sends = ArrayField(models.IntegerField(), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closed_by_id = models.IntegerField(null=True, editable=False)
    closed_sends = ArrayField(models.IntegerField(), null=True, editable=False)

    class Meta:
        verbose_name = _("period of a touchpoint plan")
        verbose_name_plural = _("periods of touchpoint plans")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="touchperiod_number", fields=["plan", "number"]),
            models.UniqueConstraint(
                name="touchperiod_one_open", fields=["plan"], condition=Q(closed_at=None)
            ),
            models.CheckConstraint(
                name="touchperiod_ends_after_it_begins", condition=Q(ends_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.starts_on}–{self.ends_on}"

    def get_absolute_url(self) -> str:
        return f"{client_page('touchpoint_plan', self.plan_id)}?period={self.number}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def ordered(self) -> "list[TouchClass]":
        """Its classes in the order in which they are tried; everybody else last. Without bitmaps."""
        rows = self.classes.defer(*BITMAPS).select_related("broadcast", "template", "scenario")
        return sorted(rows, key=lambda each: (each.is_rest, each.position, each.pk))


class Kind(models.TextChoices):
    """By what friends come into a class. `ready.py` says more of each."""

    STOPPED = "stopped", _("Stopped or blocked")
    NEW = "new", _("New friends")
    BOUGHT = "bought", _("Bought after a click")
    CLICKED = "clicked", _("Clicked")
    OPENED = "opened", _("Opened, not clicked")
    UNKNOWN = "unknown", _("Messaged, response not known")
    UNOPENED = "unopened", _("Unopened")
    OWN = "own", _("Own class")
    REST = "rest", _("Everybody else")


class Level(models.IntegerChoices):
    """How good it is that somebody is in a class: from lower to higher is a movement for the better."""

    LOST = 0, _("Lost")
    SILENT = 1, _("No response")
    NEUTRAL = 2, _("Neither good nor bad")
    INTERESTED = 3, _("Interested")
    ACTIVE = 4, _("Active")
    GOAL = 5, _("The goal")


class TouchClass(models.Model):
    """One class of friends in a period, and what is planned for it.

    A friend belongs to the first class, by `position`, whose condition they meet. `key` is the same in all
    periods of a plan. `start_members` and `end_members` are roaring bitmaps of friend numbers: who was in it
    when the period's first message was begun, and when the period was closed.
    """

    class Action(models.TextChoices):
        NONE = "", _("Nothing")
        MESSAGE = "message", _("A message")
        SCENARIO = "scenario", _("A scenario")

    NAME_LENGTH = 60
    MOST = 12  # in a period, everybody else included

    period = models.ForeignKey(
        Period, on_delete=models.CASCADE, related_name="classes", verbose_name=_("period")
    )
    key = models.CharField(max_length=20, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)  # empty: as the kind is called
    color = models.CharField(_("colour"), max_length=7)
    level = models.PositiveSmallIntegerField(_("how good it is"), choices=Level, default=Level.NEUTRAL)
    tree = models.JSONField(_("conditions"), null=True, blank=True)  # of an own class, as of a segment
    position = models.IntegerField(_("position"), default=0)

    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    action = models.CharField(_("what they get"), max_length=8, choices=Action, blank=True, default="")
    text = models.TextField(_("message"), blank=True)
    template = models.ForeignKey(
        MessageTemplate,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("message template"),
    )
    scenario = models.ForeignKey(
        Scenario,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("scenario"),
    )
    send_on = models.DateField(_("day"), null=True, blank=True)
    days_after = models.PositiveSmallIntegerField(_("days after the period begins"), null=True, blank=True)
    send_time = models.TimeField(_("time"), null=True, blank=True)

    broadcast = models.ForeignKey(
        Broadcast,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="touchpoints",
        verbose_name=_("broadcast"),
    )
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    start_members = models.BinaryField(null=True, editable=False)
    start_count = models.IntegerField(_("people at the start"), null=True, editable=False)
    end_members = models.BinaryField(null=True, editable=False)
    end_count = models.IntegerField(_("people at the end"), null=True, editable=False)

    class Meta:
        verbose_name = _("class of a touchpoint plan")
        verbose_name_plural = _("classes of touchpoint plans")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="touchclass_key", fields=["period", "key"]),
            models.CheckConstraint(
                name="touchclass_own_has_conditions", condition=~Q(kind="own") | Q(tree__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name or str(self.get_kind_display())

    @property
    def is_rest(self) -> bool:
        return self.kind == Kind.REST

    @property
    def is_own(self) -> bool:
        return self.kind == Kind.OWN

    @property
    def is_started(self) -> bool:
        """A draft that was deleted since counts as none."""
        has_any = self.broadcast_id is not None or self.action == self.Action.SCENARIO
        return self.started_at is not None and has_any

    @property
    def takes_messages(self) -> bool:
        """Whether anything can be planned: who has stopped broadcasts or blocked the account gets none."""
        return self.kind != Kind.STOPPED

    @property
    def moment(self) -> datetime | None:
        """When it is planned for, by the client's clock; None: no time is planned."""
        day = self.send_on
        if day is None and self.days_after is not None:
            day = self.period.starts_on + timedelta(days=self.days_after)
        if day is None:
            return None
        return datetime.combine(day, self.send_time or time(10), ZoneInfo(current.tenant().time_zone))

    def shifted(self, by: timedelta) -> date | None:
        """The planned day in a period that begins so much later."""
        return self.send_on + by if self.send_on else None


class Admission(models.Model):
    """Letting the people of a class into its scenario, in portions: `through` is the last friend seen to.

    `friends` is a roaring bitmap, fixed when the moment has come; null: it has not.
    """

    of = models.OneToOneField(
        TouchClass, on_delete=models.CASCADE, related_name="admission", verbose_name=_("class")
    )
    due_at = models.DateTimeField(_("planned for"))
    friends = models.BinaryField(null=True, editable=False)
    count = models.IntegerField(_("people"), default=0)
    through = models.BigIntegerField(default=0, editable=False)
    entered_count = models.IntegerField(_("have entered"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True)
    by_id = models.IntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("entry of a class into a scenario")
        verbose_name_plural = _("entries of classes into scenarios")
        default_permissions = ("view",)
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.of_id} {self.due_at}"
