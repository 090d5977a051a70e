"""A scenario as it is being written, and its versions as people go through them."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page

NAMES_COUPON = '$.** ? ((@.type == "reward" || @.type == "coupon") && @.coupon == $number)'


def has_in_flow(path: str, number: int) -> models.Func:
    """That a flow has what this JSON path finds, in which the number is called `$number`."""
    return models.Func(
        models.F("flow"),
        models.Value(path),
        models.Func(models.Value("number"), models.Value(number), function="jsonb_build_object"),
        template="jsonb_path_exists(%(expressions)s)",
        output_field=models.BooleanField(),
    )


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def running(self) -> Self:
        """Those that let people in and lead them on."""
        return self.filter(status=Scenario.Status.RUNNING)

    def kept(self) -> Self:
        """Those that are not archived."""
        return self.exclude(status=Scenario.Status.ARCHIVED)

    def naming_coupon(self, number: int) -> Self:
        """Those that, as they are being written, give a coupon of the client's own, or ask who has it."""
        return self.filter(has_in_flow(NAMES_COUPON, number))


class Scenario(models.Model):
    """What is sent to a person when something has happened, step by step. `flow` is what is being written."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        ARCHIVED = "archived", _("Archived")

    NAME_LENGTH = 100

    name = models.CharField(_("name"), max_length=NAME_LENGTH, unique=True)
    note = models.TextField(_("note"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    flow = models.JSONField(_("flow"))  # as scenarios/flow/ reads it; a draft may be incomplete
    revision = models.PositiveIntegerField(default=1, editable=False)  # of the draft: grows with each change
    version = models.ForeignKey(
        "scenarios.Version", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("version")
    )
    made_of = models.CharField(max_length=40, blank=True, editable=False)  # code of the ready-made one
    key = models.UUIDField(default=uuid4, editable=False)  # retry keys are derived from it
    created_by_id = models.IntegerField(null=True, editable=False)  # users are public: an id, no key
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("changed"), db_default=Now(), editable=False)
    paused_at = models.DateTimeField(_("paused"), null=True, editable=False)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        ordering = ["-id"]
        permissions = [("publish_scenario", _("Can let a scenario run, pause it and stop it"))]
        constraints = [
            models.CheckConstraint(
                name="scenario_runs_a_version",
                condition=~models.Q(status__in=["running", "paused"]) | models.Q(version__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("scenario", self.pk)

    @property
    def ledger_owner(self) -> str:
        return f"scenario:{self.pk}"


class VersionQuerySet(models.QuerySet["Version"]):
    def published(self) -> Self:
        """Those that were let run, without what was only tried out."""
        return self.filter(is_trial=False)


class Version(models.Model):
    """A flow as it was published, or as it was tried out. It is never changed.

    A trial has the number of the draft's revision.
    """

    scenario = models.ForeignKey(
        Scenario, on_delete=models.CASCADE, related_name="versions", verbose_name=_("scenario")
    )
    number = models.PositiveIntegerField(_("number"))
    flow = models.JSONField(_("flow"))
    published_by_id = models.IntegerField(null=True, editable=False)
    published_at = models.DateTimeField(_("published"), db_default=Now(), editable=False)
    is_trial = models.BooleanField(_("tried out"), default=False, db_default=False, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a scenario")
        verbose_name_plural = _("versions of scenarios")
        ordering = ["scenario", "-number"]
        constraints = [
            models.UniqueConstraint(name="scenarioversion_number", fields=["scenario", "number", "is_trial"])
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id} v{self.number}"
