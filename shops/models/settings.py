"""How a client counts its shop."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShopSettings(models.Model):
    """The one row of a client. Without it, the defaults hold."""

    currency = models.CharField(_("currency"), max_length=3, default="JPY")

    class Meta:
        verbose_name = _("settings of the shop")
        verbose_name_plural = _("settings of the shop")
        constraints = [models.CheckConstraint(name="shopsettings_one", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def present(cls) -> Self:
        """The client's row; unsaved defaults if there is none yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
