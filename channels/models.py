"""How a tenant is wired to LINE, and what came in. Public: bodies of many tenants share one commit."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import secrets
from accounts.models import Tenant, User
from billing import quota
from channels import findings

# Kinds of work on the board: what LINE counts in the month and by day, whether all is well, an old secret's
# last day.
QUOTA, DAY_COUNTS, HEALTH, ROTATION = quota.READING, "day_counts", "health", "rotation"


class Channel(models.Model):
    """The Messaging API channel of one LINE Official Account."""

    class Mode(models.TextChoices):
        RECEIVING = "receiving", _("Receives the webhook")
        SEND_ONLY = "send_only", _("Sends only; another tool owns the webhook")

    class AccountType(models.TextChoices):
        UNKNOWN = "", _("Not known")
        UNVERIFIED = "unverified", _("Unverified account")
        VERIFIED = "verified", _("Verified account")
        PREMIUM = "premium", _("Premium account")

    tenant = models.OneToOneField(
        Tenant, on_delete=models.CASCADE, related_name="channel", verbose_name=_("client")
    )
    channel_id = models.CharField(_("channel ID"), max_length=20, unique=True)
    bot_user_id = models.CharField(_("bot user ID"), max_length=33)
    basic_id = models.CharField(_("basic ID"), max_length=30, blank=True)
    name = models.CharField(_("account name"), max_length=100, blank=True)
    picture_url = models.URLField(_("picture"), max_length=500, blank=True)
    mode = models.CharField(
        _("webhook"), max_length=9, choices=Mode, default=Mode.RECEIVING, db_default=Mode.RECEIVING
    )
    account_type = models.CharField(
        _("account type"), max_length=10, choices=AccountType, blank=True, default="", db_default=""
    )
    provider_id = models.CharField(_("provider ID"), max_length=20, blank=True, db_default="")
    provider_name = models.CharField(_("provider"), max_length=100, blank=True, db_default="")
    login_channel_id = models.CharField(_("LINE Login channel ID"), max_length=20, blank=True, db_default="")
    sealed_login_secret = models.BinaryField(editable=False, null=True)
    liff_id = models.CharField(_("LIFF ID"), max_length=40, blank=True, db_default="")
    sealed_secret = models.BinaryField(editable=False)
    sealed_old_secret = models.BinaryField(editable=False, null=True)  # may still sign while rotating
    secret_since = models.DateTimeField(_("secret in use since"), null=True, blank=True)
    old_secret_until = models.DateTimeField(_("old secret accepted until"), null=True, blank=True)
    previous_webhook_url = models.CharField(
        _("webhook address before"), max_length=500, blank=True, db_default=""
    )
    done_by_hand = ArrayField(models.CharField(max_length=20), default=list, db_default=[], blank=True)
    webhook_checked_at = models.DateTimeField(_("webhook tested"), null=True, blank=True)
    webhook_problem = models.CharField(_("webhook problem"), max_length=300, blank=True)
    bad_signature_count = models.BigIntegerField(_("wrong signatures"), default=0, db_default=0)
    bad_signature_at = models.DateTimeField(_("last wrong signature"), null=True, blank=True)
    connected_at = models.DateTimeField(_("connected"), default=timezone.now)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def __str__(self) -> str:
        return self.name or self.channel_id

    @property
    def webhook_url(self) -> str:
        return f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{self.tenant.slug}/line/webhook/"

    @property
    def add_friend_url(self) -> str:
        """Source: https://developers.line.biz/en/docs/messaging-api/using-line-url-scheme/"""
        return f"https://line.me/R/ti/p/{self.basic_id.replace('@', '%40')}"

    @property
    def receives(self) -> bool:
        """Whether LINE's webhook comes to us: without it there are no events and no reply tokens."""
        return self.mode == self.Mode.RECEIVING

    @property
    def is_rotating(self) -> bool:
        """Whether what the former secret signs is still accepted."""
        return self.sealed_old_secret is not None

    def secret(self) -> str:
        return self._unseal(self.sealed_secret)

    def secrets(self) -> list[str]:
        """All secrets whose signatures count: the present one, and the one before while rotating."""
        sealed = [self.sealed_secret, self.sealed_old_secret]
        return [self._unseal(each) for each in sealed if each]

    def login_secret(self) -> str:
        """Of the LINE Login channel; "" where none is connected."""
        if self.sealed_login_secret is None:
            return ""
        place = login_secret_place(self.tenant_id)
        return secrets.unseal(self.tenant_id, place, bytes(self.sealed_login_secret))

    def _unseal(self, sealed: bytes | memoryview) -> str:
        return secrets.unseal(self.tenant_id, secret_place(self.tenant_id), bytes(sealed))


def secret_place(tenant_id: int) -> str:
    return f"channels_channel.secret:{tenant_id}"


def login_secret_place(tenant_id: int) -> str:
    return f"channels_channel.login_secret:{tenant_id}"


