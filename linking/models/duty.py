"""What is still to be done for a friend after a link was made or ended."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkDuty(models.Model):
    """One thing that LINE is to be asked for: it is done once, however often it is tried."""

    class Kind(models.TextChoices):
        WELCOME = "welcome", _("Welcome message")
        MENU = "menu", _("Rich menu")
        DEAUTHORIZE = "deauthorize", _("Taking back LINE Login")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.CASCADE, related_name="link_duties", verbose_name=_("friend")
    )
    link = models.ForeignKey(
        "linking.Link", on_delete=models.CASCADE, related_name="duties", verbose_name=_("link")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    key = models.UUIDField(default=uuid4, editable=False)  # LINE's retry key, where it takes one
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    due_at = models.DateTimeField(_("due"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("duty after linking")
        verbose_name_plural = _("duties after linking")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], name="linkduty_open", condition=models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.friend}"
