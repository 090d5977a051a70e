"""The links in messages, and who opened them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from broadcasts.models.broadcast import Broadcast


class TrackedLink(models.Model):
    """An address in a message that goes through our redirect, so that clicks are counted."""

    code = models.CharField(max_length=24, unique=True)
    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, null=True, related_name="links")
    # Of what is no broadcast: whose it is, as in the ledger, which part of it, and what a click says of both.
    owner = models.CharField(max_length=40, blank=True, db_default="", editable=False)
    part = models.CharField(max_length=20, blank=True, db_default="", editable=False)
    about = models.JSONField(null=True, editable=False)
    # The link whose address has variables, if this one is what some people got of it.
    pattern = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="own")
    variant = models.ForeignKey("Variant", on_delete=models.CASCADE, null=True, related_name="links")
    bubble = models.PositiveSmallIntegerField(_("bubble"), null=True)  # from 1; null: before this was kept
    url = models.TextField(_("address"))  # as it was written
    target = models.TextField(_("leads to"), blank=True, db_default="")  # with what was added; "": as written
    # The variable that is each friend's own address, `coupon.7`, if this link leads to that; `target` is then
    # for whoever is not known.
    page = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    machine_count = models.IntegerField(_("opened by machines"), default=0, db_default=0)

    title = ""  # what people call its page (`broadcasts.tracking.naming`)

    class Meta:
        verbose_name = _("tracked link")
        verbose_name_plural = _("tracked links")
        constraints = [
            models.CheckConstraint(
                name="trackedlink_of_one",
                condition=Q(broadcast__isnull=False, owner="") | Q(broadcast=None) & ~Q(owner=""),
            )
        ]
        indexes = [models.Index(fields=["owner", "part"], name="trackedlink_owner", condition=~Q(owner=""))]

    def __str__(self) -> str:
        return self.url


class LinkClickQuerySet(models.QuerySet["LinkClick"]):
    def of_people(self) -> Self:
        """Those of which it is known who clicked."""
        return self.filter(friend_id__isnull=False)


class LinkClick(models.Model):
    """One click on a tracked link. Who clicked is known only where each friend had a link of their own."""

    link = models.ForeignKey(
        TrackedLink, on_delete=models.CASCADE, related_name="clicks", verbose_name=_("tracked link")
    )
    friend_id = models.IntegerField(_("friend"), null=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)
    is_first = models.BooleanField(
        _("first"), default=False, db_default=False, help_text=_("The friend's first click on this link.")
    )

    objects = LinkClickQuerySet.as_manager()

    class Meta:
        verbose_name = _("click")
        verbose_name_plural = _("clicks")
        constraints = [
            models.UniqueConstraint(
                name="linkclick_first", fields=["link", "friend_id"], condition=Q(is_first=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.link_id} {self.at:%Y-%m-%d %H:%M}"


class LinkDefaults(models.Model):
    """What new broadcasts of this client begin with about their links. One row, or none."""

    adds_utm = models.BooleanField(_("add campaign parameters"), default=False)
    utm_source = models.CharField("utm_source", max_length=100, default="line")
    utm_medium = models.CharField("utm_medium", max_length=100, default="message")
    utm_campaign = models.CharField("utm_campaign", max_length=100, blank=True)
    tracks_people = models.BooleanField(_("know who clicked"), default=False)

    class Meta:
        verbose_name = _("link defaults")
        verbose_name_plural = _("link defaults")

    def __str__(self) -> str:
        return str(_("Links in broadcasts"))


class MarkedHost(models.Model):
    """A host whose pages have the client's tag: personal links that lead there bring a click id."""

    host = models.CharField(_("host"), max_length=260, primary_key=True)  # as in addresses, with its port

    class Meta:
        verbose_name = _("host with the tag")
        verbose_name_plural = _("hosts with the tag")
        default_permissions = ()

    def __str__(self) -> str:
        return self.host
