"""Who issues invoices, and to whom they go."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Tenant


class Issuer(models.Model):
    """What an agency's invoices say of itself, and how they are numbered."""

    class Rounding(models.TextChoices):
        DOWN = "down", _("Down")
        HALF_UP = "half_up", _("To the nearest")
        UP = "up", _("Up")

    agency = models.OneToOneField(
        Agency, on_delete=models.PROTECT, related_name="issuer", verbose_name=_("agency")
    )
    name = models.CharField(_("company name"), max_length=120)
    registration_number = models.CharField(
        _("registration number"), max_length=14, blank=True, help_text=_("T and 13 digits")
    )
    address = models.TextField(_("postal address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    bank_account = models.TextField(_("bank account"), blank=True)
    tax_rounding = models.CharField(
        _("tax is rounded"),
        max_length=7,
        choices=Rounding,
        default=Rounding.DOWN,
        db_default=Rounding.DOWN,
        help_text=_("Once for each tax rate of a document."),
    )
    number_prefix = models.CharField(_("numbers begin with"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("issuer of invoices")
        verbose_name_plural = _("issuers of invoices")

    def __str__(self) -> str:
        return self.name


class Recipient(models.Model):
    """To whom a client's invoices are addressed, which day closes its month, and when they fall due."""

    class Language(models.TextChoices):
        JAPANESE = "ja", _("Japanese")
        ENGLISH = "en", _("English")

    tenant = models.OneToOneField(
        Tenant, on_delete=models.PROTECT, related_name="invoice_recipient", verbose_name=_("client")
    )
    name = models.CharField(_("company name"), max_length=120)
    department = models.CharField(_("department and person"), max_length=120, blank=True)
    address = models.TextField(_("postal address"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.JAPANESE)
    closing_day = models.PositiveSmallIntegerField(
        _("closing day"), default=31, help_text=_("31: the last day of the month")
    )
    due_months = models.PositiveSmallIntegerField(_("months until it falls due"), default=1)
    due_day = models.PositiveSmallIntegerField(
        _("day on which it falls due"), default=31, help_text=_("31: the last day of the month")
    )

    class Meta:
        verbose_name = _("recipient of invoices")
        verbose_name_plural = _("recipients of invoices")

    def __str__(self) -> str:
        return self.name
