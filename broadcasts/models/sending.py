"""The LINE requests a broadcast is made of."""

from datetime import timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.reasons import ReasonField
from broadcasts.models.broadcast import Broadcast


class Batch(models.Model):
    """One LINE request (multicast), or a slice of friends whose requests are made one by one (push).

    The retry key is fixed with the row, before the first attempt; the seal, a hash over recipients and
    content, with the first attempt. A retry whose seal would differ is never sent.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the A/B test")
        PENDING = "pending", _("Pending")
        CLAIMED = "claimed", _("Under way")
        ACCEPTED = "accepted", _("Accepted by LINE")
        REJECTED = "rejected", _("Refused by LINE")
        NEEDS_CHECK = "needs_check", _("Needs check")
        SPLIT = "split", _("Split")
        CANCELLED = "cancelled", _("Cancelled")

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="batches")
    variant = models.ForeignKey("Variant", on_delete=models.CASCADE, null=True, related_name="batches")
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
    problem = ReasonField(_("problem"), blank=True)

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
