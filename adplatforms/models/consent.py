"""Who agreed that an ad platform is told of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.consents.models import Consent


class AdConsent(Consent):
    """That a customer agreed to ads, or does no longer. The newest row is what holds; none: never asked."""

    class How(models.TextChoices):
        PAGE = "page", _("Entered by hand")
        API = "api", _("By API")
        IMPORT = "import", _("By import")
        ERASED = "erased", _("Personal data erased")

    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.CASCADE,
        related_name="ad_consents",
        verbose_name=_("customer"),
    )
    how = models.CharField(_("how"), max_length=10, choices=How)
    source = models.CharField(_("where they were asked"), max_length=200, blank=True)
    proof = models.CharField(_("proof"), max_length=200, blank=True)  # where it can be looked up

    class Meta(Consent.Meta):
        verbose_name = _("consent to ads")
        verbose_name_plural = _("consents to ads")
        indexes = [models.Index(fields=["customer", "-at", "-id"], name="adconsent_newest")]
