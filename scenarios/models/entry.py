"""The people in scenarios: where each stands, when it is their turn, and the way they came."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import reasons
from scenarios.models.scenario import Scenario, Version


class EntryQuerySet(models.QuerySet["Entry"]):
    def inside(self) -> Self:
        """Those who have not come to an end."""
        return self.filter(state__in=Entry.INSIDE)

    def real(self) -> Self:
        """Without those who only try the scenario out."""
        return self.filter(is_test=False)


class Entry(models.Model):
    """One person in a scenario, once: they stand at one step until its moment has come.

    Only who is `waiting` has a moment (`due_at`), or an event to wait for. Who is `sending` goes on when the
    send of the step is settled.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent to")
        ENDED = "ended", _("Ended")

    INSIDE = (State.WAITING, State.SENDING)

    class Reason(models.TextChoices):
        """Why they are out."""

        FINISHED = "finished", _("Went through to the end")
        GOAL = "goal", _("Reached the goal")
        EVENT = "event", _("Did what ends it")
        UNLINKED = "unlinked", _("ID link undone")
        BLOCKED = "blocked", _("Blocked the account")
        SEGMENT = "segment", _("No longer meets the condition")
        HELD_OUT = "held_out", _("In the hold-out group")
        REMOVED = "removed", _("Taken out by somebody")
        STOPPED = "stopped", _("The scenario was ended")
        GONE = "gone", _("The step is no longer there")

    scenario = models.ForeignKey(
        Scenario,
        on_delete=models.CASCADE,
        related_name="entries",
        db_index=False,
        verbose_name=_("scenario"),
    )
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, related_name="entries", verbose_name=_("version")
    )
    friend = models.ForeignKey(
        "friends.Friend",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="scenario_entries",
        db_index=False,
        verbose_name=_("friend"),
    )
    # A customer without a friend gets mail and notification messages only. No key: they may be merged.
    customer_id = models.IntegerField(_("customer"), null=True, blank=True)
    subject = models.CharField(_("about"), max_length=200, blank=True)  # such as the product's code
    context = models.JSONField(_("what let them in"), default=dict)  # properties of the event or of the call
    key = models.CharField(max_length=200, editable=False)  # the same trigger again has the same
    step = models.CharField(_("step"), max_length=20)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    priority = models.SmallIntegerField(default=5)  # 1 is first
    due_at = models.DateTimeField(_("due"), null=True)
    held_at = models.DateTimeField(null=True)  # the moment that came while the scenario was paused
    waits_for = models.CharField(_("waits for"), max_length=60, blank=True)  # a type of event
    problem = models.CharField(_("problem"), max_length=reasons.MOST, blank=True)  # why it must wait here
    is_test = models.BooleanField(_("test"), default=False, db_default=False)
    entered_at = models.DateTimeField(_("entered"), db_default=Now())
    # When what let them in happened, of which we may have heard late: what is after it counts for exits.
    since = models.DateTimeField(db_default=Now())
    arrived_at = models.DateTimeField(_("at this step since"), db_default=Now())
    goal_at = models.DateTimeField(_("reached the goal"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    reason = models.CharField(_("why it ended"), max_length=10, choices=Reason, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("person in a scenario")
        verbose_name_plural = _("people in scenarios")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="scenarioentry_key", fields=["scenario", "key"]),
            models.UniqueConstraint(
                name="scenarioentry_friend_once",
                fields=["scenario", "friend", "subject"],
                condition=Q(state__in=["waiting", "sending"], is_test=False, friend__isnull=False),
            ),
            models.UniqueConstraint(
                name="scenarioentry_customer_once",
                fields=["scenario", "customer_id", "subject"],
                condition=Q(state__in=["waiting", "sending"], is_test=False, friend__isnull=True),
            ),
            models.CheckConstraint(
                name="scenarioentry_is_somebody",
                condition=Q(friend__isnull=False) | Q(customer_id__isnull=False),
            ),
            models.CheckConstraint(
                name="scenarioentry_ended",
                condition=Q(state="ended", ended_at__isnull=False) | ~Q(state="ended") & Q(ended_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "due_at"],
                name="scenarioentry_due",
                condition=Q(state="waiting", due_at__isnull=False),
            ),
            models.Index(fields=["scenario"], name="scenarioentry_held", condition=Q(held_at__isnull=False)),
            models.Index(
                fields=["scenario"],
                name="scenarioentry_problem",
                condition=Q(state__in=["waiting", "sending"]) & ~Q(problem=""),
            ),
            models.Index(
                fields=["scenario", "step"],
                name="scenarioentry_inside",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(
                fields=["customer_id"],
                name="scenarioentry_customer",
                condition=Q(state__in=["waiting", "sending"], customer_id__isnull=False),
            ),
            models.Index(
                fields=["customer_id"], name="scenarioentry_no_friend", condition=Q(friend__isnull=True)
            ),
            models.Index(fields=["scenario"], name="scenarioentry_tries", condition=Q(is_test=True)),
            models.Index(fields=["friend", "-entered_at"], name="scenarioentry_friend"),
            models.Index(fields=["scenario", "-entered_at"], name="scenarioentry_entered"),
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id}/{self.pk} {self.state}"

    @property
    def hindrance(self) -> str:
        """Why the step could not be done yet, for people."""
        return reasons.in_words(self.problem)


class Passage(models.Model):
    """That a person has done a step, and by which way they left it. Nobody does a step twice."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="passages", db_index=False)
    scenario_id = models.BigIntegerField()
    version_id = models.BigIntegerField()
    step = models.CharField(_("step"), max_length=20)
    via = models.CharField(_("way"), max_length=20)  # `next`, or the path of a branch
    what = models.CharField(_("what came of it"), max_length=30, blank=True)  # `sent`, `capped`, …
    at = models.DateTimeField(_("time"), db_default=Now())

    class Meta:
        verbose_name = _("step done")
        verbose_name_plural = _("steps done")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="scenariopassage_once", fields=["entry", "step"])]
        indexes = [
            models.Index(fields=["scenario_id", "step", "via", "what"], name="scenariopassage_of_step")
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.step} {self.via}"
