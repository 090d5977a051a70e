"""One timeline: what a person did, as it happened. Knows nothing of who writes in it or reads it."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """Something a friend or a customer did. Plain values, no foreign keys: rows outlive what they name."""

    friend_id = models.IntegerField(_("friend"), null=True, blank=True)
    customer_id = models.IntegerField(_("customer"), null=True, blank=True)
    type = models.CharField(_("type"), max_length=60)
    at = models.DateTimeField(_("time"))
    properties = models.JSONField(_("properties"), default=dict)
    key = models.CharField(max_length=120, null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="event_is_somebodys",
                condition=models.Q(friend_id__isnull=False) | models.Q(customer_id__isnull=False),
            )
        ]
        indexes = [
            # The customer is in it so that nobody need look at the rows: half of all events name only them.
            models.Index(
                fields=["type", "friend_id", "at"],
                include=["customer_id"],
                name="event_type_friend_at_customer",
            ),
            models.Index(fields=["friend_id", "-at"], name="event_friend_at"),
            # Whatever happened in some hours, to anyone. Of kilobytes: rows lie about as they came in.
            BrinIndex(fields=["at"], pages_per_range=32, autosummarize=True, name="event_at_blocks"),
            models.Index(fields=["customer_id", "type", "at"], name="event_customer_type_at"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.at:%Y-%m-%d %H:%M}"


class DataVersion(models.Model):
    """How often the data of one topic (`tag:3`, `events:bought`) has changed: a cache knows its age by it."""

    topic = models.CharField(max_length=120, primary_key=True)
    version = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.topic} {self.version}"


class DataChange(models.Model):
    """Whom the change that made a version of a topic was about. A version without a row: it may be anyone."""

    pk = models.CompositePrimaryKey("topic", "version")
    topic = models.CharField(max_length=120)
    version = models.BigIntegerField()
    friends = ArrayField(models.IntegerField())
    customers = ArrayField(models.IntegerField())

    def __str__(self) -> str:
        return f"{self.topic} {self.version}"


class OutboxTopic(models.Model):
    """That a kind of work wants to hear of a topic (`events/outbox.py`)."""

    pk = models.CompositePrimaryKey("topic", "kind")
    topic = models.CharField(max_length=140)
    kind = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.topic} {self.kind}"


class OutboxEntry(models.Model):
    """Something that a kind of work has not heard of yet: a new event, or that data have changed."""

    kind = models.CharField(max_length=40)
    topic = models.CharField(max_length=140)
    event_id = models.BigIntegerField(null=True)
    numbers = ArrayField(models.IntegerField(), null=True)  # of friends, or of other rows; null: anyone
    rings = models.BooleanField(db_default=False)  # the one of a statement that has the work woken

    class Meta:
        indexes = [models.Index(fields=["kind", "id"], name="outboxentry_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.topic}"


class EventTypeDefinition(models.Model):
    """A type of event that a client has thought of itself, with the properties it carries."""

    NAME_LENGTH = 60

    id = models.AutoField(primary_key=True)
    name = models.CharField(
        _("name"),
        max_length=NAME_LENGTH,
        unique=True,
        help_text=_("As programs send it: a–z, 0–9 and _. It stays."),
    )
    label = models.CharField(_("label"), max_length=60)
    properties = models.JSONField(_("properties"), default=list, blank=True)  # of {"name", "label", "type"}
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("event type")
        verbose_name_plural = _("event types")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="event_type_is_a_name", condition=models.Q(name__regex=r"^[a-z0-9_]{1,60}$")
            )
        ]

    def __str__(self) -> str:
        return self.label


class EventSettings(models.Model):
    """How a client takes events in: one row. Without it, the defaults hold."""

    takes_unknown_types = models.BooleanField(_("take events of unknown types"), default=True)

    class Meta:
        verbose_name = _("settings of events")
        verbose_name_plural = _("settings of events")
        constraints = [models.CheckConstraint(name="eventsettings_one", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def present(cls) -> Self:
        """The client's row; unsaved defaults if there is none yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class Refusal(models.Model):
    """One item that a program sent and that could not be taken; the newest are kept, to be looked at."""

    KEPT = 1_000

    what = models.CharField(_("what"), max_length=20)  # events, orders, products
    subject = models.CharField(
        _("of"), max_length=200, blank=True
    )  # its type, number or code, as it was sent
    reason = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField(_("time"), db_default=Now())

    class Meta:
        verbose_name = _("refused item")
        verbose_name_plural = _("refused items")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.what}: {self.subject}"
