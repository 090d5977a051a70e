"""What every consent keeps."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Consent(models.Model):
    """That a customer agreed, or does no longer. The newest row is what holds; none: never asked.

    A model of this kind adds `customer`, `how` (with `page`, `api` and `import` among its choices), and texts
    that say how it is known; its index is by customer, the newest first.
    """

    is_given = models.BooleanField(_("agreed"))
    at = models.DateTimeField(_("since"))
    by_id = models.IntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("entered"), db_default=Now())

    if TYPE_CHECKING:
        customer_id: int
        how: str

    class Meta:
        abstract = True
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.at:%Y-%m-%d}"
