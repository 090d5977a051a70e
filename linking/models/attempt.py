"""Tries to make a link."""

import hashlib
from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from linking.models.link import ENTRY_LENGTH, Link


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
        OTHER_BROWSER = "other_browser", _("Finished in another browser")
        DECLINED = "declined", _("Declined by the person")
        LINE = "line", _("Refused by LINE")

    # Through LINE Login it is known only at the end who it was.
    friend = models.ForeignKey(
        "friends.Friend",
        on_delete=models.CASCADE,
        null=True,
        related_name="link_attempts",
        verbose_name=_("friend"),
    )
    customer = models.ForeignKey(
        Customer,
        on_delete=models.CASCADE,
        null=True,
        related_name="link_attempts",
        verbose_name=_("customer"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.INVITED)
    way = models.CharField(_("way"), max_length=20, choices=Link.Method, db_default=Link.Method.ACCOUNT_LINK)
    entry = models.CharField(_("entry point"), max_length=ENTRY_LENGTH, blank=True, db_default="")
    variant = models.CharField(_("invitation"), max_length=ENTRY_LENGTH, blank=True, db_default="")
    link_token_hash = models.CharField(max_length=64, blank=True, db_default="", db_index=True)
    nonce_hash = models.CharField(max_length=64, null=True, unique=True)
    # Of LINE Login: what must come back from LINE, in the browser it was sent from.
    state_hash = models.CharField(max_length=64, null=True, unique=True)
    id_token_nonce = models.CharField(max_length=64, blank=True, db_default="")
    code_verifier = models.CharField(max_length=128, blank=True, db_default="")
    browser_hash = models.CharField(max_length=64, blank=True, db_default="")
    is_friend = models.BooleanField(_("friend"), null=True)
    has_added = models.BooleanField(_("added the account on the way"), null=True)
    # Of a shop elsewhere: where the browser goes afterwards, the shop's own word, our word for the shop.
    return_url = models.TextField(blank=True, db_default="")
    shop_state = models.TextField(blank=True, db_default="")
    handed_hash = models.CharField(max_length=64, null=True, unique=True)
    # Of a signed address, which makes one link.
    signature_hash = models.CharField(max_length=64, blank=True, db_default="", default="")
    sealed_person = models.BinaryField(
        null=True
    )  # name and e-mail as LINE gave them, until the shop has them
    consent = models.TextField(_("consent text shown"), blank=True)
    consent_at = models.DateTimeField(_("agreed"), null=True, blank=True)
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
            ),
            models.Index(
                fields=["signature_hash"],
                name="linkattempt_signature",
                condition=~models.Q(signature_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.friend} {self.get_state_display()}"

    def is_open(self, now: datetime) -> bool:
        """Whether it may still end in a link."""
        return self.state in {self.State.INVITED, self.State.SIGNED_IN} and self.expires_at > now


def hashed(token: str) -> str:
    """Nonces and link tokens carry ≥ 128 random bits, so one round of SHA-256 keeps them safe."""
    return hashlib.sha256(token.encode()).hexdigest()
