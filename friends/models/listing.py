from datetime import timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class FollowerListingQuerySet(models.QuerySet["FollowerListing"]):
    def open(self) -> Self:
        """The one that is under way or waits, if any."""
        return self.filter(state__in=FollowerListing.OPEN)


class FollowerListing(models.Model):
    """One reading of LINE's list of followers, page by page. It can stop and go on anywhere."""

    class State(models.TextChoices):
        RUNNING = "running", _("Under way")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")
        REFUSED = "refused", _("Refused by LINE")

    OPEN = (State.RUNNING, State.PAUSED)
    # LINE's word for the next page is good for 24 hours.
    PLACE_LIVES = timedelta(hours=23)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    user_id = models.IntegerField(null=True)
    next = models.TextField(blank=True)  # LINE's word for the next page; "" is the first
    next_at = models.DateTimeField(null=True)
    pages = models.IntegerField(_("pages"), default=0)
    people = models.IntegerField(_("people"), default=0)
    created = models.IntegerField(_("new"), default=0)
    returned = models.IntegerField(_("friends again"), default=0)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = FollowerListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("import from LINE")
        verbose_name_plural = _("imports from LINE")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                name="listing_one_at_a_time",
                condition=models.Q(state__in=("running", "paused")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
