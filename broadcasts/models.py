"""Broadcasts, the LINE requests they are made of, and the links in them."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from composing import content


class BroadcastQuerySet(models.QuerySet["Broadcast"]):
    def due(self, now: datetime) -> Self:
        """Scheduled broadcasts whose time has come, oldest first."""
        return self.filter(status=Broadcast.Status.SCHEDULED, send_at__lte=now).order_by("send_at", "pk")

    def waiting(self) -> Self:
        """Those of which no request has been laid out yet."""
        return self.filter(status__in=[Broadcast.Status.SCHEDULED, Broadcast.Status.PREPARING])

    def watching(self) -> Self:
        """Those that somebody has let go on, and that a change of their segment would change."""
        return self.filter(status__in=Broadcast.WATCHED)


class Broadcast(models.Model):
    """One message, sent once to the friends a segment selects at that moment."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        AWAITING_APPROVAL = "awaiting_approval", _("Awaiting approval")
        APPROVED = "approved", _("Approved")
        SCHEDULED = "scheduled", _("Scheduled")
        PREPARING = "preparing", _("Preparing")
        SENDING = "sending", _("Sending")
        PAUSED = "paused", _("Paused")
        SENT = "sent", _("Sent")
        NEEDS_CHECK = "needs_check", _("Needs check")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    WATCHED = (Status.AWAITING_APPROVAL, Status.APPROVED, Status.SCHEDULED)

    class Method(models.TextChoices):
        MULTICAST = "multicast", _("Multicast")
        PUSH = "push", _("Push")
        NARROWCAST = "narrowcast", _("Narrowcast")
        BROADCAST = "broadcast", _("Broadcast to all friends")

    class Way(models.TextChoices):
        """How a message to everyone goes."""

        LIST = "list", _("By our list of friends")
        LINE = "line", _("By LINE’s broadcast")

    name = models.CharField(_("name"), max_length=100)
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
    # The data version `links` that the audience was read in; null: it does not lean on who is linked to whom.
    links_version = models.BigIntegerField(null=True, editable=False)
    body = models.BinaryField(null=True, editable=False)  # the bytes of `messages` as they go to LINE
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    problem = models.CharField(_("problem"), max_length=300, blank=True, editable=False)

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        ordering = ["-id"]
        permissions = [
            ("send_broadcast", _("Can send a broadcast")),
            ("approve_broadcast", _("Can approve a broadcast")),
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
        return reverse("broadcast", args=[self.pk])

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
        """What its plan depends on besides the segment, as `segments.reaching.planner.plan` takes it."""
        prefers = self.Method.BROADCAST if self.way == self.Way.LINE else ""
        return {"personal": self.way_of_sending == self.Method.PUSH, "prefers": prefers}

    @property
    def is_editable(self) -> bool:
        """Whether its content may change; doing so withdraws an approval."""
        return self.status in {self.Status.DRAFT, self.Status.AWAITING_APPROVAL, self.Status.APPROVED}

    def move(self, *before: str, to: str, version: int | None = None, **fields: object) -> bool:
        """Change the status if it is one of `before`, and the version still `version` where that is given.

        False if another was first.
        """
        rows = type(self).objects.filter(pk=self.pk, status__in=before)
        if version is not None:
            rows = rows.filter(version=version)
        return rows.update(status=to, **fields) == 1


class Review(models.Model):
    """What an approver said of one version of a broadcast."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("Approved")
        SENT_BACK = "sent_back", _("Sent back")

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="reviews")
    version = models.PositiveIntegerField(_("version"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    comment = models.TextField(_("comment"), blank=True)
    by_id = models.IntegerField(null=True)  # null: with an API key, which the activity log names
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.broadcast} {self.get_verdict_display()}"


class Batch(models.Model):
    """One LINE request (multicast), or a slice of friends whose requests are made one by one (push).

    The retry key is fixed with the row, before the first attempt; the seal, a hash over recipients and
    content, with the first attempt. A retry whose seal would differ is never sent.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        CLAIMED = "claimed", _("Under way")
        ACCEPTED = "accepted", _("Accepted by LINE")
        REJECTED = "rejected", _("Refused by LINE")
        NEEDS_CHECK = "needs_check", _("Needs check")
        SPLIT = "split", _("Split")
        CANCELLED = "cancelled", _("Cancelled")

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="batches")
    position = models.IntegerField()
    method = models.CharField(max_length=10, choices=Broadcast.Method)
    friends = ArrayField(models.IntegerField(), verbose_name=_("friends"))
    names = ArrayField(models.TextField(), null=True)  # push: frozen values of the variable, one per friend
    friend_count = models.IntegerField(_("friends"))
    dropped_count = models.IntegerField(_("left out"), default=0)  # blocked or unlinked after preparing
    retry_key = models.UUIDField()
    seal = models.BinaryField(null=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING)
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    attempts = models.IntegerField(_("attempts"), default=0)
    first_tried_at = models.DateTimeField(_("first tried"), null=True)
    is_uncertain = models.BooleanField(default=False)  # an attempt ended without an answer
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    accepted_count = models.IntegerField(_("accepted"), default=0)
    rejected = ArrayField(models.IntegerField(), default=list)
    request_id = models.CharField(_("LINE request ID"), max_length=64, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["broadcast", "position", "id"]
        permissions = [("settle_batch", _("Can settle a batch that needs a check"))]
        indexes = [
            models.Index(fields=["broadcast", "position"], name="batch_open", condition=Q(state="pending")),
            models.Index(fields=["lease_until"], name="batch_lease", condition=Q(state="claimed")),
            models.Index(fields=["broadcast", "state"], name="batch_state"),
            models.Index("broadcast", "friends__0", name="batch_first_friend"),  # who is in which
        ]

    def __str__(self) -> str:
        return f"{self.broadcast_id}/{self.position} {self.state}"


class PlatformSendQuerySet(models.QuerySet["PlatformSend"]):
    def open(self) -> Self:
        """Those that are not over."""
        return self.filter(state__in=PlatformSend.OPEN)

    def with_line(self) -> Self:
        """Those that LINE is sending, or may be; it may have set messages of the month aside for them."""
        lately = Q(is_uncertain=True, first_tried_at__gt=timezone.now() - PlatformSend.FOLLOWED_FOR)
        asked = Q(state=PlatformSend.State.PENDING) & (Q(is_under_way=True) | lately)
        return self.filter(asked | Q(state=PlatformSend.State.RUNNING))


class PlatformSend(models.Model):
    """One request to LINE for which LINE finds the people: a narrowcast, or LINE's own broadcast.

    Retry key and bytes are fixed before the first attempt. A narrowcast is accepted first and sent later:
    its people are known, as a number, when LINE says that it is done.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the audience")
        PENDING = "pending", _("Pending")
        RUNNING = "running", _("LINE is sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        NEEDS_CHECK = "needs_check", _("Needs check")
        CANCELLED = "cancelled", _("Cancelled")

    OPEN = (State.WAITING, State.PENDING, State.RUNNING)
    FOLLOWED_FOR = timedelta(hours=24)  # after which LINE has surely ended what it may have accepted

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="platform_sends")
    position = models.SmallIntegerField()
    method = models.CharField(_("method"), max_length=10, choices=Broadcast.Method)
    friends = models.BinaryField()  # roaring bitmap: those we know of whom it may reach
    most = models.IntegerField(_("friends at most"))
    limit = models.IntegerField(null=True)  # `limit.max`: what LINE sets aside of the month
    audiences = ArrayField(models.BigIntegerField(), default=list)  # numbers of segments.Audience, in order
    recipient = models.JSONField(null=True)  # as segments.reaching.plans.Send has it
    demographic = models.JSONField(null=True)
    retry_key = models.UUIDField()
    body = models.BinaryField(null=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING)
    due_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(_("attempts"), default=0)
    first_tried_at = models.DateTimeField(_("first tried"), null=True)
    is_under_way = models.BooleanField(default=False)
    is_uncertain = models.BooleanField(default=False)  # an attempt ended without an answer
    request_id = models.CharField(_("LINE request ID"), max_length=64, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    target_count = models.IntegerField(_("chosen by LINE"), null=True)
    success_count = models.IntegerField(_("delivered"), default=0)
    failure_count = models.IntegerField(_("not delivered"), default=0)
    ended_at = models.DateTimeField(_("ended"), null=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    objects = PlatformSendQuerySet.as_manager()

    class Meta:
        verbose_name = _("send by LINE")
        verbose_name_plural = _("sends by LINE")
        ordering = ["broadcast", "position"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="platformsend_due",
                condition=Q(state__in=["waiting", "pending", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.broadcast_id}/{self.position} {self.state}"

    @property
    def is_narrowcast(self) -> bool:
        return self.method == Broadcast.Method.NARROWCAST


class TrackedLink(models.Model):
    """An address in a message that goes through our redirect, so that clicks are counted."""

    code = models.CharField(max_length=24, unique=True)
    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="links")
    bubble = models.PositiveSmallIntegerField(_("bubble"), null=True)  # from 1; null: before this was kept
    url = models.TextField(_("address"))  # as it was written
    target = models.TextField(_("leads to"), blank=True, db_default="")  # with what was added; "": as written
    machine_count = models.IntegerField(_("opened by machines"), default=0, db_default=0)

    class Meta:
        verbose_name = _("tracked link")
        verbose_name_plural = _("tracked links")

    def __str__(self) -> str:
        return self.url


class LinkClickQuerySet(models.QuerySet["LinkClick"]):
    def of_people(self) -> Self:
        """Those of which it is known who clicked."""
        return self.filter(friend_id__isnull=False)


class LinkClick(models.Model):
    """One click on a tracked link. Who clicked is known only where each friend had a link of their own."""

    link = models.ForeignKey(
        TrackedLink, on_delete=models.CASCADE, related_name="clicks", verbose_name=_("tracked link")
    )
    friend_id = models.IntegerField(_("friend"), null=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)
    is_first = models.BooleanField(
        _("first"), default=False, db_default=False, help_text=_("The friend's first click on this link.")
    )

    objects = LinkClickQuerySet.as_manager()

    class Meta:
        verbose_name = _("click")
        verbose_name_plural = _("clicks")
        constraints = [
            models.UniqueConstraint(
                name="linkclick_first", fields=["link", "friend_id"], condition=Q(is_first=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.link_id} {self.at:%Y-%m-%d %H:%M}"


class LinkDefaults(models.Model):
    """What new broadcasts of this client begin with about their links. One row, or none."""

    adds_utm = models.BooleanField(_("add campaign parameters"), default=False)
    utm_source = models.CharField("utm_source", max_length=100, default="line")
    utm_medium = models.CharField("utm_medium", max_length=100, default="message")
    utm_campaign = models.CharField("utm_campaign", max_length=100, blank=True)
    tracks_people = models.BooleanField(_("know who clicked"), default=False)

    class Meta:
        verbose_name = _("link defaults")
        verbose_name_plural = _("link defaults")

    def __str__(self) -> str:
        return str(_("Links in broadcasts"))
