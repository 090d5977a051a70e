"""Invoices and credit notes. What is issued never changes; the database refuses it."""

from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Tenant
from invoices import taxes

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


CORRECTION = "correction:"  # then the number of the invoice whose month it corrects


class NumberSeries(models.Model):
    """The last number given in a series of documents; its row is the lock under which the next is given."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    name = models.CharField(_("series"), max_length=20)
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("series of numbers")
        verbose_name_plural = _("series of numbers")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(name="number_series_once", fields=["agency", "name"])]

    def __str__(self) -> str:
        return f"{self.name} {self.last}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def in_reach(self, user: "User | AnonymousUser", act: str = "view") -> Self:
        """Those of agencies in which the user may view, add, change, delete or issue them."""
        return self.filter(agency__in=Agency.objects.where(user, f"invoices.{act}_document"))

    def issued(self) -> Self:
        return self.filter(state="issued")

    def invoices(self) -> Self:
        return self.filter(kind="invoice")

    def light(self) -> Self:
        """Without what is long: the file, and the sends of the month."""
        return self.defer("pdf", "statement")

    def of_client(self, tenant_id: int) -> Self:
        """What the client may see: what was issued to it."""
        return self.issued().light().filter(tenant=tenant_id)


class Document(models.Model):
    """An invoice for a client's month, or a credit note to one. Amounts are whole units of its currency.

    Those of a credit note say what is given back: above zero where the invoice's are.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit_note", _("Credit note")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEWED = "reviewed", _("Reviewed")
        ISSUED = "issued", _("Issued")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="documents", verbose_name=_("client")
    )
    kind = models.CharField(_("kind"), max_length=11, choices=Kind, default=Kind.INVOICE)
    month = models.DateField(_("month"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    number = models.CharField(_("number"), max_length=40, blank=True)
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_notes",
        verbose_name=_("corrects"),
    )
    currency = models.CharField(_("currency"), max_length=3, default="JPY")
    language = models.CharField(_("language"), max_length=2, default="ja")
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"))
    closing_on = models.DateField(_("closed on"), null=True, blank=True)
    issued_on = models.DateField(_("date of issue"), null=True, blank=True)
    due_on = models.DateField(_("due date"), null=True, blank=True)
    issuer = models.JSONField(_("issuer"), default=dict)
    recipient = models.JSONField(_("recipient"), default=dict)
    basis = models.JSONField(_("what it was reckoned from"), default=dict)
    statement = models.JSONField(_("sends of the month"), null=True, editable=False)
    taxes = models.JSONField(_("amounts by tax rate"), default=list)
    subtotal = models.DecimalField(_("before tax"), max_digits=16, decimal_places=2, default=0)
    tax = models.DecimalField(_("tax"), max_digits=16, decimal_places=2, default=0)
    total = models.DecimalField(_("total"), max_digits=16, decimal_places=2, default=0)
    note = models.TextField(_("remarks"), blank=True)
    pdf = models.BinaryField(null=True, editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    issued_at = models.DateTimeField(_("issued at"), null=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        default_permissions = ("view", "add", "change", "delete")
        permissions = [("issue_document", "Can issue invoices and credit notes")]
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["agency", "month"]),
            models.Index(fields=["tenant", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="document_number_once", fields=["agency", "number"], condition=~models.Q(number="")
            ),
            models.UniqueConstraint(
                name="invoice_once_a_month",
                fields=["tenant", "month"],
                condition=models.Q(kind="invoice"),
            ),
            models.CheckConstraint(
                name="issued_has_its_number",
                condition=~models.Q(state="issued")
                | (~models.Q(number="") & models.Q(issued_on__isnull=False)),
            ),
            models.UniqueConstraint(
                name="one_credit_note_in_work",
                fields=["corrects"],
                condition=models.Q(kind="credit_note") & ~models.Q(state="issued"),
            ),
            models.CheckConstraint(
                name="credit_note_corrects",
                condition=models.Q(kind="invoice") | models.Q(corrects__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.get_kind_display()} {self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        return reverse("invoice", args=[self.pk])

    @property
    def is_issued(self) -> bool:
        return self.state == self.State.ISSUED

    @property
    def is_invoice(self) -> bool:
        return self.kind == self.Kind.INVOICE

    @property
    def is_qualified(self) -> bool:
        """Whether it is a qualified invoice: its issuer is registered."""
        return bool(self.issuer.get("registration_number"))

    @property
    def signed_total(self) -> Decimal:
        """What it adds to what the client owes."""
        return self.total if self.is_invoice else -self.total


class DocumentLine(models.Model):
    """One line; `key` says what it was reckoned from, empty where a person wrote it."""

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="lines", verbose_name=_("document")
    )
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", verbose_name=_("client"))
    position = models.PositiveSmallIntegerField(_("position"))
    key = models.CharField(_("what it is"), max_length=40, blank=True)
    text = models.CharField(_("description"), max_length=200)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=2, default=1)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    unit_price = models.DecimalField(
        _("price of one"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credits",
        verbose_name=_("line it corrects"),
    )
    tax_rate = models.DecimalField(_("tax rate"), max_digits=5, decimal_places=4)

    class Meta:
        verbose_name = _("line of a document")
        verbose_name_plural = _("lines of a document")
        ordering = ["document", "position"]
        constraints = [
            models.UniqueConstraint(
                name="document_line_position",
                fields=["document", "position"],
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_reckoned(self) -> bool:
        """Whether it follows from ledger and contract; what corrects an earlier month was asked for."""
        return bool(self.key) and not self.key.startswith(CORRECTION)

    @property
    def is_reduced(self) -> bool:
        """Whether it stands at the reduced rate, and is marked."""
        return taxes.is_reduced(self.tax_rate, self.document.currency)
