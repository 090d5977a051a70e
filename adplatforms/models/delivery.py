"""What each destination was told of each conversion."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from adplatforms.models.destination import Destination


class Reason(models.TextChoices):
    """Why a platform is not told."""

    NO_CLICK = "no_click", _("No click ID in time")
    NO_CONSENT = "no_consent", _("No consent to ads")
    NO_IDENTIFIER = "no_identifier", _("Neither click ID nor contact is known")
    TOO_OLD = "too_old", _("Older than the platform takes")
    UNDONE = "undone", _("Cancelled before it was sent")
    NOT_CORRECTED = "not_corrected", _("The platform takes no corrections")
    LEFT_OUT = "left_out", _("The conversion point was taken out")


class Handover(models.Model):
    """A conversion as one destination is to know it. There is one for each, whatever happens to it.

    `amount` is what it is worth now; None: it does not count any more. `told` is what the destination was
    told, or may have been; None: nothing, or that it does not count. `source` is the order's or the event's
    number, as the point's kind says.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        TOLD = "told", _("Told")
        RETRACTED = "retracted", _("Taken back")
        SKIPPED = "skipped", _("Not sent")
        FAILED = "failed", _("Failed")

    destination = models.ForeignKey(
        Destination, on_delete=models.CASCADE, related_name="handovers", verbose_name=_("destination")
    )
    point = models.ForeignKey(
        "attribution.Point", on_delete=models.PROTECT, related_name="+", verbose_name=_("conversion point")
    )
    source = models.BigIntegerField()
    event_id = models.UUIDField(_("ID of the conversion"))
    friend_id = models.IntegerField(_("friend"), null=True)
    customer_id = models.IntegerField(_("customer"), null=True)
    at = models.DateTimeField(_("time"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True)
    told = models.DecimalField(_("told"), max_digits=14, decimal_places=2, null=True)
    click_name = models.CharField(_("click ID"), max_length=20, blank=True)
    click_value = models.CharField(max_length=500, blank=True)
    clicked_at = models.DateTimeField(_("clicked"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("why not"), max_length=15, choices=Reason, blank=True)
    created_at = models.DateTimeField(_("seen"), db_default=Now())

    class Meta:
        verbose_name = _("conversion handed over")
        verbose_name_plural = _("conversions handed over")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="handover_once", fields=["destination", "point", "source"])
        ]
        indexes = [
            models.Index(fields=["destination", "state", "-id"], name="handover_state"),
            models.Index(fields=["destination", "customer_id"], name="handover_customer"),
            models.Index(fields=["destination", "friend_id"], name="handover_friend"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.get_state_display()}"


class ConversionFile(models.Model):
    """Conversions, or corrections of them, that were taken along together since the file before."""

    class Part(models.TextChoices):
        CONVERSIONS = "conversions", _("Conversions")
        CORRECTIONS = "corrections", _("Corrections")

    destination = models.ForeignKey(
        Destination, on_delete=models.CASCADE, related_name="files", verbose_name=_("destination")
    )
    part = models.CharField(_("what is in it"), max_length=11, choices=Part)
    count = models.PositiveIntegerField(_("lines"))
    made_at = models.DateTimeField(_("made"), db_default=Now())
    by_id = models.IntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("file of conversions")
        verbose_name_plural = _("files of conversions")
        default_permissions = ("view",)
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.destination_id} {self.get_part_display()}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(state=Delivery.State.WAITING)


class Delivery(models.Model):
    """One thing told of one conversion: that it happened, is worth something else, or does not count.

    Each conversion has at most one that waits, so they arrive in order. `number` counts them from 1.
    """

    class Kind(models.TextChoices):
        CONVERSION = "conversion", _("Conversion")
        RESTATEMENT = "restatement", _("New amount")
        RETRACTION = "retraction", _("Taken back")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Delivered")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Not sent")

    handover = models.ForeignKey(
        Handover, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("conversion")
    )
    destination = models.ForeignKey(
        Destination, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("destination")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("what is told"), max_length=11, choices=Kind)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    reason = models.CharField(_("why not"), max_length=15, choices=Reason, blank=True)
    due_at = models.DateTimeField(_("next try"))
    lease_until = models.DateTimeField(null=True)  # a worker is at it
    begun_at = models.DateTimeField(_("first try"), null=True)  # from here on it may have arrived
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0)
    status = models.SmallIntegerField(_("answer"), null=True)
    took_ms = models.IntegerField(_("time taken"), null=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    attempts = models.JSONField(default=list)  # each: at, status, took_ms, error
    ended_at = models.DateTimeField(_("ended"), null=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    file = models.ForeignKey(
        ConversionFile,
        on_delete=models.SET_NULL,
        null=True,
        related_name="deliveries",
        verbose_name=_("file"),
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery to an ad platform")
        verbose_name_plural = _("deliveries to ad platforms")
        default_permissions = ("view", "change")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="ad_delivery_number", fields=["handover", "number"]),
            models.UniqueConstraint(
                name="ad_delivery_one_waits", fields=["handover"], condition=Q(state="waiting")
            ),
        ]
        indexes = [
            models.Index(
                fields=["destination", "due_at", "id"], name="ad_delivery_due", condition=Q(state="waiting")
            ),
            models.Index(fields=["destination", "-id"], name="ad_delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_state_display()}"

    @property
    def key(self) -> str:
        """By which a receiver knows a repetition."""
        return f"{self.handover.event_id}-{self.number}"

    @property
    def past_tries(self) -> list[dict]:
        """Its attempts, oldest first, their times as times."""
        return [each | {"at": datetime.fromisoformat(each["at"])} for each in self.attempts]
