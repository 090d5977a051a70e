"""What counts as a conversion, and what each conversion is credited to."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page


class Model(models.TextChoices):
    """Which of the touches before a conversion gets it."""

    LAST = "last", _("Last click")
    FIRST = "first", _("First click")
    VIEW = "view", _("Last click, else last message received")


class PointQuerySet(models.QuerySet["Point"]):
    def open(self) -> Self:
        """Those that go on counting."""
        return self.filter(archived_at=None)

    def behind(self) -> Self:
        """Those whose conversions are not all counted by their present settings."""
        return self.open().exclude(counted_version=models.F("version"))


class Point(models.Model):
    """A conversion point: what counts as a conversion, what it is worth, and which touch gets it.

    `version` grows when it counts differently from then on; while `counted_version` is behind, all of it is
    counted anew, and `cursor` says how far. Every client has the orders of its shop, without a name.
    """

    class Kind(models.TextChoices):
        ORDER = "order", _("Orders of the shop")
        EVENT = "event", _("An event on the timeline")
        COUPON = "coupon", _("Use of a coupon")
        PAGE = "page", _("What the page tag tells")

    class Counts(models.TextChoices):
        EACH = "each", _("Each time")
        ONCE = "once", _("Once per person")

    class Touch(models.TextChoices):
        """What can lead to a conversion, by the first word of its owner in the ledger."""

        BROADCAST = "broadcast", _("Broadcasts")
        SCENARIO = "scenario", _("Scenarios")
        ROUTE = "route", _("Routes")

    NAME_LENGTH, CODE_LENGTH, PATTERN_LENGTH, TOLD_LENGTH = 60, 40, 300, 60
    MOST_DAYS, MOST_HOURS = 90, 168

    id = models.AutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.EVENT)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    code = models.CharField(
        _("code"),
        max_length=CODE_LENGTH,
        unique=True,
        validators=[RegexValidator(r"\A[a-z0-9-]{1,40}\Z", _("Use a–z, 0–9 and hyphens, at most 40."))],
        help_text=_("By which programs know it: a–z, 0–9 and hyphens. It stays."),
    )
    event = models.CharField(_("event"), max_length=60, blank=True)
    where = models.JSONField(
        _("of which is true"), default=list, blank=True
    )  # as segments compare properties
    amount_property = models.CharField(_("property with the amount"), max_length=60, blank=True)
    value_yen = models.DecimalField(
        _("fixed value (yen)"),
        max_digits=12,
        decimal_places=0,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    coupon = models.PositiveIntegerField(_("coupon"), null=True, blank=True)  # null: any
    pages = models.CharField(
        _("address of the page"), max_length=PATTERN_LENGTH, blank=True, default="", db_default=""
    )  # without https://; * stands for anything
    told_as = models.CharField(
        _("name of the conversion"), max_length=TOLD_LENGTH, blank=True, default="", db_default=""
    )
    counts = models.CharField(_("how often it counts"), max_length=4, choices=Counts, default=Counts.EACH)
    window_days = models.PositiveSmallIntegerField(
        _("days after the touch"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )
    model = models.CharField(_("who gets it"), max_length=5, choices=Model, default=Model.LAST)
    view_hours = models.PositiveSmallIntegerField(
        _("hours after a message without a click"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)],
    )
    touches = ArrayField(models.CharField(max_length=10), verbose_name=_("what can lead to it"), default=list)
    version = models.PositiveIntegerField(default=1, editable=False)
    counted_version = models.PositiveIntegerField(default=0, editable=False)
    cursor = models.IntegerField(default=0, editable=False)
    counted_at = models.DateTimeField(_("counted"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversion point")
        verbose_name_plural = _("conversion points")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="point_orders_once", fields=["kind"], condition=Q(kind="order")),
            models.CheckConstraint(name="point_window", condition=Q(window_days__gte=1, window_days__lte=90)),
            models.CheckConstraint(name="point_hours", condition=Q(view_hours__gte=1, view_hours__lte=168)),
            models.CheckConstraint(
                name="point_of_an_event",
                condition=Q(kind="event") & ~Q(event="") | ~Q(kind="event") & Q(event=""),
            ),
            models.CheckConstraint(
                name="point_of_a_page",
                condition=Q(kind="page", pages="") & ~Q(told_as="")
                | Q(kind="page", told_as="") & ~Q(pages="")
                | ~Q(kind="page") & Q(pages="", told_as=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return client_page("conversion_point", self.pk)

    @property
    def is_counting(self) -> bool:
        """Whether its figures are still being brought up to its settings."""
        return self.archived_at is None and self.counted_version != self.version

    @property
    def kept_models(self) -> list[str]:
        """Both models by clicks, and the one by messages where it is chosen."""
        return [Model.LAST, Model.FIRST, *([Model.VIEW] if self.model == Model.VIEW else [])]


class PointVersion(models.Model):
    """How a point counted from a moment on."""

    point = models.ForeignKey(
        Point, on_delete=models.CASCADE, related_name="versions", verbose_name=_("conversion point")
    )
    number = models.PositiveIntegerField(_("version"))
    settings = models.JSONField(_("settings"))
    changed_at = models.DateTimeField(_("since"), db_default=Now())
    changed_by_id = models.IntegerField(null=True)  # users are public: no key

    class Meta:
        verbose_name = _("settings of a conversion point")
        verbose_name_plural = _("settings of conversion points")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="pointversion_once", fields=["point", "number"])]

    def __str__(self) -> str:
        return f"{self.point} {self.number}"


class CreditQuerySet(models.QuerySet["Credit"]):
    def chosen(self, model: str | None = None) -> Self:
        """By this model, or each point's own."""
        return self.filter(model=model or models.F("point__model"), point__archived_at=None)


