"""What is planned for the friends who respond in one way or another."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from broadcasts.models.broadcast import Broadcast


class FollowUp(models.Model):
    """The message planned for one class of the status board: of a send, or of a period of so many days."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, null=True, related_name="follow_ups")
    days = models.PositiveSmallIntegerField(_("days"), null=True)
    response = models.CharField(_("class"), max_length=10)  # as broadcasts.status.responses names it
    text = models.TextField(_("planned message"), blank=True)
    draft = models.ForeignKey(Broadcast, on_delete=models.SET_NULL, null=True, related_name="follows")
    changed_by_id = models.IntegerField(null=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("planned follow-up")
        verbose_name_plural = _("planned follow-ups")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="followup_once", fields=["broadcast", "days", "response"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="followup_of_one",
                condition=models.Q(broadcast=None) ^ models.Q(days=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.broadcast_id or self.days} {self.response}"
