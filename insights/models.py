"""Funnels that a client keeps."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page


class Funnel(models.Model):
    """Steps that people are hoped to take one after the other, and in what time.

    `steps` are of `{"event", "where"}` as segments have events. Who comes in is told by the period, which
    ends today and is so many days long unless `first` and `last` name its days, and by the segment.
    """

    NAME_LENGTH = 100
    FEWEST_STEPS, MOST_STEPS = 2, 8
    MOST_WINDOW, MOST_DAYS = 180, 731

    id = models.AutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, unique=True)
    steps = models.JSONField(_("steps"), default=list)
    window_days = models.PositiveSmallIntegerField(_("days from the first step to the last"), default=7)
    segment = models.ForeignKey(
        "segments.Segment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="funnels",
        verbose_name=_("segment"),
    )
    period_days = models.PositiveSmallIntegerField(_("length of the period in days"), default=30)
    first = models.DateField(_("first day"), null=True, blank=True)
    last = models.DateField(_("last day"), null=True, blank=True)
    side = models.CharField(_("broken down by"), max_length=60, blank=True)  # code of a side
    created_by_id = models.IntegerField(null=True, editable=False)  # users are public: an id, no key
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("last change"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("funnel")
        verbose_name_plural = _("funnels")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="funnel_window", condition=Q(window_days__gte=1) & Q(window_days__lte=180)
            ),
            models.CheckConstraint(
                name="funnel_days_in_order",
                condition=Q(first=None, last=None) | Q(last__gte=models.F("first")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("funnel", self.pk)
