"""LINE notification messages, by telephone number, and how many of them LINE counts."""

from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page
from accounts.reasons import ReasonField
from scenarios.models.entry import Entry


class NoticeSendQuerySet(models.QuerySet["NoticeSend"]):
    def unknown(self) -> Self:
        """Those of which nobody knows whether LINE took them."""
        return self.filter(state=NoticeSend.State.UNKNOWN)

    def delivered_since(self, moment: datetime) -> Self:
        """Those delivered from then on; what took LINE more than two days is left out."""
        return self.filter(delivered_at__gte=moment, first_tried_at__gte=moment - 2 * NoticeSend.WITHIN)


class NoticeSend(models.Model):
    """One notification message to one telephone number.

    LINE has no retry key for these, so each is asked for once: whoever claims it commits that first, and a
    request without an answer is `unknown` for good, unless LINE tells of its delivery or a person settles it.
    Only what LINE surely refused to take is asked for again.
    """

    class Kind(models.TextChoices):
        TEMPLATE = "template", _("Template")
        FLEXIBLE = "flexible", _("Flexible")

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        CLAIMED = "claimed", _("Under way")
        ACCEPTED = "accepted", _("LINE has it, not arrived yet")
        DELIVERED = "delivered", _("Has arrived")
        NOT_DELIVERED = "not_delivered", _("Has not arrived")
        REJECTED = "rejected", _("Refused by LINE")
        UNKNOWN = "unknown", _("Not known whether it arrived")
        CANCELLED = "cancelled", _("Cancelled")

    OPEN = (State.PENDING, State.CLAIMED, State.ACCEPTED, State.UNKNOWN)
    WITHIN = timedelta(hours=24)  # LINE delivers within these, or never
    KEY_LENGTH, LABEL_LENGTH = 200, 100

    key = models.CharField(max_length=KEY_LENGTH, unique=True, editable=False)  # the same notice has the same
    tag = models.UUIDField(unique=True, default=uuid4, editable=False)  # LINE repeats it when it is delivered
    entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, related_name="notices")
    scenario_id = models.BigIntegerField(_("scenario"), null=True)  # null: asked for by a program
    step = models.CharField(_("step"), max_length=20, blank=True)
    label = models.CharField(_("what it is about"), max_length=LABEL_LENGTH, blank=True)
    friend_id = models.IntegerField(_("friend"), null=True)  # no keys: it stays when they are erased
    customer_id = models.IntegerField(_("customer"), null=True)
    sealed_phone = models.BinaryField(null=True)  # of who is no customer; else the customer's is taken
    kind = models.CharField(_("type"), max_length=8, choices=Kind)
    template_key = models.CharField(_("template"), max_length=100, blank=True)
    content = models.JSONField(_("content"), default=dict)  # the template's body, or a list of messages
    is_test = models.BooleanField(_("test"), default=False, db_default=False)
    state = models.CharField(_("state"), max_length=13, choices=State, default=State.PENDING)
    due_at = models.DateTimeField(_("due"), null=True)  # of what is to be done next: ask, give up
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    first_tried_at = models.DateTimeField(_("first tried"), null=True)
    accepted_at = models.DateTimeField(_("Accepted by LINE"), null=True)
    delivered_at = models.DateTimeField(_("Arrived at"), null=True)
    booked_at = models.DateTimeField(_("booked"), null=True)
    request_id = models.CharField(_("LINE request ID"), max_length=64, blank=True)
    error = ReasonField(_("error"), blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True)
    settled_by_id = models.IntegerField(null=True, editable=False)  # users are public: an id, no key
    created_by_id = models.IntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    objects = NoticeSendQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification message")
        verbose_name_plural = _("notification messages")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="noticesend_delivered",
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="noticesend_due", condition=Q(due_at__isnull=False)),
            models.Index(
                fields=["delivered_at"],
                name="noticesend_unbooked",
                condition=Q(state="delivered", booked_at__isnull=True),
            ),
            models.Index(fields=["-id"], name="noticesend_unknown", condition=Q(state="unknown")),
            models.Index(fields=["scenario_id", "step", "state"], name="noticesend_of_step"),
            models.Index(fields=["customer_id", "-id"], name="noticesend_customer"),
            models.Index(fields=["first_tried_at"], name="noticesend_tried"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    def get_absolute_url(self) -> str:
        return client_page("notice", self.pk)

    @property
    def delivery_tag(self) -> str:
        """What LINE is told, and tells again."""
        return f"notice-{self.tag.hex}"

    @property
    def reference(self) -> str:
        """Its place in the ledger: the owner is the scenario, or all that programs asked for."""
        if self.scenario_id is None:
            return f"notice:api/{self.pk}"
        return f"scenario:{self.scenario_id}/step:{self.step}/notice:{self.pk}"

    @property
    def is_late(self) -> bool:
        """Whether it was delivered, or LINE told so, after 24 hours."""
        began = self.accepted_at or self.first_tried_at
        return bool(began and self.delivered_at and self.delivered_at > began + self.WITHIN)

    def given_up_at(self) -> datetime | None:
        """When it counts as not delivered; None: LINE has not been asked yet."""
        began = self.accepted_at or self.first_tried_at
        return began + self.WITHIN if began else None


class NoticeDay(models.Model):
    """How many notification messages LINE counts as delivered on a day in Japan; null: not counted yet."""

    day = models.DateField(_("day in Japan"), unique=True)
    templated = models.PositiveIntegerField(_("by template"), null=True)
    flexible = models.PositiveIntegerField(_("flexible"), null=True)
    read_at = models.DateTimeField(_("read"))

    class Meta:
        verbose_name = _("LINE’s count of notification messages")
        verbose_name_plural = _("LINE’s counts of notification messages")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"

    @property
    def count(self) -> int | None:
        """Both types together; None until both are known."""
        return None if self.templated is None or self.flexible is None else self.templated + self.flexible
