"""Where each client's figures stand by month, for the agency that looks after many."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Tenant

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Light(models.TextChoices):
    GREEN = "green", _("On track")
    YELLOW = "yellow", _("Nearly there")
    RED = "red", _("Behind")
    GREY = "grey", _("Cannot be told")


class Prices(models.TextChoices):
    """In whose prices a figure is that LINE's cost is part of."""

    NONE = "", _("no cost in it")
    NET = "net", _("LINE’s cost")
    CLIENT = "client", _("as the client sees it")


class ClientFigureQuerySet(models.QuerySet["ClientFigure"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those of clients in which the user may look at figures of all clients."""
        allowed = Tenant.objects.allowing(user, "agency_figures.view_clientfigure")
        return self.filter(tenant__in=allowed.order_by().values("pk"))


class ClientFigure(models.Model):
    """One figure of one client in one month. The client's nightly count writes it, and reads none of others.

    `value` is what came so far, or in all once the month is over; `end` what is expected for its end. Figures
    with cost in them stand twice: in LINE's cost, and in the prices that the client sees.
    """

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="figures", verbose_name=_("client")
    )
    month = models.DateField(_("month"))
    metric = models.CharField(_("figure"), max_length=40, db_collation="C")
    prices = models.CharField(_("prices"), max_length=6, choices=Prices, blank=True, default=Prices.NONE)
    currency = models.CharField(_("currency"), max_length=3, blank=True)  # of what is money
    value = models.DecimalField(_("number"), max_digits=20, decimal_places=6, null=True)
    end = models.DecimalField(_("forecast"), max_digits=20, decimal_places=6, null=True)
    target = models.DecimalField(_("target"), max_digits=20, decimal_places=6, null=True)
    light = models.CharField(_("light"), max_length=6, choices=Light, default=Light.GREY)
    reached = models.DecimalField(_("reached"), max_digits=12, decimal_places=2, null=True)  # per cent
    responsible_id = models.IntegerField(null=True, editable=False)
    counted_until = models.DateField(_("counted until"), null=True)
    counted_at = models.DateTimeField(_("counted"))

    objects = ClientFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure of a client")
        verbose_name_plural = _("figures of clients")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="clientfigure_once", fields=["tenant", "month", "metric", "prices"]),
            models.CheckConstraint(name="clientfigure_of_a_month", condition=Q(month__day=1)),
        ]
        indexes = [models.Index(fields=["month", "metric", "tenant"], name="clientfigure_of_month")]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.metric} {self.month:%Y-%m}"


class AgencyMedian(models.Model):
    """The median of one figure over an agency's clients in a month that is over, as it was first told.

    It stays: whoever asked twice, with clients come or gone in between, could tell one from another. Once,
    when LINE's figures are final, it is reckoned anew.
    """

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+", verbose_name=_("agency"))
    month = models.DateField(_("month"))
    metric = models.CharField(_("figure"), max_length=40, db_collation="C")
    prices = models.CharField(_("prices"), max_length=6, choices=Prices, blank=True, default=Prices.NONE)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    value = models.DecimalField(_("number"), max_digits=20, decimal_places=6)
    clients = models.IntegerField(_("clients"))
    fixed_at = models.DateTimeField(_("fixed"), auto_now_add=True)

    class Meta:
        verbose_name = _("median of an agency")
        verbose_name_plural = _("medians of agencies")
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="agencymedian_once", fields=["agency", "month", "metric", "prices", "currency"]
            ),
            models.CheckConstraint(name="agencymedian_of_five", condition=Q(clients__gte=5)),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.metric} {self.month:%Y-%m}: {self.value:f}"
