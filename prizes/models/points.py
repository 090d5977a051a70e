"""Point campaigns: who entered, and the list by which points are handed out."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page


class PointCampaignQuerySet(models.QuerySet["PointCampaign"]):
    def ended(self, now: datetime) -> Self:
        """Open ones whose time is over: they are to be closed."""
        return self.filter(status=PointCampaign.Status.OPEN, ends_at__lte=now)


class PointCampaign(models.Model):
    """Points for everybody who enters and meets the conditions; a partner, or the shop, hands them out.

    `action` is what has to be done in the period: `{"event", "times", "property", "least"}`; null: nothing.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open to friends")
        CLOSED = "closed", _("Closed to friends")

    class Kind(models.TextChoices):
        LINE = "line", _("LINE Points, by a partner")
        GIFT = "gift", _("Gift codes, by a partner")
        SHOP = "shop", _("The shop’s own points")

    class KnownBy(models.TextChoices):
        LINE = "line", _("LINE user ID")
        CUSTOMER = "customer", _("Customer number")

    name = models.CharField(_("name"), max_length=100)
    title = models.CharField(_("title on the page"), max_length=60, blank=True)
    text = models.TextField(_("text on the page"), max_length=1_000, blank=True)
    rules = models.TextField(_("further rules"), max_length=4_000, blank=True)
    picture = models.ForeignKey(
        "library.MediaFile",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    kind = models.CharField(_("what is handed out"), max_length=4, choices=Kind, default=Kind.SHOP)
    points = models.PositiveIntegerField(_("points for each person"), validators=[MinValueValidator(1)])
    unit_price = models.DecimalField(
        _("price of one point (yen)"), max_digits=10, decimal_places=4, default=Decimal(1)
    )
    fee_yen = models.PositiveIntegerField(_("fee for all together (yen)"), default=0)
    known_by = models.CharField(
        _("named in the list by"), max_length=8, choices=KnownBy, default=KnownBy.LINE
    )
    segment = models.ForeignKey(
        "segments.Segment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="point_campaigns",
        verbose_name=_("who may enter"),
    )
    is_asked_again = models.BooleanField(_("ask the segment again at the end"), default=True)
    action = models.JSONField(_("what has to be done"), null=True, blank=True)
    most = models.PositiveIntegerField(_("at most so many people"), null=True, blank=True)
    enters_on_page = models.BooleanField(_("people can enter on the page"), default=True)
    status = models.CharField(_("status"), max_length=6, choices=Status, default=Status.DRAFT)
    created_by_id = models.IntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = PointCampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("point campaign")
        verbose_name_plural = _("point campaigns")
        ordering = ["-id"]
        permissions = [("open_pointcampaign", _("Can open and close point campaigns"))]
        constraints = [
            models.CheckConstraint(
                name="points_end_after_they_begin", condition=Q(ends_at__gt=models.F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("point_campaign", self.pk)

    @property
    def ledger_owner(self) -> str:
        """Its name among what belongs to campaigns."""
        return f"points:{self.pk}"

    @property
    def shown_title(self) -> str:
        return self.title or self.name

    def is_going_on(self, now: datetime) -> bool:
        """Whether somebody can enter at this moment."""
        return self.status == self.Status.OPEN and self.starts_at <= now < self.ends_at


class PointEntry(models.Model):
    """That a friend takes part in a point campaign: once."""

    class Way(models.TextChoices):
        PAGE = "page", _("On the page")
        REWARD = "reward", _("As a reward")
        TAP = "tap", _("By a tap in the chat")
        API = "api", _("By a program")

    campaign = models.ForeignKey(
        PointCampaign, on_delete=models.CASCADE, related_name="entries", verbose_name=_("point campaign")
    )
    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.CASCADE, related_name="point_entries", verbose_name=_("friend")
    )
    way = models.CharField(_("entered by"), max_length=6, choices=Way)
    source = models.CharField(_("given by"), max_length=60, blank=True)
    entered_at = models.DateTimeField(_("entered"), db_default=Now())

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        default_permissions = ("view", "add")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="entered_once", fields=["campaign", "friend"])]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.friend_id}"


