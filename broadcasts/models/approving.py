"""What is said of a broadcast before it may leave."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from broadcasts.models.broadcast import Broadcast


class Stage(models.TextChoices):
    """Whose word it is, in the order in which they are asked."""

    INTERNAL = "internal", _("Internal check")
    CLIENT = "client", _("Client’s approval")
    SECOND = "second", _("Second approval")

    @property
    def right(self) -> str:
        """What a person must be allowed to do to give their word."""
        return f"broadcasts.{'check' if self is Stage.INTERNAL else 'approve'}_broadcast"


class Review(models.Model):
    """What an approver said of one version of a broadcast."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("Approved")
        SENT_BACK = "sent_back", _("Sent back")

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="reviews")
    stage = models.CharField(
        _("stage"), max_length=8, choices=Stage, default=Stage.CLIENT, db_default="client"
    )
    version = models.PositiveIntegerField(_("version"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    comment = models.TextField(_("comment"), blank=True)
    # Whether it still counts: an edit, and whoever sends it back or takes it back, withdraws all of them.
    holds = models.BooleanField(_("holds"), default=False, db_default=False)
    by_id = models.IntegerField(null=True)  # null: with an API key, which the activity log names
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.broadcast} {self.get_verdict_display()}"


class TurnQuerySet(models.QuerySet["Turn"]):
    def open(self) -> Self:
        """Those that wait for an answer."""
        return self.filter(ended_at=None)


class Turn(models.Model):
    """That somebody is asked for their word on a broadcast, from when on and until when."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="turns")
    stage = models.CharField(_("stage"), max_length=8, choices=Stage)
    version = models.PositiveIntegerField(_("version"))
    by_id = models.IntegerField(null=True)  # who asked
    at = models.DateTimeField(_("asked"), auto_now_add=True)
    late_at = models.DateTimeField(_("answer wanted by"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for approval")
        verbose_name_plural = _("requests for approval")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="turn_open", fields=["broadcast"], condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.broadcast} {self.get_stage_display()}"


class ApprovalMail(models.Model):
    """A mail that is owed to one person: that it is their turn, that it is late, or what was said."""

    class Kind(models.TextChoices):
        TURN = "turn", _("Your turn")
        LATE = "late", _("Reminder")
        VERDICT = "verdict", _("Answer")
        COMMENT = "comment", _("Comment")

    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="approval_mails")
    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, null=True, related_name="mails")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, null=True, related_name="mails")
    comment = models.ForeignKey("Comment", on_delete=models.CASCADE, null=True, related_name="mails")
    user_id = models.IntegerField()
    due_at = models.DateTimeField(null=True)  # null: it is done with
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("sent"), null=True)  # null though done with: it was no longer true

    class Meta:
        verbose_name = _("mail about an approval")
        verbose_name_plural = _("mails about approvals")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], name="approvalmail_due", condition=Q(due_at__isnull=False))
        ]
        constraints = [
            models.UniqueConstraint(
                name="approvalmail_once",
                fields=["kind", "turn", "review", "comment", "user_id"],
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.broadcast_id} {self.kind} {self.user_id}"


class CommentQuerySet(models.QuerySet["Comment"]):
    def open(self) -> Self:
        """Those nobody has settled; answers are settled with what they answer."""
        return self.filter(settled_at=None, answers=None)


class Comment(models.Model):
    """Something said about a broadcast, or about one of its bubbles."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="comments")
    version = models.PositiveIntegerField(_("version"))
    bubble = models.PositiveSmallIntegerField(_("bubble"), null=True, blank=True)  # from 1; null: the whole
    answers = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="answered_by")
    text = models.TextField(_("comment"))
    by_id = models.IntegerField(null=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True)
    settled_by_id = models.IntegerField(null=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.broadcast} {self.pk}"


class Version(models.Model):
    """What a broadcast said in one of its versions, for comparing."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField()  # what can be written of a broadcast, by field
    by_id = models.IntegerField(null=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["broadcast", "number"]
        constraints = [models.UniqueConstraint(name="version_once", fields=["broadcast", "number"])]

    def __str__(self) -> str:
        return f"{self.broadcast} {self.number}"


class ApprovalRules(models.Model):
    """Who must have seen a broadcast before it leaves, besides the client (`Tenant.requires_approval`).
    One row, or none.
    """

    needs_internal_check = models.BooleanField(_("internal check"), default=False, db_default=False)
    second_above_people = models.PositiveIntegerField(
        _("second approver above people"), null=True, blank=True
    )
    second_above_amount = models.DecimalField(
        _("second approver above cost"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    answer_within_hours = models.PositiveSmallIntegerField(_("answer within hours"), null=True, blank=True)

    class Meta:
        verbose_name = _("rules of approval")
        verbose_name_plural = _("rules of approval")

    def __str__(self) -> str:
        return str(_("Rules of approval"))

    @classmethod
    def present(cls) -> Self:
        """The client's rules; unsaved defaults, which ask for nothing, if there are none."""
        return cls.objects.first() or cls()

    @property
    def asks_second(self) -> bool:
        """Whether there is a size above which a second person is asked."""
        return self.second_above_people is not None or self.second_above_amount is not None
