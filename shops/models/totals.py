"""What a customer bought, all in all."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CustomerTotals(models.Model):
    """Number, sum, first and last of a customer's orders that count; written with each change of these.

    Who has no order that counts has no row, or one of zero orders.
    """

    customer = models.OneToOneField(
        "customers.Customer",
        models.CASCADE,
        primary_key=True,
        related_name="totals",
        verbose_name=_("customer"),
    )
    orders = models.IntegerField(_("orders"), default=0)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2, default=0)
    first_at = models.DateTimeField(_("first order"), null=True)
    last_at = models.DateTimeField(_("last order"), null=True)

    class Meta:
        verbose_name = _("totals of a customer")
        verbose_name_plural = _("totals of customers")
        indexes = [
            models.Index(fields=["orders"], name="customertotals_orders"),
            models.Index(fields=["amount"], name="customertotals_amount"),
            models.Index(fields=["last_at"], name="customertotals_last"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.orders}"