class DeliveryList(models.Model):
    """Who of those that entered gets points. Drawn up anew until it is approved, then fixed for good.

    `digest` is the SHA-256 of what was approved; a trigger refuses changes to its rows from then on.
    """

    class State(models.TextChoices):
        COUNTING = "counting", _("Being drawn up")
        READY = "ready", _("To be approved")
        APPROVED = "approved", _("Approved")
        REPLACED = "replaced", _("Replaced")

    campaign = models.ForeignKey(
        PointCampaign, on_delete=models.PROTECT, related_name="lists", verbose_name=_("point campaign")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("status"), max_length=8, choices=State, default=State.COUNTING)
    entered = models.PositiveIntegerField(_("entered"), default=0)
    eligible = models.PositiveIntegerField(_("eligible"), default=0)
    points = models.PositiveBigIntegerField(_("points"), default=0)
    unit_price = models.DecimalField(_("price of one point (yen)"), max_digits=10, decimal_places=4)
    fee_yen = models.PositiveIntegerField(_("fee for all together (yen)"))
    digest = models.CharField("SHA-256", max_length=64, blank=True)
    asked_by_id = models.IntegerField(null=True, editable=False)
    asked_at = models.DateTimeField(_("asked for"), db_default=Now())
    counted_at = models.DateTimeField(_("drawn up"), null=True)
    approved_by_id = models.IntegerField(null=True, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True)

    class Meta:
        verbose_name = _("delivery list")
        verbose_name_plural = _("delivery lists")
        default_permissions = ("view", "add")
        permissions = [
            ("approve_deliverylist", _("Can approve who gets points")),
            ("export_deliverylist", _("Can export who gets points")),
        ]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="list_number_in_campaign", fields=["campaign", "number"]),
            models.UniqueConstraint(
                name="one_list_is_approved", fields=["campaign"], condition=Q(state="approved")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.number}"


class DeliveryRow(models.Model):
    """One person on a delivery list. `place` numbers those who get points; who gets none has a reason."""

    class Reason(models.TextChoices):
        SEGMENT = "segment", _("Not in the segment at the end")
        ACTION = "action", _("Has not done what is asked for")
        BLOCKED = "blocked", _("Has blocked the account")
        NUMBER = "number", _("No customer number is known")
        SAME = "same", _("The same customer entered before")
        FULL = "full", _("Came after the last place was taken")

    class Result(models.TextChoices):
        DONE = "done", _("Handed out")
        FAILED = "failed", _("Failed")

    list = models.ForeignKey(DeliveryList, on_delete=models.CASCADE, related_name="rows")
    entry = models.ForeignKey(PointEntry, on_delete=models.PROTECT, related_name="rows")
    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.PROTECT, related_name="+", verbose_name=_("friend")
    )
    place = models.PositiveIntegerField(_("number"), null=True)
    reason = models.CharField(_("reason"), max_length=8, choices=Reason, blank=True)
    identity = models.CharField(_("user ID or customer number"), max_length=100, blank=True)
    points = models.PositiveIntegerField(_("points"), default=0)
    result = models.CharField(_("result"), max_length=6, choices=Result, blank=True)
    result_note = models.CharField(_("what the partner says"), max_length=200, blank=True)
    result_at = models.DateTimeField(_("result of"), null=True)

    class Meta:
        verbose_name = _("person on a delivery list")
        verbose_name_plural = _("people on delivery lists")
        default_permissions = ("view", "change")
        ordering = ["id"]
        indexes = [models.Index(fields=["list", "reason", "id"], name="rows_of_list")]
        constraints = [
            models.UniqueConstraint(name="listed_once", fields=["list", "friend"]),
            models.UniqueConstraint(name="place_in_list", fields=["list", "place"]),
            models.UniqueConstraint(
                name="identity_in_list", fields=["list", "identity"], condition=Q(reason="")
            ),
            models.CheckConstraint(name="place_or_reason", condition=Q(place=None) ^ Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.list_id}: {self.place or self.reason}"
