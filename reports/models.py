"""Reports to a client: how they are to be, each as it was drafted and released, and to whom it was mailed."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page
from broadcasts.models import Broadcast
from campaigns.models import Campaign
from scenarios.models import MailSend

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

VIEW_DRAFTS = "reports.view_draft"
# Whoever may do any of these finds drafts: a program may have one right alone.
OF_DRAFTS = (
    "reports.view_reportmail",
    VIEW_DRAFTS,
    "reports.add_report",
    "reports.change_report",
    "reports.delete_report",
    "reports.release_report",
)


class Language(models.TextChoices):
    JAPANESE = "ja", "日本語"
    ENGLISH = "en", "English"


class Kind(models.TextChoices):
    MONTH = "month", _("Month")
    CAMPAIGN = "campaign", _("Campaign")
    SEND = "send", _("Send")


class ReportSettings(models.Model):
    """How reports of the client are to be. One row, or none: then nothing is drafted by itself.

    `sections`: by kind of report a list of [code, whether it is on] in order; what it does not name follows
    in the usual order. `drafted_month` is the newest month that was drafted by itself.
    """

    class Way(models.TextChoices):
        ATTACHED = "attached", _("The PDF is attached")
        LINK = "link", _("A link to the report, for people who sign in")

    is_monthly = models.BooleanField(
        _("draft the report of each month"),
        default=False,
        help_text=_("On the 1st, in the client’s time zone. It is released by hand."),
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.JAPANESE)
    sections = models.JSONField(_("sections"), default=dict, blank=True)
    recipients = models.JSONField(_("recipients"), default=list, blank=True)
    way = models.CharField(_("how it is mailed"), max_length=8, choices=Way, default=Way.ATTACHED)
    responsible_id = models.IntegerField(_("responsible"), null=True, blank=True)  # users are public: no key
    drafted_month = models.DateField(null=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("settings of reports")
        verbose_name_plural = _("settings of reports")
        default_permissions = ("view", "change")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="reportsettings_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def present(cls) -> Self:
        """The client's row; an unsaved one if nobody has said anything yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """All for who has to do with drafts, else those that are released."""
        sees_all = any(user.has_perm(right) for right in OF_DRAFTS)
        return self if sees_all else self.filter(state=Report.State.RELEASED)

    def open(self) -> Self:
        return self.filter(state__in=Report.OPEN)

    def about(self, kind: str, *, first: date, campaign_id: int | None, broadcast_id: int | None) -> Self:
        """Every version of the report of the same thing."""
        found = self.filter(kind=kind, campaign=campaign_id, broadcast=broadcast_id)
        return found.filter(first=first) if kind == Kind.MONTH else found


class Report(models.Model):
    """One version of a report. Its figures are read when it is drafted and kept; released, it never changes.

    `figures`: what each section has, by code, in whole numbers and decimals as text; amounts are those that
    the client sees. `sections`: a list of [code, whether it is on], in order. `summary` is empty while the
    sentences follow from the figures. `name` is that of the campaign or send, as it was.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEWED = "reviewed", _("Reviewed")
        RELEASED = "released", _("Released")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        SUPERSEDED = "superseded", _("Replaced by a newer version")

    OPEN = (State.DRAFT, State.REVIEWED)
    TEXT_LENGTH = 4_000

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("campaign"),
    )
    broadcast = models.ForeignKey(
        Broadcast, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("send")
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    figures = models.JSONField(_("figures"))
    sections = models.JSONField(_("sections"))
    summary = models.TextField(_("summary"), blank=True, max_length=TEXT_LENGTH)
    comment = models.TextField(_("comment"), blank=True, max_length=TEXT_LENGTH)
    edit = models.PositiveIntegerField(default=1, editable=False)  # counts what people and counts changed
    counted_at = models.DateTimeField(_("counted"))
    drafted_at = models.DateTimeField(_("drafted"), db_default=Now())
    drafted_by_id = models.IntegerField(null=True, editable=False)  # null: by itself
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    reviewed_by_id = models.IntegerField(null=True, editable=False)
    released_at = models.DateTimeField(_("released"), null=True)
    released_by_id = models.IntegerField(null=True, editable=False)
    ended_at = models.DateTimeField(_("withdrawn or replaced"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-id"]
        permissions = [
            ("view_draft", _("Can see reports that are not released")),
            ("release_report", _("Can release and withdraw a report")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="report_version_once",
                fields=["kind", "campaign", "broadcast", "first", "version"],
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="report_open_once",
                fields=["kind", "campaign", "broadcast", "first"],
                condition=Q(state__in=["draft", "reviewed"]),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="report_released_once",
                fields=["kind", "campaign", "broadcast", "first"],
                condition=Q(state="released"),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="report_is_about_one_thing",
                condition=Q(kind="month", campaign=None, broadcast=None)
                | Q(kind="campaign", campaign__isnull=False, broadcast=None)
                | Q(kind="send", campaign=None, broadcast__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or f'{self.first:%Y-%m}'} v{self.version}"

    def get_absolute_url(self) -> str:
        return client_page("report", self.pk)

    @property
    def is_open(self) -> bool:
        """Whether it may still be changed."""
        return self.state in self.OPEN

    @property
    def is_released(self) -> bool:
        return self.state == self.State.RELEASED


class ReportFile(models.Model):
    """The PDF of a released report in one language, with its hash."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="files")
    language = models.CharField(_("language"), max_length=2, choices=Language)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="reportfile_once", fields=["report", "language"])]

    def __str__(self) -> str:
        return f"{self.report_id} {self.language}"


class ReportPrint(models.Model):
    """The PDF of a reviewed report as it will be released, drawn ahead so that releasing takes no time.

    It holds for one `edit` of the report and one `look` of the agency.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="prints")
    language = models.CharField(max_length=2, choices=Language)
    edit = models.PositiveIntegerField()
    look = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("file drawn ahead")
        verbose_name_plural = _("files drawn ahead")
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="reportprint_once", fields=["report", "language"])]

    def __str__(self) -> str:
        return f"{self.report_id} {self.language} {self.edit}"


class ReportMail(models.Model):
    """One mail to one address. Mail has no retry key: what may have left is not sent again by itself.

    `round` counts how often somebody asked that it be sent to this address.
    """

    class What(models.TextChoices):
        DRAFTED = "drafted", _("A draft waits")
        RELEASED = "released", _("The report")

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        CLAIMED = "claimed", _("Under way")
        SENT = "sent", _("Taken by the mail server")
        FAILED = "failed", _("Could not be sent")
        UNKNOWN = "unknown", _("Not known whether it left")
        CANCELLED = "cancelled", _("Cancelled")

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="mails", verbose_name=_("report")
    )
    what = models.CharField(_("kind"), max_length=8, choices=What)
    address = models.EmailField(_("address"))
    round = models.PositiveSmallIntegerField(default=1)
    way = models.CharField(max_length=8, choices=ReportSettings.Way, default=ReportSettings.Way.ATTACHED)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    asked_by_id = models.IntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("asked for"), db_default=Now())
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("mail of a report")
        verbose_name_plural = _("mails of reports")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="reportmail_once", fields=["report", "what", "address", "round"])
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="reportmail_due", condition=Q(state__in=["pending", "claimed"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.address} {self.state}"

    @property
    def reason(self) -> str:
        """Why it was not sent, for people: the mail server's words, or ours."""
        return str(dict(MailSend.Problem.choices).get(self.problem, self.problem))
