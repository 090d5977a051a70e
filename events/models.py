"""One timeline: what a person did, as it happened. Knows nothing of who writes in it or reads it."""

from django.db import models
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
            models.Index(fields=["type", "friend_id", "at"], name="event_type_friend_at"),
            models.Index(fields=["friend_id", "-at"], name="event_friend_at"),
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
