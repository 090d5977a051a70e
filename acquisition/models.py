"""What of each yen of revenue is left to pay for friends."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Margin(models.Model):
    """The client's gross margin: one row. Without it, all revenue counts."""

    ALL = Decimal(100)

    percent = models.DecimalField(
        _("gross margin (%)"),
        max_digits=5,
        decimal_places=2,
        default=ALL,
        help_text=_("What is left of 100 yen of revenue once the goods are paid. More than 0, at most 100."),
    )
    changed_by_id = models.IntegerField(null=True, editable=False)  # users are public: an id, no key
    changed_at = models.DateTimeField(_("last change"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("gross margin")
        verbose_name_plural = _("gross margins")
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(name="margin_one", condition=Q(id=1)),
            models.CheckConstraint(
                name="margin_is_a_share", condition=Q(percent__gt=0) & Q(percent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"

    @classmethod
    def present(cls) -> Self:
        """The client's row; an unsaved one of 100 % if there is none yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def share(self) -> Decimal:
        return self.percent / 100

    @property
    def is_set(self) -> bool:
        return not self._state.adding
