"""Tap actions: what follows when a friend taps a button or a picture."""

from typing import Self

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from friends.models import FriendField, Tag


class TapActionQuerySet(models.QuerySet["TapAction"]):
    def in_use(self) -> Self:
        """Those that are offered for new messages."""
        return self.filter(archived_at=None)


class TapAction(models.Model):
    """What a tap does to the friend who taps. Messages name it by its code, and do what it says today.

    One that is archived is offered no more, and goes on working in messages that were sent.
    """

    class Broadcasts(models.TextChoices):
        AS_IS = "", _("Leave as it is")
        STOP = "stop", _("Stop sending broadcasts")
        RESUME = "resume", _("Send broadcasts again")

    name = models.CharField(_("name"), max_length=100)
    code = models.CharField(max_length=20, unique=True, editable=False)
    tags_put = models.ManyToManyField(Tag, blank=True, related_name="+", verbose_name=_("tags to put on"))
    tags_taken = models.ManyToManyField(Tag, blank=True, related_name="+", verbose_name=_("tags to take off"))
    field = models.ForeignKey(
        FriendField,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("field"),
    )
    value = models.CharField(_("its value"), max_length=500, blank=True)
    broadcasts = models.CharField(
        _("broadcasts to the friend"), max_length=6, choices=Broadcasts, blank=True, default=Broadcasts.AS_IS
    )
    answer = models.CharField(
        _("answer"),
        max_length=500,
        blank=True,
        help_text=_("Sent by the free reply token at once. Empty: no answer."),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)
    tap_count = models.BigIntegerField(_("taps"), default=0, db_default=0, editable=False)
    tapped_at = models.DateTimeField(_("last tap"), null=True, editable=False)

    objects = TapActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("tap action")
        verbose_name_plural = _("tap actions")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("name"), name="tapaction_name")]

    def __str__(self) -> str:
        return self.name
