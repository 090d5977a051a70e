"""Links that contradict what is there, for a person to decide."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from linking.models.link import ENTRY_LENGTH, Link


class LinkConflictQuerySet(models.QuerySet["LinkConflict"]):
    def open(self) -> Self:
        return self.filter(state=LinkConflict.State.OPEN)


class LinkConflict(models.Model):
    """That somebody says this friend is this customer, where one of them is linked to another already."""

    class State(models.TextChoices):
        OPEN = "open", _("To decide")
        REPLACED = "replaced", _("Linked anew")
        KEPT = "kept", _("Kept as it was")
        SETTLED = "settled", _("Settled by itself")

    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.CASCADE, related_name="link_conflicts", verbose_name=_("friend")
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="link_conflicts", verbose_name=_("customer")
    )
    method = models.CharField(_("method"), max_length=20, choices=Link.Method)
    entry = models.CharField(_("entry point"), max_length=ENTRY_LENGTH, blank=True, db_default="")
    claimed_at = models.DateTimeField(_("claimed"))
    consent = models.TextField(_("consent text shown"), blank=True, db_default="")
    consent_at = models.DateTimeField(_("agreed"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    decided_by_id = models.IntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = LinkConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("link conflict")
        verbose_name_plural = _("link conflicts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="linkconflict_open_pair", fields=["friend", "customer"], condition=models.Q(state="open")
            )
        ]

    def __str__(self) -> str:
        return f"{self.friend} – {self.customer}"
