"""What came in, passed on to the client's other tools as it came. Public, beside the inbox it reads."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page
from accounts.models import Tenant


class TargetQuerySet(models.QuerySet["Target"]):
    def of(self, tenant: Tenant) -> Self:
        return self.filter(tenant=tenant.pk)


class Target(models.Model):
    """An address of the client's that gets every webhook, or those with events of some types."""

    class Standing(models.TextChoices):
        NEW = "new", _("Nothing sent yet")
        WORKS = "works", _("Works")
        STUMBLES = "stumbles", _("Failed a moment ago")
        FAILING = "failing", _("Failing")
        PAUSED = "paused", _("Paused")

    NAME_LENGTH = 60
    ROUNDS_TO_HOLD = 3  # after so many failures in a row only one request at a time tries whether it is back

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="relays", verbose_name=_("client")
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    url = models.CharField(_("address"), max_length=500)
    event_types = models.JSONField(
        _("event types"), default=list, blank=True, help_text=_("Empty: everything, byte for byte.")
    )
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    fail_count = models.IntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    held_until = models.DateTimeField(_("tried again"), null=True, blank=True)
    announced_at = models.DateTimeField(_("failure announced"), null=True, blank=True)
    succeeded_at = models.DateTimeField(_("last success"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("relay target")
        verbose_name_plural = _("relay targets")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(name="relay_target_once", fields=["tenant", "url"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("relay", self.pk)

    @property
    def standing(self) -> "Target.Standing":
        if self.paused_at:
            return self.Standing.PAUSED
        if self.fail_count >= self.ROUNDS_TO_HOLD:
            return self.Standing.FAILING
        if self.fail_count:
            return self.Standing.STUMBLES
        return self.Standing.WORKS if self.succeeded_at else self.Standing.NEW

    def wants(self, types: "frozenset[str] | None") -> bool:
        """Whether a body with events of these types goes there; None: what is in it cannot be read."""
        return not self.event_types or bool(types and not types.isdisjoint(self.event_types))


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def of(self, target: Target) -> Self:
        return self.filter(tenant_id=target.tenant_id, target=target.pk)

    def waiting(self) -> Self:
        return self.filter(state=Delivery.State.NEW)


class Delivery(models.Model):
    """One webhook body on its way to one target. Partitioned by day, dropped when aged.

    The body is not copied: it is the inbox's row of this number and moment.
    """

    class State(models.TextChoices):
        NEW = "new", _("Waiting")
        DONE = "done", _("Delivered")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Skipped")

    id = models.BigIntegerField(primary_key=True)
    created_at = models.DateTimeField(_("arrived"))
    tenant_id = models.IntegerField()
    target = models.ForeignKey(
        Target,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="deliveries",
        verbose_name=_("target"),
    )
    body_id = models.BigIntegerField()
    body_received_at = models.DateTimeField(_("received"))
    event_types = models.TextField(_("events"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    due_at = models.DateTimeField(_("next try"))
    lease_until = models.DateTimeField(null=True)  # a worker is at it
    attempt_count = models.SmallIntegerField(_("attempts"), default=0)
    status = models.SmallIntegerField(_("answer"), null=True)
    took_ms = models.IntegerField(_("time taken"), null=True)
    error = models.TextField(_("error"), blank=True)
    attempts = models.JSONField(default=list)  # each: at, status, took_ms, error
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "relays_delivery"
        ordering = ["-id"]
        verbose_name = _("relay delivery")
        verbose_name_plural = _("relay deliveries")

    def __str__(self) -> str:
        return f"{self.body_received_at:%Y-%m-%d %H:%M:%S} {self.get_state_display()}"

    @property
    def tries(self) -> list[dict]:
        """Its attempts, oldest first, their times as times."""
        return [each | {"at": datetime.fromisoformat(each["at"])} for each in self.attempts]
