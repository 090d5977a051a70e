"""What was asked for the months of many clients at once."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Tenant
from accounts.reasons import ReasonField


class Wish(models.Model):
    """Somebody wants a client's month drafted, or its reviewed invoice issued; and what came of it.

    There is one row for each client, month and act: asking again begins it anew.
    """

    class Act(models.TextChoices):
        DRAFT = "draft", _("Draft the invoice")
        ISSUE = "issue", _("Issue the invoice")

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", verbose_name=_("client"))
    month = models.DateField(_("month"))
    act = models.CharField(_("what is wanted"), max_length=5, choices=Act)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    at = models.DateTimeField(_("asked at"), db_default=Now())
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    problem = ReasonField(_("problem"), blank=True, db_default="")

    class Meta:
        verbose_name = _("wish for a month")
        verbose_name_plural = _("wishes for months")
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="wish_once", fields=["tenant", "month", "act"])]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.month:%Y-%m} {self.act}"
