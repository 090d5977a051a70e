"""What LINE counted of what steps sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from scenarios.models.send import StepText


class StepInsight(models.Model):
    """LINE's statistics of a step's text in one month of Japan, as they were last copied.

    LINE adds up at most 31 days. Counts of people are null where it hides them, as they are fewer than 20.
    """

    text = models.ForeignKey(StepText, on_delete=models.CASCADE, related_name="insights")
    month = models.DateField(_("month"))
    taken_at = models.DateTimeField(_("taken"))  # or last asked for
    is_ready = models.BooleanField(_("answered"))
    is_final = models.BooleanField(_("final"))
    delivered = models.IntegerField(_("delivered"))  # of our own knowledge
    opened = models.IntegerField(_("opened"), null=True)
    clicked = models.IntegerField(_("clicked"), null=True)
    data = models.JSONField()  # LINE's answer, whole

    class Meta:
        verbose_name = _("statistics of a step by LINE")
        verbose_name_plural = _("statistics of steps by LINE")
        ordering = ["text", "-month"]
        constraints = [models.UniqueConstraint(name="stepinsight_once", fields=["text", "month"])]

    def __str__(self) -> str:
        return f"{self.text_id} {self.month:%Y-%m}"
