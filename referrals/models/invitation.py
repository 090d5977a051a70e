"""Who takes part in a programme, who opened their links, and who became a friend by one."""

import secrets
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from referrals.models.programme import Programme, RuleSet

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is mistyped from paper
CODE_LENGTH = 10  # 8·10¹⁴: not found by trying


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


class Participant(models.Model):
    """A friend with a link of their own. Counts are of people's acts: previews and machines are left out."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="participants", verbose_name=_("programme")
    )
    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.CASCADE, related_name="referral_parts", verbose_name=_("friend")
    )
    code = models.CharField(_("code"), max_length=12, unique=True, default=new_code, editable=False)
    joined_at = models.DateTimeField(_("takes part since"), db_default=Now())
    shared_count = models.PositiveIntegerField(_("shared"), default=0, db_default=0)
    opened_count = models.PositiveIntegerField(_("opened"), default=0, db_default=0)

    class Meta:
        verbose_name = _("inviter")
        verbose_name_plural = _("inviters")
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(name="referralparticipant_once", fields=["programme", "friend"])
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.friend_id}"


class Opening(models.Model):
    """One opening of an invitation, with whose link it was; kept as long as a link may hold.

    `network` and `network_range` are hashes that hold for one day and one client: they say that two came from
    the same place, and nothing of where that is. They are emptied after two days.
    """

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="openings", verbose_name=_("inviter")
    )
    visit = models.OneToOneField(
        "routes.Visit", on_delete=models.CASCADE, related_name="referral_opening", verbose_name=_("visit")
    )
    at = models.DateTimeField(_("opened"), db_default=Now())
    network = models.CharField(max_length=16, blank=True)
    network_range = models.CharField(max_length=16, blank=True)

    class Meta:
        verbose_name = _("opening of an invitation")
        verbose_name_plural = _("openings of invitations")
        default_permissions = ()
        indexes = [models.Index(fields=["at"], name="referralopening_at")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.at:%Y-%m-%d %H:%M}"


class ReferralQuerySet(models.QuerySet["Referral"]):
    def credited(self) -> Self:
        """Those that are the one invitation of their friend."""
        return self.filter(is_credited=True)


class Referral(models.Model):
    """That somebody signed in by a friend's link, and what came of it.

    What stands here is worked out anew by `referrals/settling.py` whenever more is known, until it is
    `frozen_at`: then its rewards have been given, or there are none to give.
    """

    class State(models.TextChoices):
        OPENED = "opened", _("Signed in, has not added the account")
        WAITING = "waiting", _("Waiting")
        REVIEW = "review", _("To be looked at")
        COUNTED = "counted", _("Counts as invited")
        REFUSED = "refused", _("Turned down")
        REVERSED = "reversed", _("Reversed")
        EXPIRED = "expired", _("Not done in time")
        OUT = "out", _("Does not count")

    class Reason(models.TextChoices):
        NONE = "", _("–")
        ALREADY = "already", _("Was a friend before")
        RETURNED = "returned", _("Had blocked the account, or left it, and came back")
        SELF = "self", _("Invited themself")
        SAME_CUSTOMER = "same_customer", _("The same customer as the inviter")
        OTHER = "other", _("Somebody else's link came first")
        CIRCLE = "circle", _("Had invited the inviter")
        LATE = "late", _("Added the account too long after the link")
        CLOSED = "closed", _("The programme was not open")
        ACTION = "action", _("Has not done what counts yet")
        HOLDING = "holding", _("Has done it; the waiting days run")
        BLOCKED = "blocked", _("Blocked the account before it counted")
        CANCELLED = "cancelled", _("What counted was cancelled")
        SAME_NETWORK = "same_network", _("Many from the same network on one day")
        EVERY = "every", _("Every invitation is looked at")
        BY_HAND = "by_hand", _("Turned down by hand")

    class Decision(models.TextChoices):
        NONE = "", _("–")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Turned down")

    LIVE = (State.OPENED, State.WAITING, State.REVIEW, State.COUNTED)
    NOTE_LENGTH = 200

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("programme")
    )
    version = models.ForeignKey(
        RuleSet, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("rules")
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="referrals", verbose_name=_("inviter")
    )
    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.CASCADE, related_name="referrals", verbose_name=_("invited friend")
    )
    at = models.DateTimeField(_("signed in"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPENED)
    reason = models.CharField(_("reason"), max_length=14, choices=Reason, blank=True, default="")
    is_credited = models.BooleanField(_("is the friend's invitation"), default=False, db_default=False)
    followed_at = models.DateTimeField(_("friend since"), null=True)
    acted_at = models.DateTimeField(_("has done it"), null=True)
    counted_at = models.DateTimeField(_("counted at"), null=True)
    due_at = models.DateTimeField(null=True, editable=False)  # when time alone changes it; null: never
    network = models.CharField(max_length=16, blank=True, editable=False)
    network_range = models.CharField(max_length=16, blank=True, editable=False)
    is_flagged = models.BooleanField(_("from a crowded network"), default=False, db_default=False)
    decision = models.CharField(
        _("decision"), max_length=9, choices=Decision, blank=True, default="", db_default=""
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by_id = models.IntegerField(null=True, editable=False)
    note = models.CharField(_("reason given"), max_length=NOTE_LENGTH, blank=True, db_default="")
    # What is kept for it of the programme's rewards since the friend has added the account.
    held_at = models.DateTimeField(null=True, editable=False)  # when that was asked for, got or not
    is_held = models.BooleanField(_("a reward is held"), default=False, db_default=False)
    holds_each = models.BooleanField(default=False, db_default=False)
    holds_tier = models.PositiveIntegerField(null=True)
    held_yen = models.PositiveIntegerField(_("held (yen)"), default=0, db_default=0)
    frozen_at = models.DateTimeField(null=True, editable=False)
    undone_at = models.DateTimeField(_("undone after the reward"), null=True)
    undone = models.CharField(_("what was undone"), max_length=14, choices=Reason, blank=True, db_default="")

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["-id"]
        default_permissions = ("view",)
        permissions = [
            ("decide_referral", _("Can confirm and refuse referrals")),
            ("export_referral", _("Can export referrals")),
        ]
        constraints = [
            models.UniqueConstraint(name="referral_pair", fields=["participant", "friend"]),
            models.UniqueConstraint(
                name="referral_one_inviter", fields=["friend"], condition=Q(is_credited=True)
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "state", "id"], name="referral_state"),
            models.Index(fields=["due_at"], name="referral_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["programme", "network"], name="referral_network", condition=~Q(network="")),
            models.Index(
                fields=["programme", "network_range"], name="referral_range", condition=~Q(network_range="")
            ),
            models.Index(fields=["friend"], name="referral_open", condition=Q(frozen_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.friend_id} {self.state}"
