"""Mail beside LINE: who agreed to it, who sends it, and what was sent."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from customers.consents.models import Consent
from scenarios.models.entry import Entry


class MailSettings(models.Model):
    """In whose name this client's mails leave. One row, or none."""

    NAME_LENGTH = 60

    sender_name = models.CharField(_("sender’s name"), max_length=NAME_LENGTH)
    sender_address = models.EmailField(
        _("sender’s address"),
        blank=True,
        help_text=_("Empty: the address of this service. Your mail server must let it send for another."),
    )
    reply_to = models.EmailField(_("answers go to"), blank=True)
    footer = models.TextField(
        _("who sends this"),
        max_length=1_000,
        help_text=_(
            "Below each mail: name and address of the company, and where questions and complaints go. "
            "The law on e-mail advertising asks for them."
        ),
    )

    class Meta:
        verbose_name = _("settings of mails")
        verbose_name_plural = _("settings of mails")

    def __str__(self) -> str:
        return self.sender_name

    @classmethod
    def present(cls) -> Self | None:
        """None: nobody has said yet who sends them, so none is sent."""
        return cls.objects.first()


class MailConsent(Consent):
    """That a customer agreed to mails, or does no longer. The newest row is what holds; none: never asked."""

    class How(models.TextChoices):
        PAGE = "page", _("Entered by hand")
        API = "api", _("By API")
        IMPORT = "import", _("By import")
        LINK = "link", _("By the link in a mail")

    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.CASCADE,
        related_name="mail_consents",
        verbose_name=_("customer"),
    )
    how = models.CharField(_("how"), max_length=10, choices=How)
    note = models.CharField(_("note"), max_length=200, blank=True)  # such as where they were asked

    class Meta(Consent.Meta):
        verbose_name = _("consent to mails")
        verbose_name_plural = _("consents to mails")
        indexes = [models.Index(fields=["customer", "-at", "-id"], name="mailconsent_newest")]


class MailSend(models.Model):
    """One mail to one person for one step. Mail has no retry key: it is handed over once at most."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        CLAIMED = "claimed", _("Under way")
        SENT = "sent", _("Taken by the mail server")
        FAILED = "failed", _("Could not be sent")
        UNKNOWN = "unknown", _("Not known whether it left")
        CANCELLED = "cancelled", _("Cancelled")

    class Problem(models.TextChoices):
        """Our words for why it is not sent; otherwise the mail server's own stand there."""

        NO_ADDRESS = "no_address", _("There is no e-mail address.")
        NO_CONSENT = "no_consent", _("They have not agreed to mails.")
        NO_SENDER = "no_sender", _("Nobody has said yet who sends the mails.")
        TOO_LATE = "too_late", _("The mail server took nothing for a day.")
        BROKEN_OFF = "broken_off", _("The connection to the mail server broke.")
        LEFT = "left", _("They had left the scenario by then.")

    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="mails", verbose_name=_("person in a scenario")
    )
    scenario_id = models.BigIntegerField()
    version_id = models.BigIntegerField()
    step = models.CharField(_("step"), max_length=20)
    customer_id = models.IntegerField(_("customer"))
    values = models.TextField(blank=True)  # what fills the holes, as `composing.variables` packs it
    leads_on = models.BooleanField(default=False)  # the person waits at the step until this has ended
    is_test = models.BooleanField(default=False, db_default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    due_at = models.DateTimeField(_("due"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    sent_at = models.DateTimeField(_("sent"), null=True)
    first_click_at = models.DateTimeField(_("first click"), null=True)
    click_count = models.PositiveIntegerField(_("clicks"), default=0, db_default=0)

    class Meta:
        verbose_name = _("mail of a scenario")
        verbose_name_plural = _("mails of scenarios")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="mailsend_once", fields=["entry", "step"])]
        indexes = [
            models.Index(
                fields=["due_at"], name="mailsend_due", condition=Q(state__in=["pending", "claimed"])
            ),
            models.Index(fields=["scenario_id", "step", "state"], name="mailsend_of_step"),
            models.Index(fields=["customer_id", "-id"], name="mailsend_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.step} {self.state}"

    @property
    def reason(self) -> str:
        """Why it was not sent, for people."""
        return str(dict(self.Problem.choices).get(self.problem, self.problem))
