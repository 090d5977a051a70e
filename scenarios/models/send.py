"""What a step sends to a person by LINE, and the text that all who do the step have in common."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import reasons
from scenarios.models.entry import Entry
from scenarios.models.scenario import Version


class StepTextQuerySet(models.QuerySet["StepText"]):
    def refused(self) -> Self:
        """Those of which LINE takes none."""
        return self.filter(refused_at__isnull=False)


class StepText(models.Model):
    """The messages of a sending step as they go to LINE, with holes for what is each person's own.

    Written when the version is published, with the links in it.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="texts")
    step = models.CharField(_("step"), max_length=20)
    body = models.BinaryField()
    holes = models.JSONField(default=dict, db_default={})  # whose links and addresses are a person's own
    unit_name = models.CharField(max_length=30, blank=True)  # by which LINE counts opens; "": none was left
    # Since when LINE takes it for nobody, and why: nobody is sent it until a person has seen to it.
    refused_at = models.DateTimeField(_("refused"), null=True)
    refusal = models.CharField(_("LINE’s words"), max_length=300, blank=True, db_default="")

    objects = StepTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a step")
        verbose_name_plural = _("texts of steps")
        constraints = [models.UniqueConstraint(name="steptext_once", fields=["version", "step"])]

    def __str__(self) -> str:
        return f"{self.version_id} {self.step}"


class Send(models.Model):
    """One push to one person for one step. The row fixes its key, and by `text` and `values` its bytes."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        CLAIMED = "claimed", _("Under way")
        ACCEPTED = "accepted", _("Accepted by LINE")
        REJECTED = "rejected", _("Refused by LINE")
        UNKNOWN = "unknown", _("Not known whether it arrived")
        CANCELLED = "cancelled", _("Cancelled")

    OPEN = (State.PENDING, State.CLAIMED)

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="sends", db_index=False)
    scenario_id = models.BigIntegerField()
    text = models.ForeignKey(StepText, on_delete=models.PROTECT, related_name="sends")
    step = models.CharField(_("step"), max_length=20)
    friend_id = models.IntegerField(_("friend"))  # no key: the send stays when the friend's data are erased
    line_user_id = models.CharField(max_length=64)  # as it was when the send was made
    values = models.TextField(blank=True)  # what fills the holes, as `composing.variables` packs it
    retry_key = models.UUIDField(default=uuid4, editable=False)
    priority = models.SmallIntegerField(default=5)
    is_test = models.BooleanField(default=False, db_default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    due_at = models.DateTimeField(_("due"), null=True)  # once claimed: until when nobody else may send it
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    first_tried_at = models.DateTimeField(_("first tried"), null=True)
    is_uncertain = models.BooleanField(default=False)  # an attempt ended without an answer
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    request_id = models.CharField(_("LINE request ID"), max_length=64, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("send of a scenario")
        verbose_name_plural = _("sends of scenarios")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="scenariosend_once", fields=["entry", "step"])]
        indexes = [
            models.Index(
                fields=["priority", "due_at"],
                name="scenariosend_due",
                condition=Q(state__in=["pending", "claimed"]),
            ),
            models.Index(
                fields=["scenario_id", "-id"], name="scenariosend_unknown", condition=Q(state="unknown")
            ),
            models.Index(fields=["friend_id", "accepted_at"], name="scenariosend_friend"),
            models.Index(fields=["scenario_id", "step", "state"], name="scenariosend_of_step"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.step} {self.state}"

    @property
    def reason(self) -> str:
        """What went wrong, for people."""
        return reasons.in_words(self.error)
