"""The tenant's own records of people, as its books have them."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import get_language
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
    # Sealed for its place, and found again by the keyed hash of its plain form (customers/contacts.py).
    sealed_email = models.BinaryField(null=True)
    email_hash = models.BinaryField(null=True)
    sealed_phone = models.BinaryField(null=True)
    phone_hash = models.BinaryField(null=True)
    # The sender's own time of the newest row, if it gives one: older rows change nothing.
    as_of = models.DateTimeField(_("as of"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["-id"]
        permissions = [
            ("view_contact", _("Can see e-mail and phone of customers")),
            ("import_customer", _("Can import customers")),
            ("export_customer", _("Can export customers")),
            ("merge_customer", _("Can merge customers")),
            ("erase_customer", _("Can erase what is personal of customers")),
        ]
        indexes = [
            GinIndex(fields=["attributes"], name="customer_attributes", opclasses=["jsonb_path_ops"]),
            models.Index(
                OpClass(models.Func("name", function="friends_folded"), "text_pattern_ops"),
                name="customer_name_begins",
            ),
            models.Index(
                fields=["email_hash"], name="customer_email", condition=models.Q(email_hash__isnull=False)
            ),
            models.Index(
                fields=["phone_hash"], name="customer_phone", condition=models.Q(phone_hash__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.number


class ContactDigest(models.Model):
    """A customer's contacts as files of ad platforms name them, by SHA-256; keyed, so that it tells nobody
    else anything (`customers/digests.py`). `email_hash` and `phone_hash` say of which contacts they are.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="+")
    email_hash = models.BinaryField(null=True)
    phone_hash = models.BinaryField(null=True)
    email = models.BinaryField(null=True, db_index=True)
    phone = models.BinaryField(null=True, db_index=True)  # of +819012345678
    phone_digits = models.BinaryField(null=True, db_index=True)  # of 819012345678
    phone_national = models.BinaryField(null=True, db_index=True)  # of 09012345678

    def __str__(self) -> str:
        return str(self.customer_id)


class CustomerAlias(models.Model):
    """A number that a customer had before it was merged into another; late news by it finds the right one."""

    number = models.CharField(_("customer number"), max_length=Customer.NUMBER_LENGTH, unique=True)
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="aliases", verbose_name=_("merged into")
    )
    former_id = models.IntegerField()  # the key of the row that is gone
    merged_by_id = models.IntegerField(null=True, blank=True)
    merged_at = models.DateTimeField(_("merged"))

    class Meta:
        verbose_name = _("former customer number")
        verbose_name_plural = _("former customer numbers")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number


class CustomerFieldQuerySet(models.QuerySet["CustomerField"]):
    def in_use(self) -> Self:
        return self.filter(archived_at=None)


class CustomerField(models.Model):
    """A field that a client keeps of its customers: the attribute `key` has values of this type alone."""

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Numeric value")
        DATE = "date", _("Date")
        YES_NO = "yes_no", _("Yes or no")
        CHOICE = "choice", _("Choice")

    NAME_LENGTH = 60
    KEY_LENGTH = 40

    id = models.AutoField(primary_key=True)
    key = models.CharField(
        _("key"),
        max_length=KEY_LENGTH,
        unique=True,
        help_text=_("The field's name in files and programs: a–z, 0–9 and _. It stays."),
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH, unique=True)
    name_en = models.CharField(_("name in English"), max_length=NAME_LENGTH, blank=True)
    type = models.CharField(_("type"), max_length=10, choices=Type)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    position = models.IntegerField(default=0)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = CustomerFieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer field")
        verbose_name_plural = _("customer fields")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Its name in the language of whoever looks."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class CustomerSettings(models.Model):
    """How a client keeps its customers: one row. Without it, the defaults hold."""

    only_known_fields = models.BooleanField(
        _("only fields that are defined"),
        default=False,
        help_text=_("Rows with attributes that are no field here are refused."),
    )

    class Meta:
        verbose_name = _("settings of customers")
        verbose_name_plural = _("settings of customers")
        constraints = [models.CheckConstraint(name="customersettings_one", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def present(cls) -> Self:
        """The client's row; unsaved defaults if there is none yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
