"""What agency and client have agreed: what the client pays for LINE's cost, and which of the two it sees."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Tenant
from contracts import markup


class ContractQuerySet(models.QuerySet["Contract"]):
    def in_force(self, tenant_id: int, month: date) -> "Contract | None":
        """The contract that holds in this month; None: nothing is agreed."""
        begun = self.filter(tenant_id=tenant_id, valid_from__lte=month)
        return begun.order_by("-valid_from").first()

    def lacking(self, tenants: models.QuerySet[Tenant], month: date) -> models.QuerySet[Tenant]:
        """Of these clients those with whom nothing is agreed for this month."""
        return tenants.exclude(pk__in=self.filter(valid_from__lte=month).values("tenant"))


class Contract(models.Model):
    """The terms between agency and client from a month on, until the next ones.

    Net is what LINE charges, before tax; gross is what the client pays the agency for it, before tax.
    """

    class Kind(models.TextChoices):
        PASS_THROUGH = "pass_through", _("At cost")
        MARKUP = "markup", _("Mark-up on cost")  # 外掛け: gross = net × (1 + rate)
        MARGIN = "margin", _("Margin of the price")  # 内掛け: gross = net ÷ (1 − rate)
        PER_MESSAGE = "per_message", _("Fixed price per message")

    class Rounding(models.TextChoices):
        DOWN = "down", _("Rounded down")
        HALF_UP = "half_up", _("Rounded to the nearest")
        UP = "up", _("Rounded up")

    class Shows(models.TextChoices):
        NET = "net", _("LINE's cost")
        GROSS = "gross", _("The client's price only")

    class Payer(models.TextChoices):
        AGENCY = "agency", _("The agency, which bills the client")
        CLIENT = "client", _("The client itself")

    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="contracts", verbose_name=_("client")
    )
    valid_from = models.DateField(_("valid from"), help_text=_("First day of a month"))
    kind = models.CharField(_("price of messages"), max_length=12, choices=Kind, default=Kind.PASS_THROUGH)
    rate = models.DecimalField(
        _("rate"), max_digits=6, decimal_places=4, default=Decimal(0), help_text=_("0.2 is 20 %")
    )
    unit_price = models.DecimalField(
        _("price of one message"), max_digits=10, decimal_places=4, null=True, blank=True
    )
    charges_free_messages = models.BooleanField(_("free messages are charged too"), default=False)
    minimum = models.DecimalField(
        _("least charge for messages in a month"), max_digits=12, decimal_places=2, default=Decimal(0)
    )
    base_fee = models.DecimalField(
        _("base fee per month"), max_digits=12, decimal_places=2, default=Decimal(0)
    )
    passes_monthly_fee = models.BooleanField(
        _("LINE's monthly fee is charged too"), default=True, help_text=_("As part of the cost.")
    )
    currency = models.CharField(
        _("currency"), max_length=3, db_default="JPY", default="JPY", help_text=_("Of the client's LINE plan")
    )
    payer = models.CharField(_("who pays LINE"), max_length=6, choices=Payer, default=Payer.AGENCY)
    rounding = models.CharField(
        _("rounding to whole yen"), max_length=7, choices=Rounding, default=Rounding.DOWN
    )
    tax_rate = models.DecimalField(_("tax rate"), max_digits=5, decimal_places=4, default=Decimal("0.10"))
    shows = models.CharField(_("the client sees"), max_length=5, choices=Shows, default=Shows.NET)
    counts_fees_in_return = models.BooleanField(
        _("agency's fees count in the return on spend"), default=False
    )
    note = models.TextField(_("note"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        permissions = [("view_net", "Can see LINE's cost whatever the contract shows")]
        ordering = ["tenant", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="contract_once_a_month",
                fields=["tenant", "valid_from"],
                violation_error_message=_("There are terms that begin in this month already."),
            ),
            models.CheckConstraint(
                name="contract_begins_a_month",
                condition=models.Q(valid_from__day=1),
                violation_error_message=_("Give the first day of a month."),
            ),
            models.CheckConstraint(
                name="contract_margin_below_all",
                condition=models.Q(rate__gte=0) & (~models.Q(kind="margin") | models.Q(rate__lt=1)),
                violation_error_message=_("A margin is 0 or more, and less than the whole price."),
            ),
            models.CheckConstraint(
                name="contract_has_its_price",
                condition=~models.Q(kind="per_message")
                | models.Q(unit_price__isnull=False, unit_price__gte=0),
                violation_error_message=_("Give the price of one message."),
            ),
            models.CheckConstraint(
                name="contract_amounts_are_positive",
                condition=models.Q(minimum__gte=0, base_fee__gte=0, tax_rate__gte=0),
                violation_error_message=_("An amount is 0 or more."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.valid_from:%Y-%m} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("contract", args=[self.tenant.slug, self.pk])

    @property
    def terms(self) -> markup.Terms:
        """All that is charged by this contract, its options included."""
        return replace(self.prices, options=tuple(option.terms for option in self.options.all()))

    @property
    def prices(self) -> markup.Terms:
        """Likewise without the options: what an amount of LINE becomes for the client."""
        return markup.Terms(
            kind=markup.Kind(self.kind),
            rate=self.rate,
            unit_price=self.unit_price or Decimal(0),
            charges_free_messages=self.charges_free_messages,
            minimum=self.minimum,
            base_fee=self.base_fee,
            passes_monthly_fee=self.passes_monthly_fee,
            client_pays_line=self.payer == self.Payer.CLIENT,
            rounding=markup.Rounding(self.rounding),
            currency=self.currency,
            tax_rate=self.tax_rate,
        )


class ContractOption(models.Model):
    """Something else that is charged by the contract, every month or in one."""

    contract = models.ForeignKey(
        Contract, on_delete=models.CASCADE, related_name="options", verbose_name=_("contract")
    )
    name_ja = models.CharField(_("name in Japanese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, default=Decimal(1))
    unit_price = models.DecimalField(_("price of one"), max_digits=12, decimal_places=2)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=5, decimal_places=4, default=Decimal("0.10"))
    month = models.DateField(_("only in the month"), null=True, blank=True)

    class Meta:
        verbose_name = _("option of a contract")
        verbose_name_plural = _("options of a contract")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the language that is active when it is read."""
        return self.name_ja if (get_language() or "").startswith("ja") else self.name_en

    @property
    def terms(self) -> markup.Option:
        return markup.Option(
            self.name_ja,
            self.name_en,
            self.quantity,
            self.unit_price,
            self.tax_rate,
            month=self.month,
            number=self.pk,
        )
