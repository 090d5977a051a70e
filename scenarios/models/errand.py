"""What steps ask of others: a rich menu of LINE, another program to take note, a word to the team."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from scenarios.models.entry import Entry


class Errand(models.Model):
    """One thing that a step asks of somebody else for one person. It is asked for in the work of a moment
    later, so that nobody in the scenario waits for an answer.
    """

    class Kind(models.TextChoices):
        MENU = "menu", _("Rich menu")
        WEBHOOK = "webhook", _("Webhook")
        NOTIFY = "notify", _("Mail to the team")

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        UNDER_WAY = "under_way", _("Under way")
        DONE = "done", _("Carried out")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Not known whether it arrived")
        SUPERSEDED = "superseded", _("Overtaken by a later one")

    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="errands", verbose_name=_("person in a scenario")
    )
    scenario_id = models.BigIntegerField()
    step = models.CharField(_("step"), max_length=20)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    about = models.TextField(_("what about"), blank=True)  # the menu's number, or the address
    friend_id = models.IntegerField(_("friend"), null=True)  # whose menu
    user_id = models.IntegerField(_("user"), null=True)  # who is told
    key = models.UUIDField(default=uuid4, editable=False)  # by which a receiver knows a repetition
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    due_at = models.DateTimeField(_("next try"), null=True)
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0)
    status = models.SmallIntegerField(_("answer"), null=True)
    took_ms = models.IntegerField(_("time taken"), null=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("errand of a scenario")
        verbose_name_plural = _("errands of scenarios")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="errand_once", fields=["entry", "step", "user_id"], nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(
                fields=["kind", "due_at"], name="errand_due", condition=Q(state__in=["open", "under_way"])
            ),
            models.Index(fields=["friend_id", "-id"], name="errand_menu", condition=Q(kind="menu")),
            models.Index(fields=["-id"], name="errand_webhooks", condition=Q(kind="webhook")),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.step} {self.kind} {self.state}"


class WebhookSecret(models.Model):
    """What this client's webhooks are signed with. One row, or none; a renewed one leaves the former good
    for a while.
    """

    sealed = models.BinaryField()
    former = models.BinaryField(null=True)
    former_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("secret of webhooks")
        verbose_name_plural = _("secrets of webhooks")

    def __str__(self) -> str:
        return str(_("Secret of webhooks"))