class ChannelCheckQuerySet(models.QuerySet["ChannelCheck"]):
    def present(self) -> Self:
        """What holds now."""
        return self.filter(until=None)

    def troubling(self) -> Self:
        """What somebody should look at."""
        return self.present().exclude(state=ChannelCheck.State.GOOD)


class ChannelCheck(models.Model):
    """What was found out about one side of a channel, from `since` on; the row without an end holds now."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("Access to LINE")
        WEBHOOK = "webhook", _("Webhook")
        EVENTS = "events", _("Incoming events")
        SIGNATURES = "signatures", _("Signatures")
        QUOTA = "quota", _("Messages of the month")
        LOGIN = "login", _("LINE Login")

    class State(models.TextChoices):
        GOOD = "good", _("In order")
        WARNING = "warn", _("Look at this")
        BAD = "bad", _("Broken")

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="channel_checks", verbose_name=_("client")
    )
    kind = models.CharField(_("what was checked"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=4, choices=State)
    finding = models.CharField(_("finding"), max_length=30)
    detail = models.JSONField(_("details"), default=dict)
    since = models.DateTimeField(_("since"))
    checked_at = models.DateTimeField(_("last checked"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)

    objects = ChannelCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of a channel")
        verbose_name_plural = _("checks of channels")
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="channel_check_once", fields=["tenant", "kind"], condition=models.Q(until=None)
            )
        ]
        indexes = [models.Index(fields=["tenant", "-since"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"

    @property
    def title(self) -> str:
        """What was found, in words."""
        return findings.title(self.finding, self.detail)

    @property
    def advice(self) -> str:
        """What to do about it; "" where there is nothing to do."""
        return findings.advice(self.finding, self.detail)


class Pace(models.Model):
    """When the next request of one endpoint may leave, so that all workers together keep to LINE's limit."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    endpoint = models.CharField(max_length=20)
    free_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="pace_once", fields=["tenant", "endpoint"])]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.endpoint}"


class InboxBody(models.Model):
    """A webhook body as it came, stored before it was answered. Partitioned by day, dropped when aged."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        DONE = "done", _("Processed")
        QUARANTINED = "quarantined", _("Quarantined")

    id = models.BigIntegerField(primary_key=True)
    received_at = models.DateTimeField(_("received"))
    tenant_id = models.IntegerField()
    body = models.BinaryField()
    signature = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.NEW)
    error = models.TextField(_("error"), blank=True)
    is_again = models.BooleanField(default=False)  # put back after quarantine; was relayed when it came

    class Meta:
        managed = False
        db_table = "channels_inboxbody"
        ordering = ["-id"]
        verbose_name = _("webhook body")
        verbose_name_plural = _("webhook bodies")

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d %H:%M:%S} {self.get_state_display()}"


class WebhookEvent(models.Model):
    """One event of a webhook, once, whatever LINE sends again. Partitioned by the day it happened."""

    class State(models.TextChoices):
        DONE = "done", _("Processed")
        IGNORED = "ignored", _("Ignored")
        FAILED = "failed", _("Failed")

    id = models.BigIntegerField(primary_key=True)
    tenant_id = models.IntegerField()
    webhook_event_id = models.CharField(max_length=40)
    happened_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"))
    type = models.CharField(_("type"), max_length=30)
    line_user_id = models.CharField(_("LINE user ID"), max_length=33, blank=True)
    payload = models.JSONField()
    state = models.CharField(_("state"), max_length=10, choices=State)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        managed = False
        db_table = "channels_webhookevent"
        ordering = ["-id"]
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")

    def __str__(self) -> str:
        return f"{self.type} {self.webhook_event_id}"


class HourOfEvents(models.Model):
    """How many webhook events were handled in one hour, and how many of them failed: the error rate."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    hour = models.DateTimeField()
    event_count = models.BigIntegerField(default=0)
    failed_count = models.BigIntegerField(default=0)
    quarantined_count = models.BigIntegerField(default=0)  # bodies

    class Meta:
        constraints = [models.UniqueConstraint(name="hour_of_events_once", fields=["tenant", "hour"])]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.hour:%Y-%m-%d %H}"


class EventReplay(models.Model):
    """Somebody's order to handle again all failed events that a search finds; done a few at a time."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, verbose_name=_("client"))
    search = models.JSONField(_("search"), default=dict)  # as the fields of the search were filled in
    last_id = models.BigIntegerField()  # of the newest event that was there when it was ordered
    position = models.BigIntegerField(default=0)  # events up to this id are dealt with
    total_count = models.BigIntegerField(_("events"))
    done_count = models.BigIntegerField(_("handled"), default=0)
    failed_count = models.BigIntegerField(_("failed again"), default=0)
    ordered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("ordered by")
    )
    ordered_at = models.DateTimeField(_("ordered"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("replay")
        verbose_name_plural = _("replays")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.ordered_at:%Y-%m-%d %H:%M}"
