"""How a client's membership card looks."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from invitations.models import is_colour

KEY_LENGTH = 60  # of a customer's attribute


class CardSettings(models.Model):
    """The one row of a client. Without it, the defaults hold and no card is shown."""

    class Symbol(models.TextChoices):
        QR = "qr", _("QR code")
        CODE128 = "code128", "CODE 128"
        EAN13 = "ean13", "JAN-13 (EAN-13)"
        NW7 = "nw7", "NW-7 (Codabar)"
        CODE39 = "code39", "CODE 39"

    is_on = models.BooleanField(_("show the card"), default=False)
    title = models.CharField(_("title"), max_length=40, blank=True)
    colour = models.CharField(_("colour"), max_length=7, blank=True, validators=[is_colour])
    symbol = models.CharField(_("code to scan"), max_length=10, choices=Symbol, default=Symbol.CODE128)
    points_field = models.CharField(_("points"), max_length=KEY_LENGTH, blank=True)
    rank_field = models.CharField(_("rank"), max_length=KEY_LENGTH, blank=True)
    expiry_field = models.CharField(_("points expire"), max_length=KEY_LENGTH, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("membership card")
        verbose_name_plural = _("membership card")
        constraints = [models.CheckConstraint(name="cardsettings_one", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def present(cls) -> Self:
        """The client's row; unsaved defaults if there is none yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