class Credit(models.Model):
    """That a conversion goes to one touch by one model. What nothing led to has no row.

    `source` is the order's or the event's number, as the point's kind says; below 0 it is that of the event
    by which the page tag told of an order that the shop has not told of. `amount` is what it is worth now.
    No keys: rows are written by one statement from what is true (`attribution/counting/statement.py`).
    """

    class Way(models.TextChoices):
        CLICK = "click", _("Clicked")
        ARRIVAL = "arrival", _("Came by it")
        VIEW = "view", _("Received it")

    point = models.ForeignKey(
        Point, on_delete=models.CASCADE, related_name="credits", verbose_name=_("conversion point")
    )
    source = models.BigIntegerField()
    model = models.CharField(_("model"), max_length=5, choices=Model)
    owner = models.CharField(_("goes to"), max_length=40, db_collation="C")  # as in the ledger
    part = models.CharField(_("part"), max_length=30, blank=True)  # `step:x` of a scenario
    way = models.CharField(_("how"), max_length=7, choices=Way)
    touched_at = models.DateTimeField(_("touched"))
    at = models.DateTimeField(_("time"))
    friend_id = models.IntegerField(_("friend"), null=True)
    customer_id = models.IntegerField(_("customer"), null=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="JPY", db_default="JPY")

    objects = CreditQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="credit_once", fields=["point", "source", "model"])]
        indexes = [
            models.Index(fields=["owner", "model", "at"], name="credit_owner"),
            models.Index(fields=["point", "model", "at"], name="credit_point"),
            models.Index(fields=["friend_id"], name="credit_friend"),
            models.Index(fields=["customer_id"], name="credit_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.at:%Y-%m-%d %H:%M}"


class Reading(models.Model):
    """Up to which version the news of a topic (`events.versions`) has been counted in."""

    topic = models.CharField(max_length=120, primary_key=True)
    version = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.topic} {self.version}"


class PageTag(models.Model):
    """The tag on pages of the client's shop: where it may be, and what was heard of it. One row, or none.

    `key` stands in the pages, where anybody may read it; `secret_generation` is of the secret with which the
    shop's server signs who its customer is.
    """

    MOST_ORIGINS = 20

    key = models.CharField(_("key"), max_length=32)
    origins = ArrayField(models.CharField(max_length=270), verbose_name=_("pages may be on"), default=list)
    is_on = models.BooleanField(_("takes reports"), default=True)
    secret_generation = models.PositiveIntegerField(default=1, editable=False)
    seen_at = models.DateTimeField(_("last report"), null=True, editable=False)
    seen_url = models.CharField(max_length=500, blank=True, editable=False)
    known_at = models.DateTimeField(_("last report of a person"), null=True, editable=False)
    converted_at = models.DateTimeField(_("last conversion"), null=True, editable=False)
    refused_at = models.DateTimeField(null=True, editable=False)
    refused_origin = models.CharField(max_length=270, blank=True, editable=False)

    class Meta:
        verbose_name = _("page tag")
        verbose_name_plural = _("page tags")
        default_permissions = ("view", "change")
        constraints = [models.CheckConstraint(name="pagetag_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def present(cls) -> Self | None:
        return cls.objects.filter(pk=1).first()


class TagDay(models.Model):
    """How often the tag told of something on a day; of people who are known, and of all."""

    class What(models.TextChoices):
        PAGE = "page", _("Pages opened")
        PRODUCT = "product", _("Products looked at")
        CATEGORY = "category", _("Categories looked at")
        CONVERT = "convert", _("Conversions")

    pk = models.CompositePrimaryKey("day", "what", "name")
    day = models.DateField(_("day"))
    what = models.CharField(_("what"), max_length=8, choices=What)
    name = models.CharField(_("name"), max_length=Point.TOLD_LENGTH, blank=True)  # of the conversion
    count = models.PositiveIntegerField(_("all"), default=0)
    known_count = models.PositiveIntegerField(_("of known people"), default=0)

    class Meta:
        verbose_name = _("day of the page tag")
        verbose_name_plural = _("days of the page tag")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day} {self.what} {self.name}"


class TagReport(models.Model):
    """That a report of the tag has been counted, by the id that the browser gave it; kept for some days."""

    id = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["at"], name="tagreport_at")]

    def __str__(self) -> str:
        return self.id
