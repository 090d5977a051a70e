"""What is given for a referral, once."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.reasons import ReasonField
from referrals.models.invitation import Participant, Referral
from referrals.models.programme import Programme


class Grant(models.Model):
    """One reward to one friend: written with the count, given after it. Its `key` makes it one."""

    class Kind(models.TextChoices):
        EACH = "each", _("For each friend")
        INVITED = "invited", _("For the invited")
        TIER = "tier", _("For so many friends")

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="grants", verbose_name=_("programme")
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="grants", verbose_name=_("inviter")
    )
    referral = models.ForeignKey(
        Referral, on_delete=models.CASCADE, related_name="grants", verbose_name=_("referral")
    )
    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.CASCADE, related_name="referral_grants", verbose_name=_("friend")
    )
    kind = models.CharField(_("for what"), max_length=7, choices=Kind)
    tier = models.PositiveIntegerField(_("so many friends"), null=True)
    reward = models.JSONField(_("reward"))  # as coupons.rewards reads it
    cost_yen = models.PositiveIntegerField(_("cost (yen)"), default=0, db_default=0)
    key = models.CharField(max_length=60, unique=True, editable=False)
    made_at = models.DateTimeField(_("due since"), db_default=Now())
    given_at = models.DateTimeField(_("given"), null=True)
    words = models.CharField(_("what was given"), max_length=200, blank=True)
    address = models.CharField(max_length=500, blank=True, editable=False)
    problem = ReasonField(_("why it could not be given"), blank=True)
    tried_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("referral reward")
        verbose_name_plural = _("referral rewards")
        ordering = ["-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["made_at"], name="referralgrant_due", condition=Q(given_at=None, problem="")
            ),
            models.Index(fields=["programme", "given_at"], name="referralgrant_given"),
        ]

    def __str__(self) -> str:
        return self.key
