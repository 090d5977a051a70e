"""Shops that tell us their news by signed webhooks: their connection, what came, whom their numbers mean."""

from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import current, secrets
from accounts.addresses import client_page
from connectors.errors import Note


class Connection(models.Model):
    """One shop, and how its webhooks prove that they are its own."""

    class Kind(models.TextChoices):
        SHOPIFY = "shopify", "Shopify"
        OTHER = "other", _("Other cart or system")

    class Proof(models.TextChoices):
        HMAC_HEX = "hmac_hex", _("HMAC-SHA256 of the body, hexadecimal")
        HMAC_BASE64 = "hmac_base64", _("HMAC-SHA256 of the body, Base64")
        TOKEN = "token", _("The secret itself in a header")
        BASIC = "basic", _("User name and password (Basic)")

    class Content(models.TextChoices):
        JSON = "json", "JSON"
        FORM = "form", _("Form fields")

    class Numbering(models.TextChoices):
        SHOP = "shop", _("The shop's own customer ID")
        EMAIL = "email", _("The customer of the same e-mail address, if there is one; else the shop's own ID")

    class Standing(models.TextChoices):
        NEW = "new", _("Nothing received yet")
        WORKS = "works", _("Works")
        FAILS = "fails", _("Errors")
        SILENT = "silent", _("Silent")
        PAUSED = "paused", _("Paused")

    NAME_LENGTH = 60
    OVERLAP = timedelta(hours=24)  # for so long a former secret holds beside the new one

    name = models.CharField(_("name"), max_length=NAME_LENGTH, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    code = models.CharField(max_length=32, unique=True, editable=False)
    secret_sealed = models.BinaryField()
    former_secret_sealed = models.BinaryField(null=True)
    former_secret_until = models.DateTimeField(_("former secret holds until"), null=True, blank=True)
    shop_domain = models.CharField(_("shop domain"), max_length=100, blank=True)
    numbering = models.CharField(
        _("customer number"), max_length=10, choices=Numbering, default=Numbering.SHOP
    )
    proof = models.CharField(_("proof"), max_length=12, choices=Proof, default=Proof.HMAC_HEX)
    header = models.CharField(_("header of the signature"), max_length=60, blank=True)
    user_name = models.CharField(_("user name"), max_length=60, blank=True)
    time_header = models.CharField(_("header of the time"), max_length=60, blank=True)
    tolerance_seconds = models.PositiveIntegerField(_("tolerance in seconds"), default=300)
    signs_time = models.BooleanField(
        _("the signature covers the time too"), default=False, help_text=_("Time, full stop, body.")
    )
    id_header = models.CharField(_("header of the delivery's ID"), max_length=60, blank=True)
    content = models.CharField(_("content"), max_length=4, choices=Content, default=Content.JSON)
    mapping = models.JSONField(_("field mapping"), default=dict, blank=True)
    preset = models.CharField(max_length=20, blank=True)
    silence_days = models.PositiveSmallIntegerField(_("silent after days"), default=3)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    received_at = models.DateTimeField(_("last received"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("shop connection")
        verbose_name_plural = _("shop connections")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("connection", self.pk)

    @property
    def source(self) -> str:
        """What its orders and events say of where they came from."""
        return f"{self.kind}-{self.pk}"

    def has_fallen_silent(self, now: datetime) -> bool:
        """Whether nothing has come for longer than usual, though it used to."""
        since = self.received_at
        return bool(since and not self.paused_at and now - since > timedelta(days=self.silence_days))

    def seal(self, secret: str) -> None:
        self.secret_sealed = secrets.seal(current.tenant().pk, self._place, secret)

    def secrets(self, now: datetime) -> list[str]:
        """Those that hold now: the present one, and a former one for OVERLAP."""
        sealed = [self.secret_sealed]
        if self.former_secret_sealed and self.former_secret_until and now < self.former_secret_until:
            sealed.append(self.former_secret_sealed)
        return [secrets.unseal(current.tenant().pk, self._place, bytes(each)) for each in sealed]

    @property
    def _place(self) -> str:
        return f"connectors_connection.secret:{self.code}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> Self:
        """What waits and may be processed now: in the order in which it happened."""
        open_ = self.filter(state=Delivery.State.NEW, due_at__lte=now, connection__paused_at=None)
        return open_.order_by("happened_at", "id")

    def search(self, *, topic: str = "", state: str = "", query: str = "") -> Self:
        """Those with this topic, state, and number or ID; empty: any."""
        given = {"topic": topic, "state": state}
        found = self.filter(**{name: value for name, value in given.items() if value})
        return found.filter(names__contains=[query]) if query else found


class Delivery(models.Model):
    """One webhook as it came, sealed, and what became of it. Kept for `processing.KEPT`."""

    class State(models.TextChoices):
        NEW = "new", _("Waiting")
        DONE = "done", _("Taken over")
        IGNORED = "ignored", _("Ignored")
        FAILED = "failed", _("Failed")

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("connection")
    )
    key = models.CharField(max_length=200, editable=False)
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    body_sealed = models.BinaryField()
    size = models.IntegerField(_("bytes"))
    happened_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.NEW)
    names = ArrayField(models.CharField(max_length=100), verbose_name=_("concerns"), default=list)
    note = models.JSONField(_("what became of it"), default=dict)
    attempt_count = models.SmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery of a shop")
        verbose_name_plural = _("deliveries of shops")
        ordering = ["-id"]
        permissions = [("view_body", _("Can read what a shop has sent"))]
        constraints = [models.UniqueConstraint(name="shop_delivery_once", fields=["connection", "key"])]
        indexes = [
            models.Index(
                fields=["happened_at", "id"], name="shop_delivery_open", condition=models.Q(state="new")
            ),
            models.Index(fields=["connection", "-id"], name="shop_delivery_log"),
            models.Index(fields=["connection", "topic", "-id"], name="shop_delivery_topic"),
            models.Index(fields=["received_at"], name="shop_delivery_age"),
            GinIndex(fields=["names"], name="shop_delivery_names"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.received_at:%Y-%m-%d %H:%M:%S}"

    @property
    def remark(self) -> str:
        """What became of it, in the reader's language."""
        return Note(self.note["text"], **self.note["values"]).message if self.note else ""


class Topic(models.Model):
    """What a connection has brought of one topic, since it exists: the log is kept for days only."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="topics")
    name = models.CharField(_("topic"), max_length=60)
    count = models.IntegerField(_("received"), default=0)
    last_at = models.DateTimeField(_("last received"))

    class Meta:
        verbose_name = _("topic of a shop")
        verbose_name_plural = _("topics of shops")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(name="shop_topic_once", fields=["connection", "name"])]

    def __str__(self) -> str:
        return self.name


class ExternalId(models.Model):
    """What a shop calls one of its things, what we call it, and what is known of it from all that came.

    `facts` is joined from the news of a thing so that their order does not matter; what we write is made
    from it alone. It holds no names and no addresses.
    """

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        ORDER = "order", _("Order")
        CHECKOUT = "checkout", _("Checkout")
        PRODUCT = "product", _("Product")
        STOCK = "stock", _("Stock item")

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="external_ids", verbose_name=_("connection")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    external = models.CharField(_("ID in the shop"), max_length=100)
    ours = models.CharField(_("number here"), max_length=100, blank=True)
    facts = models.JSONField(default=dict)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("ID of a shop")
        verbose_name_plural = _("IDs of shops")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="external_id_once", fields=["connection", "kind", "external"])
        ]
        indexes = [models.Index(fields=["connection", "kind", "ours"], name="external_id_ours")]

    def __str__(self) -> str:
        return f"{self.kind} {self.external}"
