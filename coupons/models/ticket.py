"""Who holds a coupon, by which code, and each use of it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Least, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coupons.models.coupon import Coupon


class TicketQuerySet(models.QuerySet["Ticket"]):
    def held(self) -> Self:
        """Without those that were taken back."""
        return self.filter(withdrawn_at=None)

    def with_end(self) -> Self:
        """With `over_at`: when it can be used no longer; null: it has no end."""
        return self.annotate(over_at=Least(F("ends_at"), F("coupon__ends_at")))

    def usable(self, now: datetime | None = None) -> Self:
        """Held, with a use left, of a coupon that still runs."""
        moment = now or timezone.now()
        left = Q(coupon__uses=0) | Q(used_count__lt=F("coupon__uses"))
        running = Q(coupon__status=Coupon.Status.RUNNING)
        ended = Q(ends_at__lte=moment) | Q(coupon__ends_at__lte=moment)
        return self.held().filter(left, running).exclude(ended)


class Ticket(models.Model):
    """A coupon in one friend's hands. The code is theirs alone, also where all are shown a shared one."""

    class State(models.TextChoices):
        COMING = "coming", _("Not valid yet")
        VALID = "valid", _("Valid")
        USED = "used", _("Used")
        EXPIRED = "expired", _("Expired")
        CLOSED = "closed", _("Coupon closed")
        WITHDRAWN = "withdrawn", _("Taken back")

    SOURCE_LENGTH, KEY_LENGTH = 60, 120

    coupon = models.ForeignKey(
        Coupon, on_delete=models.PROTECT, related_name="tickets", verbose_name=_("coupon")
    )
    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.CASCADE, related_name="coupons", verbose_name=_("friend")
    )
    # The same giving again has the same: `survey:4`, `address`.
    key = models.CharField(max_length=KEY_LENGTH, editable=False)
    source = models.CharField(_("given by"), max_length=SOURCE_LENGTH, blank=True)
    code = models.CharField(_("code"), max_length=Coupon.CODE_LENGTH, unique=True)
    got_at = models.DateTimeField(_("got"), db_default=Now())
    ends_at = models.DateTimeField(_("valid until"), null=True)  # where days count from getting it
    opened_at = models.DateTimeField(_("opened"), null=True)
    used_count = models.PositiveSmallIntegerField(_("used"), default=0, db_default=0)
    used_at = models.DateTimeField(_("last used"), null=True)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("coupon of a friend")
        verbose_name_plural = _("coupons of friends")
        ordering = ["-id"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                name="couponticket_friend_once",
                fields=["coupon", "friend"],
                condition=Q(withdrawn_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["coupon", "-id"], name="couponticket_newest"),
            models.Index(
                fields=["coupon", "ends_at"],
                name="couponticket_ending",
                condition=Q(used_count=0, withdrawn_at=None, ends_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coupon_id}/{self.code}"

    def state(self, at: datetime | None = None) -> "Ticket.State":
        """What it is at this moment (now, if none is given)."""
        at = at or timezone.now()
        coupon = self.coupon
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        if coupon.uses and self.used_count >= coupon.uses:
            return self.State.USED
        if coupon.status != Coupon.Status.RUNNING:
            return self.State.CLOSED
        end = self.until
        if end and end <= at:
            return self.State.EXPIRED
        return self.State.COMING if coupon.starts_at and coupon.starts_at > at else self.State.VALID

    @property
    def until(self) -> datetime | None:
        """When it can be used no longer; None: it has no end."""
        ends = [each for each in (self.ends_at, self.coupon.ends_at) if each]
        return min(ends, default=None)

    @property
    def left(self) -> int | None:
        """Uses that are left; None: any number."""
        return max(self.coupon.uses - self.used_count, 0) if self.coupon.uses else None


class CodeQuerySet(models.QuerySet["Code"]):
    def free(self) -> Self:
        return self.filter(ticket=None)


class Code(models.Model):
    """A code of the shop's, given to one person only."""

    coupon = models.ForeignKey(
        Coupon, on_delete=models.CASCADE, related_name="pool", verbose_name=_("coupon")
    )
    code = models.CharField(_("code"), max_length=Coupon.CODE_LENGTH, unique=True)
    # Kept when its friend is gone: a code that somebody had is never given to another.
    ticket = models.BigIntegerField(_("given"), null=True, editable=False)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("coupon code")
        verbose_name_plural = _("coupon codes")
        ordering = ["id"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(name="couponcode_given_once", fields=["ticket"]),
        ]
        indexes = [
            models.Index(fields=["coupon", "id"], name="couponcode_free", condition=Q(ticket=None)),
        ]

    def __str__(self) -> str:
        return self.code


class RedemptionQuerySet(models.QuerySet["Redemption"]):
    def counted(self) -> Self:
        """Without those that were taken back."""
        return self.filter(cancelled_at=None)


class Redemption(models.Model):
    """One use of a coupon. What was taken back stays, with its reason."""

    class Way(models.TextChoices):
        SCAN = "scan", _("Scanned in the shop")
        TAP = "tap", _("Staff tapped on the phone")
        API = "api", _("By a program")
        ORDER = "order", _("Order of the online shop")

    coupon = models.ForeignKey(
        Coupon, on_delete=models.PROTECT, related_name="redemptions", verbose_name=_("coupon")
    )
    # Null: an order had the code that everybody has, and nobody knows whose it is.
    ticket = models.ForeignKey(
        Ticket, on_delete=models.SET_NULL, null=True, related_name="redemptions", verbose_name=_("ticket")
    )
    friend_id = models.IntegerField(_("friend"), null=True)
    at = models.DateTimeField(_("used"), db_default=Now())
    way = models.CharField(_("how"), max_length=5, choices=Way)
    place = models.CharField(_("where"), max_length=60, blank=True)
    order_number = models.CharField(_("order number"), max_length=100, blank=True)
    amount_yen = models.PositiveIntegerField(_("amount in yen"), null=True)
    discount_yen = models.PositiveIntegerField(_("discount in yen"), null=True)
    cost_yen = models.PositiveIntegerField(_("cost in yen"), null=True)
    # The same request again has the same.
    key = models.CharField(max_length=120, null=True, unique=True, editable=False)
    by_id = models.IntegerField(null=True, editable=False)
    cancelled_at = models.DateTimeField(_("taken back"), null=True)
    cancelled_by_id = models.IntegerField(null=True, editable=False)
    reason = models.CharField(_("why it was taken back"), max_length=200, blank=True)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a coupon")
        verbose_name_plural = _("uses of coupons")
        ordering = ["-id"]
        default_permissions = ("view", "change")
        indexes = [
            models.Index(fields=["coupon", "-id"], name="redemption_newest"),
            models.Index(fields=["coupon", "at"], name="redemption_by_day"),
            models.Index(fields=["order_number"], name="redemption_order", condition=~Q(order_number="")),
        ]

    def __str__(self) -> str:
        return f"{self.coupon_id}/{self.pk}"

    @property
    def spent_yen(self) -> int | None:
        """What the use cost the client, as far as it is known."""
        return self.discount_yen if self.cost_yen is None else self.cost_yen
