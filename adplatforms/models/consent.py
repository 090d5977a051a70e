"""Who agreed that an ad platform is told of them."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class AdConsent(models.Model):
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
    is_given = models.BooleanField(_("agreed"))
    at = models.DateTimeField(_("since"))
    how = models.CharField(_("how"), max_length=10, choices=How)
    source = models.CharField(_("where they were asked"), max_length=200, blank=True)
    proof = models.CharField(_("proof"), max_length=200, blank=True)  # where it can be looked up
    by_id = models.IntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("entered"), db_default=Now())

    class Meta:
        verbose_name = _("consent to ads")
        verbose_name_plural = _("consents to ads")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["customer", "-at", "-id"], name="adconsent_newest")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.at:%Y-%m-%d}"
