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

    class Problem(models.TextChoices):
        """Our words for why it is not done; otherwise LINE's own stand there."""

        NO_ANSWER = "no_answer", _("LINE does not answer.")
        UNLINKED = "unlinked", _("They are no longer linked.")
        NO_FRIEND = "no_friend", _("They are no friend of the account.")
        USED_UP = (
            "used_up",
            _("The messages of this month are used up. Raise the limit or change the LINE plan."),
        )
        EXPIRED = "expired", _("What LINE Login allowed is over by itself, or the channel is gone.")

    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.CASCADE, related_name="link_duties", verbose_name=_("friend")
    )
    link = models.ForeignKey(
        "linking.Link", on_delete=models.CASCADE, related_name="duties", verbose_name=_("link")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    # LINE's retry key and the bytes that go with it, fixed before the first attempt.
    key = models.UUIDField(default=uuid4, editable=False)
    body = models.BinaryField(null=True)
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

    @property
    def reason(self) -> str:
        """Why it is not done, for people."""
        return str(dict(self.Problem.choices).get(self.problem, self.problem))
