"""A broadcast: what is written, and what is frozen of it when it is sent."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page
from accounts.reasons import ReasonField
from composing import content


class BroadcastQuerySet(models.QuerySet["Broadcast"]):
    def due(self, now: datetime) -> Self:
        """Scheduled broadcasts whose time has come, oldest first."""
        return self.filter(status=Broadcast.Status.SCHEDULED, send_at__lte=now).order_by("send_at", "pk")

    def waiting(self) -> Self:
        """Those of which no request has been laid out yet."""
        return self.filter(status__in=[Broadcast.Status.SCHEDULED, Broadcast.Status.PREPARING])

    def stopped_by_budgets(self) -> Self:
        """Those that a budget has paused before they began."""
        return self.filter(status=Broadcast.Status.PAUSED, stopped_by_budget__isnull=False)

    def watching(self) -> Self:
        """Those that somebody has let go on, and that a change of their segment would change."""
        return self.filter(status__in=Broadcast.WATCHED)


class Broadcast(models.Model):
    """One message, sent once to the friends a segment selects at that moment."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CHECKING = "checking", _("Internal check")
        AWAITING_APPROVAL = "awaiting_approval", _("Awaiting approval")
        APPROVED = "approved", _("Approved")
        SCHEDULED = "scheduled", _("Scheduled")
        PREPARING = "preparing", _("Preparing")
        SENDING = "sending", _("Sending")
        TESTING = "testing", _("A/B test running")
        PAUSED = "paused", _("Paused")
        SENT = "sent", _("Sent")
        NEEDS_CHECK = "needs_check", _("Needs check")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    # What people write of it; a change of any of these withdraws an approval.
    WRITTEN = (
        *("name", "nature", "segment", "messages", "tracks_people", "utm", "way", "is_silent"),
        *("ignores_quiet_hours", "ignores_cap", "most_count", "most_amount", "chosen_by", "holdout_percent"),
    )
    WATCHED = (Status.CHECKING, Status.AWAITING_APPROVAL, Status.APPROVED, Status.SCHEDULED)
    OVER = (Status.SENT, Status.NEEDS_CHECK, Status.FAILED, Status.CANCELLED)  # sends nothing more
    EDITABLE = (Status.DRAFT, Status.CHECKING, Status.AWAITING_APPROVAL, Status.APPROVED)

    class Method(models.TextChoices):
        MULTICAST = "multicast", _("Multicast")
        PUSH = "push", _("Push")
        NARROWCAST = "narrowcast", _("Narrowcast")
        BROADCAST = "broadcast", _("Broadcast to all friends")

    class Way(models.TextChoices):
        """How a message to everyone goes."""

        LIST = "list", _("By our list of friends")
        LINE = "line", _("By LINE’s broadcast")

    class Nature(models.TextChoices):
        """What it is to those who get it."""

        PROMOTION = "promotion", _("Promotion")
        USEFUL = "useful", _("Useful to read")
        NOTICE = "notice", _("Notice")

    class ChosenBy(models.TextChoices):
        """Who gets it where not everybody can."""

        RANDOM = "random", _("At random")
        BEST = "best", _("Who clicked most comes first")

    name = models.CharField(_("name"), max_length=100)
    nature = models.CharField(
        _("kind"), max_length=9, choices=Nature, default=Nature.PROMOTION, db_default="promotion"
    )
    segment = models.ForeignKey(
        "segments.Segment", on_delete=models.PROTECT, related_name="broadcasts", verbose_name=_("segment")
    )
    messages = models.JSONField(_("messages"), help_text=_("1 to 5 LINE message objects"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    send_at = models.DateTimeField(_("send at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    tracks_people = models.BooleanField(
        _("know who clicked"),
        default=False,
        db_default=False,
        help_text=_("Each friend gets links of their own, so that it is sent one by one."),
    )
    utm = models.JSONField(_("campaign parameters"), null=True, blank=True)  # by name; null: none are added
    way = models.CharField(
        _("to everyone"),
        max_length=4,
        choices=Way,
        default=Way.LIST,
        db_default="list",
        help_text=_(
            "LINE’s broadcast is one request, has statistics of its own, and also reaches friends who are "
            "not known here. It is for segments of all friends; others go by the list in any case."
        ),
    )
    is_silent = models.BooleanField(
        _("without a notification"), default=False, db_default=False, help_text=_("The phone stays silent.")
    )
    ignores_quiet_hours = models.BooleanField(_("also in quiet hours"), default=False, db_default=False)
    ignores_cap = models.BooleanField(_("also above the frequency cap"), default=False, db_default=False)
    most_count = models.PositiveIntegerField(_("people at most"), null=True, blank=True)
    most_amount = models.DecimalField(
        _("cost at most"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    chosen_by = models.CharField(
        _("chosen"), max_length=6, choices=ChosenBy, default=ChosenBy.RANDOM, db_default="random"
    )
    holdout_percent = models.DecimalField(
        _("hold-out group"), max_digits=4, decimal_places=1, default=0, db_default=0
    )
    series = models.ForeignKey(
        "broadcasts.Series", on_delete=models.SET_NULL, null=True, blank=True, related_name="broadcasts"
    )
    created_by_id = models.IntegerField(null=True, editable=False)  # users are public: an id, no key
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    approved_by_id = models.IntegerField(null=True, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    # Versions of the segment, and of those it asks for, that were approved with it.
    approved_segments = models.JSONField(null=True, editable=False)
    estimated_count = models.IntegerField(_("estimated recipients"), null=True, editable=False)
    # Versions of the segment, and of those it asks for, when somebody last looked and let this go on, and how
    # many were in it; null: nobody has yet. And those of which its author was told.
    seen_segments = models.JSONField(null=True, editable=False)
    seen_count = models.IntegerField(null=True, editable=False)
    told_segments = models.JSONField(null=True, editable=False)

    # Frozen when it is prepared.
    key = models.UUIDField(editable=False)  # a push's retry keys are derived from it
    method = models.CharField(_("method"), max_length=10, choices=Method, blank=True, editable=False)
    audience = models.BinaryField(null=True, editable=False)  # roaring bitmap of friend numbers
    audience_count = models.IntegerField(_("recipients"), null=True, editable=False)
    holdout = models.BinaryField(null=True, editable=False)  # roaring bitmap of who was held out
    left_out = models.JSONField(null=True, editable=False)  # how many, by reason: cap, holdout, limit
    unit_name = models.CharField(
        max_length=30, blank=True, db_default="", editable=False
    )  # "": none was left
    # The data version `links` that the audience was read in; null: it does not lean on who is linked to whom.
    links_version = models.BigIntegerField(null=True, editable=False)
    body = models.BinaryField(null=True, editable=False)  # the bytes of `messages` as they go to LINE
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    # It is paused by the quiet hours alone, and goes on by itself then.
    paused_until = models.DateTimeField(_("goes on at"), null=True, editable=False)
    problem = ReasonField(_("problem"), blank=True, editable=False)
    # The budget that paused it before it began, and the month of that: it goes on when the budget lets it.
    stopped_by_budget = models.BigIntegerField(null=True, editable=False)
    stopped_in = models.DateField(null=True, editable=False)

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        ordering = ["-id"]
        permissions = [
            ("send_broadcast", _("Can send a broadcast")),
            ("approve_broadcast", _("Can approve a broadcast")),
            ("check_broadcast", _("Can check a broadcast before the client sees it")),
        ]
        indexes = [models.Index(fields=["status", "send_at"], name="broadcast_status_send_at")]
        constraints = [
            models.CheckConstraint(
                name="broadcast_scheduled_has_send_at",
                condition=~Q(status="scheduled") | Q(send_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("broadcast", self.pk)

    @property
    def is_over(self) -> bool:
        """Whether nothing more of it is sent."""
        return self.status in self.OVER

    @property
    def unit(self) -> str:
        """The aggregation unit LINE's statistics know it by: `[A-Za-z0-9_]{1,30}`."""
        return f"musubi_b{self.pk}"

    @property
    def ledger_owner(self) -> str:
        return f"broadcast:{self.pk}"

    @property
    def way_of_sending(self) -> "Broadcast.Method":
        """Whether one request can be for many: only if all get the same, to the last letter of a link."""
        is_personal = self.tracks_people or content.is_personal(self.messages)
        return self.Method.PUSH if is_personal else self.Method.MULTICAST

    @property
    def wishes(self) -> dict[str, Any]:
        """What its plan depends on besides the segment, as `segments.reaching.planner.plan` takes it.

        LINE's broadcast keeps no limit: it also reaches friends who are not known here.
        """
        is_limited = self.most_count is not None or self.most_amount is not None
        prefers = self.Method.BROADCAST if self.way == self.Way.LINE and not is_limited else ""
        return {"personal": self.way_of_sending == self.Method.PUSH, "prefers": prefers}

    @property
    def is_stopped_by_budget(self) -> bool:
        return self.status == self.Status.PAUSED and self.stopped_by_budget is not None

    @property
    def is_editable(self) -> bool:
        """Whether its content may change; doing so withdraws an approval."""
        return self.status in self.EDITABLE

    def move(self, *before: str, to: str, version: int | None = None, **fields: object) -> bool:
        """Change the status if it is one of `before`, and the version still `version` where that is given.

        False if another was first.
        """
        rows = type(self).objects.filter(pk=self.pk, status__in=before)
        if version is not None:
            rows = rows.filter(version=version)
        return rows.update(status=to, **fields) == 1
