"""Acquisition routes, who opened them, and who of those became a friend."""

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is mistyped from paper: no 0 and o, 1, i and l
CODE_LENGTH = 8  # 8·10¹¹ codes: not found by trying
SIGN_IN_LASTS = timedelta(minutes=10)  # as long as LINE's own code


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def new_key() -> str:
    return secrets.token_urlsafe(16)


class Folder(models.Model):
    """Where the client's people look for a route; nothing else depends on it."""

    id = models.AutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("folder")
        verbose_name_plural = _("folders")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RouteQuerySet(models.QuerySet["Route"]):
    def of_code(self, code: str) -> "Route | None":
        """Whatever somebody has typed or cut off: None if it is no route's."""
        return self.filter(code=code.lower()).first() if code.isascii() and code.isalnum() else None

    def search(self, text: str) -> Self:
        """By a part of the name or of the label, or by the whole code."""
        return self.filter(Q(name__icontains=text) | Q(label__icontains=text) | Q(code=text.lower()))


class Route(models.Model):
    """One way to the account: a link and a QR code of its own, and what those who come by it get."""

    class Media(models.TextChoices):
        OWNED = "owned", _("Own media")
        LINE_ADS = "line_ads", _("LINE Ads")
        OTHER_ADS = "other_ads", _("Other ads")
        REFERRAL = "referral", _("Friends' invitations")  # of a referral programme, which makes the route

    NAME_LENGTH = 100

    id = models.AutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    media = models.CharField(
        _("media"), max_length=10, choices=Media, default=Media.OWNED, db_default=Media.OWNED
    )
    label = models.CharField(
        _("offer"),
        max_length=NAME_LENGTH,
        blank=True,
        help_text=_("What friends get by this route, such as “sample gift”; shown beside early blocks."),
    )
    folder = models.ForeignKey(
        Folder,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="routes",
        verbose_name=_("folder"),
    )
    code = models.CharField(_("code"), max_length=12, unique=True, default=new_code, editable=False)
    messages = models.JSONField(
        _("greeting"), null=True, blank=True, help_text=_("1 to 5 LINE message objects; none: the usual one")
    )
    tags = models.ManyToManyField(
        "friends.Tag",
        blank=True,
        related_name="routes",
        verbose_name=_("tags"),
        help_text=_("Put on those who become friends, or friends again, by this route."),
    )
    tags_for_all = models.BooleanField(
        _("also for those who were friends before"), default=False, db_default=False
    )
    starts_at = models.DateTimeField(_("open from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("open until"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = RouteQuerySet.as_manager()

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="route_ends_after_it_starts",
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("route", self.pk)

    def has_begun(self, now: datetime) -> bool:
        return self.starts_at is None or self.starts_at <= now

    def has_ended(self, now: datetime) -> bool:
        return bool(self.archived_at) or (self.ends_at is not None and self.ends_at <= now)

    def is_open(self, now: datetime) -> bool:
        """Whether its link leads to the account at this moment, and counts."""
        return self.has_begun(now) and not self.has_ended(now)


class Visit(models.Model):
    """One opening of a route's link by somebody who is not yet known; machines are not counted.

    `parent` is the visit on another device that this one goes on with: both were one person's coming.
    """

    class Way(models.TextChoices):
        PLAIN = "plain", _("Add-friend link")
        LOGIN = "login", _("LINE Login")
        LIFF = "liff", _("LIFF")

    class Device(models.TextChoices):
        PHONE = "phone", _("Phone")
        PC = "pc", _("PC")

    TEXT_LENGTH = 200

    route = models.ForeignKey(
        Route, on_delete=models.PROTECT, related_name="visits", verbose_name=_("route"), db_index=False
    )
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    key = models.CharField(max_length=24, unique=True, default=new_key)
    at = models.DateTimeField(_("opened"))
    way = models.CharField(_("way"), max_length=5, choices=Way)
    device = models.CharField(_("device"), max_length=5, choices=Device)
    is_in_line = models.BooleanField(_("opened inside LINE"), default=False)
    utm_source = models.CharField(max_length=TEXT_LENGTH, blank=True)
    utm_medium = models.CharField(max_length=TEXT_LENGTH, blank=True)
    utm_campaign = models.CharField(max_length=TEXT_LENGTH, blank=True)
    utm_term = models.CharField(max_length=TEXT_LENGTH, blank=True)
    utm_content = models.CharField(max_length=TEXT_LENGTH, blank=True)
    click_ids = models.JSONField(_("ad click IDs"), default=dict)  # by parameter: {"gclid": "…"}
    referrer = models.CharField(_("came from"), max_length=TEXT_LENGTH, blank=True)  # a host name

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["route", "at", "way"], name="visit_route_at", condition=Q(parent__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.route_id} {self.at:%Y-%m-%d %H:%M}"

    @property
    def utm(self) -> dict[str, str]:
        """The campaign parameters that were given, by their short names."""
        names = ("source", "medium", "campaign", "term", "content")
        return {name: value for name in names if (value := getattr(self, f"utm_{name}"))}


class SignIn(models.Model):
    """One way from a visit to who it was: through LINE Login, or (without `state_hash`) through LIFF."""

    class Outcome(models.TextChoices):
        OPEN = "", _("Under way")
        KNOWN = "known", _("Signed in")
        DECLINED = "declined", _("Declined")
        FAILED = "failed", _("Failed")

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="sign_ins")
    state_hash = models.CharField(max_length=64, null=True, unique=True)
    nonce = models.CharField(max_length=64, blank=True)
    code_verifier = models.CharField(max_length=64, blank=True)  # until it is used
    started_at = models.DateTimeField(_("started"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True, default=Outcome.OPEN)

    class Meta:
        indexes = [
            models.Index(fields=["started_at"], name="signin_open", condition=Q(outcome="")),
            models.Index(fields=["visit"], name="signin_visit"),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.get_outcome_display()}"


class Arrival(models.Model):
    """That the person of a visit is known: which friend they are, and what the visit did.

    `followed_at` is the follow that it explains. What one says is worked out in joining.py from all that is
    known, so that it does not matter what was heard of first.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("New friend")
        RETURNED = "returned", _("Unblocked")
        ALREADY = "already", _("Was a friend")
        NOT_YET = "not_yet", _("Has not added the account")
        UNKNOWN = "unknown", _("Not known")

    visit = models.OneToOneField(
        Visit, on_delete=models.CASCADE, related_name="arrival", verbose_name=_("visit")
    )
    route = models.ForeignKey(
        Route, on_delete=models.PROTECT, related_name="arrivals", verbose_name=_("route"), db_index=False
    )
    friend = models.ForeignKey(
        "friends.Friend",
        on_delete=models.CASCADE,
        related_name="arrivals",
        verbose_name=_("friend"),
        db_index=False,
    )
    at = models.DateTimeField(_("known since"))
    has_changed = models.BooleanField(
        null=True
    )  # friendship by this sign-in, in LINE's words; null: not said
    is_friend = models.BooleanField(null=True)  # at that moment, likewise
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.UNKNOWN)
    followed_at = models.DateTimeField(_("friend since"), null=True)
    is_newest = models.BooleanField(
        _("acquisition route"), default=False, help_text=_("It explains the friend's newest follow.")
    )
    settled_at = models.DateTimeField(null=True)  # null: kept, but not yet joined with the follows
    tagged_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["route", "at", "kind"], name="arrival_route_at"),
            models.Index(fields=["friend", "followed_at"], name="arrival_friend"),
            models.Index(fields=["friend"], name="arrival_unsettled", condition=Q(settled_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(name="arrival_newest", fields=["friend"], condition=Q(is_newest=True))
        ]

    def __str__(self) -> str:
        return f"{self.friend_id} {self.get_kind_display()}"
