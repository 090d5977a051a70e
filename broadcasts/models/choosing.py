"""Who of a segment gets a broadcast, and which of its texts."""

from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.reasons import ReasonField
from broadcasts.models.broadcast import Broadcast


class SplitTest(models.Model):
    """An A/B test: a sample gets the variants, and after a while the rest gets the best one."""

    class Metric(models.TextChoices):
        OPENS = "opens", _("Opens")
        CLICKS = "clicks", _("Clicks")
        ORDERS = "orders", _("Orders")

    broadcast = models.OneToOneField(Broadcast, on_delete=models.CASCADE, related_name="split_test")
    sample_percent = models.PositiveSmallIntegerField(
        _("sample"), default=20, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    metric = models.CharField(_("decided by"), max_length=6, choices=Metric, default=Metric.CLICKS)
    waits = models.DurationField(_("waits"), default=timedelta(hours=4))
    asks_person = models.BooleanField(
        _("a person decides if the figures do not"), default=False, db_default=False
    )
    rest = models.BinaryField(null=True, editable=False)  # roaring bitmap of who gets the winner
    rest_count = models.IntegerField(null=True, editable=False)
    decides_at = models.DateTimeField(_("decides at"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by_id = models.IntegerField(null=True, editable=False)  # null: by the figures
    winner = models.ForeignKey("Variant", on_delete=models.SET_NULL, null=True, related_name="+")
    reason = ReasonField(blank=True, editable=False)  # why this one, in words

    class Meta:
        verbose_name = _("A/B test")
        verbose_name_plural = _("A/B tests")

    def __str__(self) -> str:
        return f"{self.broadcast} A/B"

    @property
    def is_decided(self) -> bool:
        return self.decided_at is not None

    @property
    def hours(self) -> int:
        """How long it waits, in whole hours."""
        return round(self.waits.total_seconds() / 3600)


class Variant(models.Model):
    """One of the texts of an A/B test. The letter A is what the broadcast itself says: see `written`."""

    LETTERS = "ABCD"

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="variants")
    letter = models.CharField(max_length=1)
    messages = models.JSONField(_("messages"))
    unit_name = models.CharField(max_length=30, blank=True, db_default="", editable=False)
    body = models.BinaryField(null=True, editable=False)
    audience = models.BinaryField(null=True, editable=False)  # roaring bitmap: its part of the sample
    audience_count = models.IntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ["broadcast", "letter"]
        constraints = [models.UniqueConstraint(name="variant_letter", fields=["broadcast", "letter"])]

    def __str__(self) -> str:
        return f"{self.broadcast} {self.letter}"

    @property
    def is_first(self) -> bool:
        return self.letter == self.LETTERS[0]

    @property
    def written(self) -> list[dict]:
        """Its messages; of the first those of the broadcast, wherever they are changed."""
        return self.broadcast.messages if self.is_first else self.messages
