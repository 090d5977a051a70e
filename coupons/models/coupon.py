"""What a coupon gives, to whom and how long."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page


class CouponQuerySet(models.QuerySet["Coupon"]):
    def running(self, now: datetime | None = None) -> Self:
        """Those that can be given at present: started, not closed, not at their end."""
        over = Q(ends_at__lte=now or timezone.now())
        return self.filter(status=Coupon.Status.RUNNING).exclude(over)

    def ending(self) -> Self:
        """Those that end for whoever holds one: on a day, or some days after getting it."""
        return self.filter(Q(ends_at__isnull=False) | Q(valid_days__isnull=False))

    def addressed(self) -> dict[int, str]:
        """What messages can lead to, by number: all but those that were closed."""
        rows = self.exclude(status=Coupon.Status.CLOSED).values_list("pk", "name", "by_address")
        given = _("%(name)s (only for those to whom it was given)")
        return {pk: name if by_address else str(given) % {"name": name} for pk, name, by_address in rows}


class Coupon(models.Model):
    """A coupon of the client's own. Who has got it holds a `Ticket`."""

    NAME_LENGTH, WORDS_LENGTH, TERMS_LENGTH, CODE_LENGTH = 60, 100, 2000, 64
    MOST_USES = 1000

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("Running")
        CLOSED = "closed", _("Coupon closed")

    class State(models.TextChoices):
        """What it is at a moment: the status, and the period."""

        DRAFT = "draft", _("Draft")
        COMING = "coming", _("Not begun yet")
        RUNNING = "running", _("Running")
        ENDED = "ended", _("Ended")
        CLOSED = "closed", _("Coupon closed")

    class Gives(models.TextChoices):
        YEN = "yen", _("Yen off")
        PERCENT = "percent", _("Percent off")
        FREE = "free", _("Something free")
        OTHER = "other", _("Something else")

    class Codes(models.TextChoices):
        MADE = "made", _("A code of its own for each person, made here")
        POOL = "pool", _("Codes of the shop, one for each person")
        SHARED = "shared", _("One code for everybody")

    id = models.AutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    gives = models.CharField(_("gives"), max_length=7, choices=Gives, default=Gives.PERCENT)
    amount = models.PositiveIntegerField(_("amount"), null=True, blank=True)  # yen or percent
    words = models.CharField(_("what it gives, in words"), max_length=WORDS_LENGTH, blank=True)
    picture = models.ForeignKey(
        "library.MediaFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="coupons",
        verbose_name=_("picture"),
    )
    terms = models.TextField(_("terms"), max_length=TERMS_LENGTH, blank=True)
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    valid_days = models.PositiveSmallIntegerField(_("days valid after getting it"), null=True, blank=True)
    codes = models.CharField(_("codes"), max_length=6, choices=Codes, default=Codes.MADE)
    shared_code = models.CharField(_("code for everybody"), max_length=CODE_LENGTH, blank=True)
    # How often whoever holds one may use it; 0: as often as they like.
    uses = models.PositiveSmallIntegerField(_("uses per person"), default=1)
    most = models.PositiveIntegerField(_("how many there are"), null=True, blank=True)
    # Whoever comes through LIFF finds the door of any coupon by its number: a prize is not for them.
    by_address = models.BooleanField(_("whoever opens its address gets it"), default=True, db_default=True)
    at_till = models.BooleanField(_("scanned in the shop"), default=True)
    by_tap = models.BooleanField(_("staff tap on the customer’s phone"), default=False)
    online = models.BooleanField(_("in the online shop"), default=False)
    follows_orders = models.BooleanField(_("a cancelled order gives the use back"), default=True)
    cost_yen = models.PositiveIntegerField(_("cost of one use in yen"), null=True, blank=True)
    warn_below = models.PositiveIntegerField(_("warn when fewer are left"), null=True, blank=True)
    warned_at = models.DateTimeField(null=True, editable=False)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.DRAFT)
    # Kept only where there is a limit, under a lock on this row.
    given_count = models.PositiveIntegerField(_("given"), default=0, db_default=0, editable=False)
    responsible_id = models.IntegerField(_("responsible"), null=True, blank=True)  # users are public
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    created_by_id = models.IntegerField(null=True, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = CouponQuerySet.as_manager()

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        ordering = ["-id"]
        permissions = [
            ("start_coupon", _("Can start, give and close a coupon")),
            ("redeem_coupon", _("Can redeem coupons at the shop")),
        ]
        constraints = [
            models.CheckConstraint(
                name="coupon_amount_fits",
                condition=~Q(gives__in=["yen", "percent"]) | Q(amount__isnull=False),
            ),
            models.CheckConstraint(
                name="coupon_shared_code_is_there",
                condition=~Q(codes="shared") | ~Q(shared_code=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("own_coupon", self.pk)

    @property
    def ledger_owner(self) -> str:
        """By what campaigns and the timeline name it."""
        return f"coupon:{self.pk}"

    def state(self, at: datetime | None = None) -> "Coupon.State":
        """What it is at this moment (now, if none is given)."""
        at = at or timezone.now()
        if self.status != self.Status.RUNNING:
            return self.State(self.status)
        if self.ends_at and self.ends_at <= at:
            return self.State.ENDED
        return self.State.COMING if self.starts_at and self.starts_at > at else self.State.RUNNING

    @property
    def is_personal(self) -> bool:
        """Whether each person has a code of their own."""
        return self.codes != self.Codes.SHARED

    def discount(self, amount: int | None) -> int | None:
        """Yen off an order of this amount; None where that does not follow from the coupon."""
        if self.gives == self.Gives.YEN:
            return self.amount if amount is None else min(self.amount or 0, amount)
        if self.gives == self.Gives.PERCENT and amount is not None:
            return amount * (self.amount or 0) // 100
        return None
