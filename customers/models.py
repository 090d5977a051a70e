"""The tenant's own records of people, as its books have them."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """A person in the client's own books: shop, point card, core system."""

    NUMBER_LENGTH = 100
    NAME_LENGTH = 100

    id = models.AutoField(primary_key=True)
    number = models.CharField(_("customer number"), max_length=NUMBER_LENGTH, unique=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["-id"]
        indexes = [GinIndex(fields=["attributes"], name="customer_attributes", opclasses=["jsonb_path_ops"])]

    def __str__(self) -> str:
        return self.name or self.number
