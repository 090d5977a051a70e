"""Test sends: who gets them, and what became of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.reasons import ReasonField
from broadcasts.models.broadcast import Broadcast
from friends.models import Friend


class Tester(models.Model):
    """A friend who agreed to get test sends."""

    friend = models.OneToOneField(Friend, on_delete=models.CASCADE, related_name="tester")
    note = models.CharField(_("note"), max_length=100, blank=True)
    is_on = models.BooleanField(_("gets tests"), default=True)
    added_by_id = models.IntegerField(null=True, editable=False)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("tester")
        verbose_name_plural = _("testers")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.friend)


class TestSend(models.Model):
    """One message sent to one tester, marked as a test. It costs what any push costs, and counts apart."""

    __test__ = False  # pytest, this is no test

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        ACCEPTED = "accepted", _("Accepted by LINE")
        REJECTED = "rejected", _("Refused by LINE")
        UNKNOWN = "unknown", _("No answer from LINE")

    broadcast = models.ForeignKey(Broadcast, on_delete=models.SET_NULL, null=True, related_name="test_sends")
    friend = models.ForeignKey(Friend, on_delete=models.CASCADE, related_name="+")
    letter = models.CharField(max_length=1, blank=True, db_default="")  # of an A/B test; "": there is none
    messages = models.JSONField(_("messages"))  # as they go to this friend
    retry_key = models.UUIDField()
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)
    attempts = models.IntegerField(default=0)
    is_under_way = models.BooleanField(default=False, db_default=False)
    is_uncertain = models.BooleanField(default=False, db_default=False)  # an attempt ended without an answer
    due_at = models.DateTimeField(null=True)
    first_tried_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    request_id = models.CharField(_("LINE request ID"), max_length=64, blank=True)
    error = ReasonField(_("error"), blank=True)
    by_id = models.IntegerField(null=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("test send")
        verbose_name_plural = _("test sends")
        ordering = ["-id"]
        indexes = [models.Index(fields=["due_at"], name="testsend_due", condition=Q(state="pending"))]

    def __str__(self) -> str:
        return f"{self.broadcast_id} {self.friend_id} {self.state}"
