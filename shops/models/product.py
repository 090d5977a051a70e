"""What the shop sells, and how stock and prices moved."""

from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page


class ProductQuerySet(models.QuerySet["Product"]):
    def whole(self) -> Self:
        """Products themselves, without their variants."""
        return self.filter(parent=None)

    def search(self, text: str) -> Self:
        """By the beginning of a code, or by any part of a name or category."""
        text = text.strip().replace("\0", "")
        found = models.Q(code__istartswith=text) | models.Q(name__icontains=text)
        return self.filter(found | models.Q(category__icontains=text)) if text else self


class Product(models.Model):
    """A product, or a variant of one (`parent`) such as a size; each is known by a code of its own."""

    CODE_LENGTH = 100
    NAME_LENGTH = 200
    CATEGORY_LENGTH = 300

    id = models.AutoField(primary_key=True)
    code = models.CharField(_("code"), max_length=CODE_LENGTH, unique=True)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="variants", verbose_name=_("variant of")
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    category = models.CharField(
        _("category"), max_length=CATEGORY_LENGTH, blank=True, help_text=_("Such as “Women > Shirts”")
    )
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=2, null=True, blank=True)
    compare_at_price = models.DecimalField(
        _("price before"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3)
    stock = models.IntegerField(_("stock"), null=True, blank=True, help_text=_("Empty: not counted"))
    picture_url = models.URLField(_("address of the picture"), max_length=1000, blank=True)
    page_url = models.URLField(_("page in the shop"), max_length=1000, blank=True)
    shop_updated_at = models.DateTimeField(_("changed in the shop"))
    created_at = models.DateTimeField(_("first seen"), db_default=Now())
    changed_at = models.DateTimeField(_("last change"), db_default=Now())

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["-id"]
        indexes = [models.Index(fields=["-shop_updated_at"], name="product_shop_updated")]

    def __str__(self) -> str:
        own = self.name or self.code
        return f"{self.parent} / {own}" if self.parent_id else own

    def get_absolute_url(self) -> str:
        return client_page("product", self.parent_id or self.pk)


class ProductChange(models.Model):
    """That a product came back in stock or changed its price. It concerns no person: whom to tell is asked
    of the timeline, by who viewed or favoured it.
    """

    class Kind(models.TextChoices):
        RESTOCKED = "product_restocked", _("Back in stock")
        PRICE = "price_changed", _("Price changed")

    product = models.ForeignKey(Product, models.CASCADE, related_name="changes", verbose_name=_("product"))
    kind = models.CharField(_("what changed"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("time"))
    old = models.DecimalField(_("before"), max_digits=14, decimal_places=2)
    new = models.DecimalField(_("after"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("change of a product")
        verbose_name_plural = _("changes of products")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["kind", "-at"], name="productchange_kind_at")]

    def __str__(self) -> str:
        return f"{self.product} {self.get_kind_display()}"
