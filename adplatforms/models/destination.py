"""Where conversions are handed to."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page


class DestinationQuerySet(models.QuerySet["Destination"]):
    def behind(self) -> Self:
        """Those for which not everybody has been looked at by their present settings."""
        return self.exclude(swept_version=models.F("version"))


class Destination(models.Model):
    """A platform, or a program of the client's, that is told of conversions: of which, by what, and when.

    `version` grows when it chooses differently; while `swept_version` is behind, everybody is looked at
    again, and `cursor` says how far (below 0 it is of friends).
    """

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", _("Webhook of Musubi")
        META = "meta", _("Meta Conversions API")
        GOOGLE = "google", _("Google Ads API, through a program of yours")
        X = "x", _("X conversion API, through a program of yours")
        TIKTOK = "tiktok", _("TikTok Events API")
        LINE = "line", _("LINE Conversion API")
        GOOGLE_FILE = "google_file", _("File for Google Ads")
        FILE = "file", _("CSV file")

    class Choice(models.TextChoices):
        LAST = "last", _("The last click")
        FIRST = "first", _("The first click")

    class Consent(models.TextChoices):
        REQUIRED = "required", _("Only of people who agreed to ads")
        CLICKS_FREE = "clicks_free", _("Click IDs of everybody, hashed contacts of people who agreed to ads")

    class OrderId(models.TextChoices):
        EVENT = "event", _("Our ID of the conversion")
        HASHED = "hashed", _("Order number, as SHA-256")
        PLAIN = "plain", _("Order number")

    class Standing(models.TextChoices):
        NEW = "new", _("Nothing sent yet")
        WORKS = "works", _("Works")
        STUMBLES = "stumbles", _("Failed a moment ago")
        FAILING = "failing", _("Failing")
        PAUSED = "paused", _("Paused")

    FILES = (Kind.GOOGLE_FILE, Kind.FILE)
    NAME_LENGTH = 60
    MOST_DAYS, MOST_HOURS = 90, 720
    ROUNDS_TO_HOLD = 3  # after so many failures in a row only one request at a time tries whether it is back

    id = models.AutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    url = models.CharField(_("address"), max_length=500, blank=True)
    sealed_secret = models.BinaryField(null=True)
    sealed_former = models.BinaryField(null=True)  # signs beside the present one for a day
    former_until = models.DateTimeField(null=True)
    source_id = models.CharField(_("ID at the platform"), max_length=100, blank=True)
    event_name = models.CharField(_("name of the event"), max_length=100, default="Purchase")
    page_url = models.CharField(_("address of the shop"), max_length=500, blank=True)
    points = models.ManyToManyField(
        "attribution.Point", related_name="ad_destinations", verbose_name=_("conversion points")
    )
    click_ids = ArrayField(models.CharField(max_length=20), verbose_name=_("click IDs"), default=list)
    click_choice = models.CharField(
        _("which click, if there are several"), max_length=5, choices=Choice, default=Choice.LAST
    )
    window_days = models.PositiveSmallIntegerField(
        _("days after the click"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )
    needs_click = models.BooleanField(_("only conversions with a click ID"), default=True)
    sends_contacts = models.BooleanField(_("with hashed e-mail and phone"), default=True)
    consent = models.CharField(_("consent"), max_length=11, choices=Consent, default=Consent.REQUIRED)
    order_id = models.CharField(_("order ID"), max_length=6, choices=OrderId, default=OrderId.EVENT)
    delay_hours = models.PositiveSmallIntegerField(
        _("hours to wait"), default=24, validators=[MaxValueValidator(MOST_HOURS)]
    )
    since = models.DateTimeField(_("conversions since"), default=timezone.now)
    version = models.PositiveIntegerField(default=1, editable=False)
    swept_version = models.PositiveIntegerField(default=0, editable=False)
    cursor = models.IntegerField(default=0, editable=False)
    paused_at = models.DateTimeField(_("paused"), null=True, editable=False)
    fail_count = models.IntegerField(_("failures in a row"), default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    held_until = models.DateTimeField(_("tried again"), null=True, editable=False)
    succeeded_at = models.DateTimeField(_("last success"), null=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = DestinationQuerySet.as_manager()

    class Meta:
        verbose_name = _("destination of conversions")
        verbose_name_plural = _("destinations of conversions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="destination_name", fields=["name"]),
            models.CheckConstraint(
                name="destination_window", condition=Q(window_days__gte=1, window_days__lte=90)
            ),
            models.CheckConstraint(name="destination_delay", condition=Q(delay_hours__lte=720)),
            models.CheckConstraint(
                name="destination_has_address",
                condition=Q(kind__in=["google_file", "file"]) | ~Q(url=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("ad_destination", self.pk)

    @property
    def is_file(self) -> bool:
        """Whether people take it along as a file."""
        return self.kind in self.FILES

    @property
    def is_held(self) -> bool:
        return self.fail_count >= self.ROUNDS_TO_HOLD

    @property
    def standing(self) -> "Destination.Standing":
        if self.paused_at:
            return self.Standing.PAUSED
        if self.is_held:
            return self.Standing.FAILING
        if self.fail_count:
            return self.Standing.STUMBLES
        return self.Standing.WORKS if self.succeeded_at else self.Standing.NEW

    def is_tried_at(self, now: datetime) -> bool:
        """Whether requests may leave at this moment."""
        return self.paused_at is None and (self.held_until is None or self.held_until <= now)
