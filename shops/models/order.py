"""What customers ordered."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page


class OrderQuerySet(models.QuerySet["Order"]):
    def counted(self) -> Self:
        """Orders that a customer's totals are made of: not cancelled, not wholly given back, no test."""
        return self.filter(is_test=False).exclude(status__in=Order.UNCOUNTED)

    def waiting(self) -> Self:
        """Orders of a customer number that is not in the books yet."""
        return self.filter(customer=None).exclude(customer_number="")

    def search(self, text: str) -> Self:
        """By order number or customer number, or by the beginning of the customer's name."""
        text = text.strip().replace("\0", "")
        if not text:
            return self
        named = models.Q(customer__name__istartswith=text)
        return self.filter(models.Q(number=text) | models.Q(customer_number=text) | named)


class Order(models.Model):
    """One order as the shop tells it at present. Lines are read and written with it, never alone.

    `stamps` has, by field, the time from which the shop's word on that field is, where it is another than
    `shop_updated_at`; "" if there was none. News older than what is known of a field does not change it.
    """

    class Status(models.TextChoices):
        PLACED = "placed", _("Ordered")
        PAID = "paid", _("Paid for")
        SHIPPED = "shipped", _("Shipped")
        DELIVERED = "delivered", _("Arrived")
        CANCELLED = "cancelled", _("Cancelled")
        RETURNED = "returned", _("Returned")
        PARTLY_REFUNDED = "partly_refunded", _("Partly refunded")

    UNCOUNTED = ("cancelled", "returned")
    SOURCE_LENGTH = 40
    NUMBER_LENGTH = 100

    id = models.AutoField(primary_key=True)
    source = models.CharField(_("shop"), max_length=SOURCE_LENGTH, default="shop")
    number = models.CharField(_("order number"), max_length=NUMBER_LENGTH)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, related_name="orders", verbose_name=_("customer")
    )
    customer_number = models.CharField(_("customer number"), max_length=NUMBER_LENGTH, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PLACED)
    placed_at = models.DateTimeField(_("placed"))
    currency = models.CharField(_("currency"), max_length=3)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2)
    refunded = models.DecimalField(_("refunded"), max_digits=14, decimal_places=2, default=Decimal(0))
    discount = models.DecimalField(_("discount"), max_digits=14, decimal_places=2, default=Decimal(0))
    shipping = models.DecimalField(_("shipping"), max_digits=14, decimal_places=2, default=Decimal(0))
    tax = models.DecimalField(_("tax"), max_digits=14, decimal_places=2, default=Decimal(0))
    lines = models.JSONField(_("lines"), default=list)  # of shops.told.LINE
    coupon_code = models.CharField(_("coupon code"), max_length=100, blank=True)
    is_test = models.BooleanField(_("test order"), db_default=False, default=False)
    tracking_number = models.CharField(_("tracking number"), max_length=100, blank=True)
    # When it happened, by the earliest word on it.
    shipped_at = models.DateTimeField(_("shipped"), null=True)
    delivered_at = models.DateTimeField(_("arrived"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    # The total as it was first told, and when: another one since is a correction.
    first_total = models.DecimalField(max_digits=14, decimal_places=2, editable=False)
    first_told_at = models.DateTimeField(editable=False)
    shop_updated_at = models.DateTimeField(_("changed in the shop"))
    stamps = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(_("first seen"), db_default=Now())
    changed_at = models.DateTimeField(_("last change"), db_default=Now())

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="order_number_of_a_source"),
        ]
        indexes = [
            models.Index(fields=["number"], name="order_number"),
            models.Index(fields=["customer", "placed_at"], name="order_customer_placed"),
            models.Index(fields=["placed_at", "id"], name="order_placed"),
            models.Index(
                fields=["customer_number"],
                name="order_waiting",
                condition=models.Q(customer=None) & ~models.Q(customer_number=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return client_page("order", self.pk)

    @property
    def is_counted(self) -> bool:
        return not self.is_test and self.status not in self.UNCOUNTED

    @property
    def is_waiting(self) -> bool:
        """Whether it is of a customer number that is not in the books yet."""
        return self.customer_id is None and self.customer_number != ""

    @property
    def counted_amount(self) -> Decimal:
        """What a customer's totals have of it."""
        return self.total - self.refunded if self.is_counted else Decimal(0)

    def told_at(self, field: str) -> datetime:
        """From when the shop's word on this field is."""
        stamp = self.stamps.get(field)
        return datetime.fromisoformat(stamp) if stamp else self.shop_updated_at
