"""What is said of a broadcast before it may leave."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from broadcasts.models.broadcast import Broadcast


class Review(models.Model):
    """What an approver said of one version of a broadcast."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("Approved")
        SENT_BACK = "sent_back", _("Sent back")

    class Stage(models.TextChoices):
        INTERNAL = "internal", _("Internal check")
        CLIENT = "client", _("Client’s approval")
        SECOND = "second", _("Second approval")

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="reviews")
    stage = models.CharField(
        _("stage"), max_length=8, choices=Stage, default=Stage.CLIENT, db_default="client"
    )
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


class Comment(models.Model):
    """Something said about a broadcast, or about one of its bubbles."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="comments")
    version = models.PositiveIntegerField(_("version"))
    bubble = models.PositiveSmallIntegerField(_("bubble"), null=True, blank=True)  # from 1; null: the whole
    text = models.TextField(_("comment"))
    by_id = models.IntegerField(null=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True)
    settled_by_id = models.IntegerField(null=True)

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
