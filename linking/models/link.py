"""The tie from friend to customer."""

from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page
from customers.models import Customer

ENTRY_LENGTH = 40  # the code of an entry point, and of an invitation shown there


class LinkQuerySet(models.QuerySet["Link"]):
    def active(self) -> Self:
        return self.filter(unlinked_at=None)

    def lost(self) -> Self:
        """Links that ended because friend or customer got another one."""
        return self.filter(ended__in=[Link.Ended.RELINKED, Link.Ended.MERGED])


class Link(models.Model):
    """That a friend is a customer, from when to when. History is kept; each has one at a time."""

    class Method(models.TextChoices):
        ACCOUNT_LINK = "account_link", _("Account link")
        LINE_LOGIN = "line_login", _("LINE Login")
        LIFF = "liff", _("Page inside LINE")
        IMPORT = "import", _("Import")
        API = "api", _("API")
        STAFF = "staff", _("By staff")
        MERGED = "merged", _("Customers merged")

    # By these a friend has shown themself who they are; the others are what a list or a person says.
    PROVED = (Method.ACCOUNT_LINK, Method.LINE_LOGIN, Method.LIFF)

    class Ended(models.TextChoices):
        BY_FRIEND = "friend", _("By the friend")
        BY_STAFF = "staff", _("By staff")
        BY_API = "api", _("By API")
        RELINKED = "relinked", _("Linked anew")
        MERGED = "merged", _("Customers merged")

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
    consent_at = models.DateTimeField(_("agreed"), null=True, blank=True)
    entry = models.CharField(_("entry point"), max_length=ENTRY_LENGTH, blank=True, db_default="")
    variant = models.CharField(_("invitation"), max_length=ENTRY_LENGTH, blank=True, db_default="")
    # When we heard of it, which may be long after it happened.
    recorded_at = models.DateTimeField(db_default=Now())
    ended_recorded_at = models.DateTimeField(null=True, blank=True)
    # Users are public: ids, no keys. Null: by the friend, or by a program.
    made_by_id = models.IntegerField(null=True, blank=True)
    ended_by_id = models.IntegerField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, db_default="")
    # The data version `links` in which it last changed: what was prepared before does not know of it.
    version = models.BigIntegerField(db_default=0, editable=False)

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
        indexes = [
            models.Index(
                fields=["-id"], name="link_lost", condition=models.Q(ended__in=["relinked", "merged"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.friend} – {self.customer}"

    def get_absolute_url(self) -> str:
        return client_page("id_link", self.pk)

    @property
    def pair(self) -> tuple[int, int]:
        return self.friend_id, self.customer_id

    @property
    def is_proved(self) -> bool:
        """Whether the friend has shown themself who they are."""
        return self.method in self.PROVED
