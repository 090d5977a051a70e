"""What a client wants to know of its friends beyond what LINE tells: fields of its own, with a type each."""

from typing import Self

from django.db import models
from django.db.models import lookups
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from friends.models.friend import Friend

COLUMNS = ("text", "number", "day", "moment")


class FriendFieldQuerySet(models.QuerySet["FriendField"]):
    def in_use(self) -> Self:
        return self.filter(archived_at=None)


class FriendField(models.Model):
    """A question about a friend, such as a birthday or a shop they like, and how it may be answered."""

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Numeric value")
        DATE = "date", _("Date")
        DATETIME = "datetime", _("Date and time")
        YES_NO = "yes_no", _("Yes or no")
        CHOICE = "choice", _("Choice")
        CHOICES = "choices", _("Several choices")
        PREFECTURE = "prefecture", _("Prefecture")

    NAME_LENGTH = 60

    id = models.AutoField(primary_key=True)
    key = models.CharField(
        _("key"),
        max_length=40,
        unique=True,
        help_text=_("The field's name in files and programs: a–z, 0–9 and _. It stays."),
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH, unique=True)
    type = models.CharField(_("type"), max_length=10, choices=Type)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    position = models.IntegerField(default=0)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = FriendFieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("friend field")
        verbose_name_plural = _("friend fields")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class FieldValue(models.Model):
    """One answer of one friend, in the column that its field's type names; several choices are several rows.

    A column for each kind of order, so that “is”, “from … to” and “in so many days” are ranges of one index.
    """

    # No constraints of the database: friends and fields are not deleted, and checking both for each of a
    # million rows would take as long as writing these.
    pk = models.CompositePrimaryKey("friend_id", "field_id", "place")
    friend = models.ForeignKey(
        Friend, models.CASCADE, related_name="field_values", db_index=False, db_constraint=False
    )
    field = models.ForeignKey(
        FriendField, models.CASCADE, related_name="values", db_index=False, db_constraint=False
    )
    place = models.SmallIntegerField(default=0)  # of several choices, the first is 0
    # Also of choices, prefectures, and yes or no. Compared by code point: a range of an index is one too.
    text = models.CharField(max_length=500, null=True, db_collation="C")
    number = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    day = models.DateField(null=True)
    moment = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="field_value_is_of_one_type",
                condition=lookups.Exact(
                    models.Func(*COLUMNS, function="num_nonnulls", output_field=models.IntegerField()), 1
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["field", column, "friend"],
                name=f"field_value_{column}",
                condition=models.Q(**{f"{column}__isnull": False}),
            )
            for column in COLUMNS
        ]

    def __str__(self) -> str:
        return f"{self.friend_id} {self.field_id}"
