"""Greetings and keyword replies, by the free reply token."""

from collections.abc import Iterable
from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from friends.models import Tag


class AutoReplyQuerySet(models.QuerySet["AutoReply"]):
    def on(self, triggers: "Iterable[AutoReply.Trigger]") -> Self:
        """Switched on, with one of these triggers, in the order in which they are tried."""
        return self.filter(is_on=True, trigger__in=list(triggers))


class AutoReply(models.Model):
    """What the account answers by itself: to being added, to a word, or to anything else that is written.

    Rules are tried in their order; the first that fits answers, and no other.
    """

    class Trigger(models.TextChoices):
        GREETING = "greeting", _("Greeting: somebody adds the account")
        RETURN = "return", _("Greeting: somebody unblocks the account")
        KEYWORD = "keyword", _("A keyword is written")
        ANYTHING = "anything", _("Anything else is written")

    class Match(models.TextChoices):
        EXACT = "exact", _("is exactly the word")
        BEGINS = "begins", _("begins with the word")
        CONTAINS = "contains", _("contains the word")

    class When(models.TextChoices):
        ALWAYS = "always", _("At any time")
        OPEN = "open", _("Within business hours")
        CLOSED = "closed", _("Outside business hours")

    trigger = models.CharField(_("answers when"), max_length=8, choices=Trigger, default=Trigger.KEYWORD)
    name = models.CharField(_("name"), max_length=100)
    words = models.JSONField(_("keywords"), default=list, blank=True, help_text=_("As they were typed"))
    match = models.CharField(_("the message"), max_length=8, choices=Match, default=Match.EXACT)
    when = models.CharField(_("time"), max_length=6, choices=When, default=When.ALWAYS)
    messages = models.JSONField(_("messages"), help_text=_("1 to 5 LINE message objects"))
    tags = models.ManyToManyField(Tag, blank=True, related_name="+", verbose_name=_("tags put on the friend"))
    is_on = models.BooleanField(_("on"), default=True)
    position = models.PositiveIntegerField(_("order"), default=0)
    given_count = models.BigIntegerField(_("answers given"), default=0, db_default=0)
    given_at = models.DateTimeField(_("last answer"), null=True, blank=True)

    objects = AutoReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("auto-reply")
        verbose_name_plural = _("auto-replies")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="autoreply_keyword_has_words",
                condition=~models.Q(trigger="keyword") | ~models.Q(words=[]),
                violation_error_message=_("A keyword reply needs at least one keyword."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """A stretch of a weekday in which the client is there, in its own time zone.

    Minutes after midnight; an end at or before the beginning is that of the next day.
    """

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    opens = models.PositiveSmallIntegerField(_("opens"), validators=[MaxValueValidator(1439)])
    closes = models.PositiveSmallIntegerField(_("closes"), validators=[MaxValueValidator(1439)])

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]
        constraints = [models.UniqueConstraint(name="opening_hours_once", fields=["weekday", "opens"])]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {_clock(self.opens)}–{_clock(self.closes)}"


class ClosedDay(models.Model):
    """A date on which the client is closed whatever the weekday."""

    on = models.DateField(_("date"), unique=True)

    class Meta:
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on:%Y/%m/%d}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
