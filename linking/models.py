"""The tenant's own records of people, and the tie from friend to customer."""

import hashlib
from datetime import datetime
from typing import Self

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


class LinkQuerySet(models.QuerySet["Link"]):
    def active(self) -> Self:
        return self.filter(unlinked_at=None)


class Link(models.Model):
    """That a friend is a customer, from when to when. History is kept; each has one at a time."""

    class Method(models.TextChoices):
        ACCOUNT_LINK = "account_link", _("Account link")
        IMPORT = "import", _("Import")
        API = "api", _("API")

    class Ended(models.TextChoices):
        BY_FRIEND = "friend", _("By the friend")
        BY_STAFF = "staff", _("By staff")
        BY_API = "api", _("By API")
        RELINKED = "relinked", _("Linked anew")

    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.CASCADE, related_name="links", verbose_name=_("friend")
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="links", verbose_name=_("customer")
    )
    method = models.CharField(_("method"), max_length=20, choices=Method)
    linked_at = models.DateTimeField(_("linked"))
    unlinked_at = models.DateTimeField(_("unlinked"), null=True, blank=True)
    ended = models.CharField(_("how it ended"), max_length=10, choices=Ended, blank=True)
    consent = models.TextField(_("consent text shown"), blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="link_active_friend", fields=["friend"], condition=models.Q(unlinked_at=None)
            ),
            models.UniqueConstraint(
                name="link_active_customer", fields=["customer"], condition=models.Q(unlinked_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.friend} – {self.customer}"


class LinkAttemptQuerySet(models.QuerySet["LinkAttempt"]):
    def unfinished(self) -> Self:
        """Attempts without an end, in time or over it."""
        return self.filter(state__in=[LinkAttempt.State.INVITED, LinkAttempt.State.SIGNED_IN])

    def open(self, now: datetime) -> Self:
        """Attempts that may still end in a link."""
        return self.unfinished().filter(expires_at__gt=now)


class LinkAttempt(models.Model):
    """One try to link: from the link token to the webhook that confirms it, or to its failure."""

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        SIGNED_IN = "signed_in", _("Signed in to the shop")
        LINKED = "linked", _("Linked")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")

    class Failure(models.TextChoices):
        WRONG_DETAILS = "wrong_details", _("Wrong details too often")
        OTHER_PERSON = "other_person", _("Opened by another LINE user")
        LINE = "line", _("Refused by LINE")

    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.CASCADE, related_name="link_attempts", verbose_name=_("friend")
    )
    customer = models.ForeignKey(
        Customer,
        on_delete=models.CASCADE,
        null=True,
        related_name="link_attempts",
        verbose_name=_("customer"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.INVITED)
    link_token_hash = models.CharField(max_length=64, db_index=True)
    nonce_hash = models.CharField(max_length=64, null=True, unique=True)
    consent = models.TextField(_("consent text shown"), blank=True)
    wrong_tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    failure = models.CharField(_("why it failed"), max_length=20, choices=Failure, blank=True)
    started_at = models.DateTimeField(_("started"))
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    # When the friend last asked to be unlinked; an agreement from before that does not count any more.
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects = LinkAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("link attempt")
        verbose_name_plural = _("link attempts")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="linkattempt_unfinished",
                condition=models.Q(state__in=["invited", "signed_in"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.friend} {self.get_state_display()}"


def hashed(token: str) -> str:
    """Nonces and link tokens carry ≥ 128 random bits, so one round of SHA-256 keeps them safe."""
    return hashlib.sha256(token.encode()).hexdigest()
