"""Where friends are asked to link, with which words, how often that was seen; the link rate by day."""

from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page
from invitations import words
from linking.models import ENTRY_LENGTH

CODE, COLOUR = r"\A[a-z0-9-]{1,40}\Z", r"\A#[0-9a-f]{6}\Z"
is_code = RegexValidator(CODE, _("Use a–z, 0–9 and hyphens, at most 40."))
is_colour = RegexValidator(COLOUR, _("Give a colour such as #06c755."))


class EntryPointQuerySet(models.QuerySet["EntryPoint"]):
    def open(self) -> Self:
        return self.filter(archived_at=None)

    def names(self) -> dict[str, str]:
        """What they are called, by code."""
        return {each.code: str(each) for each in self}


class EntryPoint(models.Model):
    """A place where people are asked to link. Links and attempts name it by its code."""

    class Place(models.TextChoices):
        PAGE = "page", _("On a page of the shop")
        LINE = "line", _("Inside LINE")
        PRINT = "print", _("In print, as a QR code")

    NAME_LENGTH = 60

    id = models.AutoField(primary_key=True)
    code = models.CharField(
        _("code"),
        max_length=ENTRY_LENGTH,
        unique=True,
        validators=[is_code],
        help_text=_("Stands in addresses and in the snippet: a–z, 0–9 and hyphens. It stays."),
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)  # of those every client has: empty
    place = models.CharField(_("place"), max_length=5, choices=Place, default=Place.PAGE)
    note = models.CharField(_("note"), max_length=200, blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = EntryPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry point")
        verbose_name_plural = _("entry points")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name or str(words.NAMES.get(self.code, self.code))

    def get_absolute_url(self) -> str:
        return client_page("entry_point", self.code)

    @property
    def is_own(self) -> bool:
        """Made by the client, not one of those that everybody has."""
        return self.code not in words.NAMES

    @property
    def hint(self) -> str:
        return self.note or str(words.HINTS.get(self.code, ""))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def shown(self) -> Self:
        """Those that take turns at present."""
        return self.filter(retired_at=None)


class Invitation(models.Model):
    """One wording at one entry point. Once seen it is not reworded: a new one takes its place.

    So a code always stands for the same words, and what is counted for it can be compared.
    """

    TEXT_LENGTH = 120
    BUTTON_LENGTH = 20

    entry_point = models.ForeignKey(
        EntryPoint, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("entry point")
    )
    code = models.CharField(_("code"), max_length=ENTRY_LENGTH)
    text = models.CharField(_("reason to link"), max_length=TEXT_LENGTH)
    button = models.CharField(_("button"), max_length=BUTTON_LENGTH)
    colour = models.CharField(_("colour"), max_length=7, default="#06c755", validators=[is_colour])
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, help_text=_("With 1 and 3, the second is shown three times as often.")
    )
    shown_since = models.DateTimeField(_("shown since"))
    retired_at = models.DateTimeField(_("not shown since"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="invitation_code", fields=["entry_point", "code"]),
            models.CheckConstraint(
                name="invitation_weight_counts", condition=models.Q(weight__gte=1, weight__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code.upper()}: {self.text}"


class DayOfViews(models.Model):
    """How often an entry point was seen on one day of the client, by invitation. No row per view."""

    entry = models.CharField(_("entry point"), max_length=ENTRY_LENGTH)
    variant = models.CharField(_("invitation"), max_length=ENTRY_LENGTH, blank=True)
    day = models.DateField(_("day"))
    count = models.IntegerField(_("views"), default=0)

    class Meta:
        verbose_name = _("views of a day")
        verbose_name_plural = _("views by day")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="views_of_day", fields=["day", "entry", "variant"])]

    def __str__(self) -> str:
        return f"{self.entry} {self.day}"


class LinkDay(models.Model):
    """The link rate at the end of one day of the client, kept as it was then.

    `by_entry` has the same two counts of linked people by entry point: {"thanks": [friends, customers]}.
    """

    day = models.DateField(_("day"), primary_key=True)
    friends = models.IntegerField(_("friends"))
    linked_friends = models.IntegerField(_("linked friends"))
    customers = models.IntegerField(_("customers"))
    linked_customers = models.IntegerField(_("linked customers"))
    by_entry = models.JSONField(_("linked by entry point"), default=dict)

    class Meta:
        verbose_name = _("link rate of a day")
        verbose_name_plural = _("link rate by day")
        ordering = ["-day"]

    def __str__(self) -> str:
        return str(self.day)
