"""Messages that an agency keeps for all its clients, with files of their own."""

import secrets
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def new_code() -> str:
    """What the address of a file holds: 128 bits, not found by trying."""
    return secrets.token_urlsafe(16)


class AgencyTemplateQuerySet(models.QuerySet["AgencyTemplate"]):
    def visible_to(self, user: "User | AnonymousUser", act: str = "view") -> Self:
        """Those of agencies in which the user may view, add, change or delete them."""
        return self.filter(agency__in=Agency.objects.where(user, f"agency_library.{act}_agencytemplate"))

    def of(self, agency_id: int) -> Self:
        return self.filter(agency=agency_id)

    def matching(self, words: str) -> Self:
        """With these words in name, folder or note."""
        return self.filter(Q(name__icontains=words) | Q(folder__icontains=words) | Q(note__icontains=words))


class AgencyTemplate(models.Model):
    """Messages to begin with, for every client of one agency. It does not name the one it came from."""

    NAME_LENGTH = 100

    agency = models.ForeignKey(
        Agency, on_delete=models.CASCADE, related_name="message_templates", verbose_name=_("agency")
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    folder = models.CharField(_("folder"), max_length=60, blank=True, default="", db_default="")
    messages = models.JSONField(_("messages"), help_text=_("1 to 5 LINE message objects"))
    note = models.CharField(_("note"), max_length=500, blank=True, default="", db_default="")
    used_count = models.IntegerField(_("times used"), default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = AgencyTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("agency template")
        verbose_name_plural = _("agency templates")
        ordering = ["-id"]
        indexes = [models.Index(fields=["agency", "-id"], name="template_of_agency")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("agency_template", args=[self.pk])


class AgencyFile(models.Model):
    """A picture, film or sound in an agency's template. Whoever uses the template gets a copy."""

    template = models.ForeignKey(AgencyTemplate, on_delete=models.CASCADE, related_name="files")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40, unique=True, default=new_code)
    name = models.CharField(_("name"), max_length=100)
    media_type = models.CharField(_("media type"), max_length=40)
    path = models.CharField(max_length=200)  # in the storage

    class Meta:
        verbose_name = _("file of an agency template")
        verbose_name_plural = _("files of agency templates")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def base(self) -> str:
        """What stands before the size in its addresses."""
        return f"{settings.BASE_URL}/agency/files/{self.code}"


class KpiSetQuerySet(models.QuerySet["KpiSet"]):
    def visible_to(self, user: "User | AnonymousUser", act: str = "view") -> Self:
        """Those of agencies in which the user may view, add, change or delete them."""
        return self.filter(agency__in=Agency.objects.where(user, f"agency_library.{act}_kpiset"))

    def of(self, agency_id: int) -> Self:
        return self.filter(agency=agency_id)


class KpiSet(models.Model):
    """Indicators that an agency proposes to its clients, as a tree. It does not name the client it is from.

    `tree` is that of its newest version: a list of `planning.sets` nodes.
    """

    NAME_LENGTH = 100

    agency = models.ForeignKey(
        Agency, on_delete=models.CASCADE, related_name="kpi_sets", verbose_name=_("agency")
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    note = models.CharField(_("note"), max_length=500, blank=True, default="", db_default="")
    purpose = models.CharField(_("purpose"), max_length=20, blank=True, default="", db_default="")
    version = models.IntegerField(_("version"), default=1, db_default=1)
    tree = models.JSONField(_("indicators"))
    used_count = models.IntegerField(_("times used"), default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = KpiSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("KPI set")
        verbose_name_plural = _("KPI sets")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="kpiset_name_once", fields=["agency", "name"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("kpi_set", args=[self.pk])


class KpiSetVersion(models.Model):
    """How a KPI set was until it was saved anew."""

    kpi_set = models.ForeignKey(KpiSet, on_delete=models.CASCADE, related_name="versions")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    number = models.IntegerField(_("version"))
    tree = models.JSONField(_("indicators"))
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("version of a KPI set")
        verbose_name_plural = _("versions of KPI sets")
        default_permissions = ()
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(name="kpisetversion_once", fields=["kpi_set", "number"])]

    def __str__(self) -> str:
        return f"{self.kpi_set_id} {self.number}"


class AgencyBranding(models.Model):
    """How an agency looks on reports, and in whose name they are mailed. One row an agency, or none yet.

    `logo` is a PNG of our own writing, within 1,200 × 400 pixels.
    """

    agency = models.OneToOneField(
        Agency, on_delete=models.CASCADE, related_name="branding", verbose_name=_("agency")
    )
    logo = models.BinaryField(null=True)
    logo_width = models.PositiveIntegerField(null=True, editable=False)
    logo_height = models.PositiveIntegerField(null=True, editable=False)
    accent = models.CharField(
        _("accent colour"), max_length=7, default="#1f3a5f", help_text=_("Of headings and charts of reports.")
    )
    footer = models.CharField(
        _("foot of each page"), max_length=120, blank=True, help_text=_("Such as “Confidential”.")
    )
    contact = models.CharField(
        _("contact"),
        max_length=200,
        blank=True,
        help_text=_("Whom clients ask: a name, a phone number, an address. Stands on the last page."),
    )
    sender_name = models.CharField(
        _("name in mails"), max_length=60, blank=True, help_text=_("Empty: the agency’s name.")
    )
    reply_to = models.EmailField(
        _("answers go to"), blank=True, help_text=_("Empty: to whoever releases the report.")
    )
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("look of an agency")
        verbose_name_plural = _("looks of agencies")
        default_permissions = ("view", "change")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.agency)
