"""Agencies, their clients, the people who sign in, and what they may do; all in the public schema."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from accounts import permissions

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class AgencyQuerySet(models.QuerySet["Agency"]):
    def where(self, user: "User | AnonymousUser", permission: str) -> Self:
        """Agencies in which the user has the permission by a role in it; an operator has some in all."""
        if not user.is_authenticated:
            return self.none()
        if user.is_operator and permission in permissions.OPERATE:
            return self.all()
        roles = permissions.roles_with(permission)
        held = Membership.objects.filter(user=user, tenant=None, role__in=roles)
        return self.filter(pk__in=held.values("agency"))

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.where(user, "accounts.view_agency")


class Agency(models.Model):  # type: ignore[django-manager-missing]  # django-tenants has no types
    """A company that runs LINE Official Accounts for its clients."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("short name"), unique=True, max_length=40)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Company(models.Model):  # type: ignore[django-manager-missing]  # likewise
    """A company with several LINE Official Accounts, such as one for each brand: each is a client of its own.

    LINE knows a person by the same user id in all channels of one provider, so that one can be seen in all.
    """

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="companies", verbose_name=_("agency")
    )
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(name="company_once", fields=["agency", "name"])]

    def __str__(self) -> str:
        return self.name


class TenantQuerySet(models.QuerySet["Tenant"]):
    def of(self, user: "User | AnonymousUser") -> Self:
        """Clients that this user may enter, by name."""
        if not user.is_authenticated:
            return self.none()
        return self._with(Membership.objects.filter(user=user)).order_by("name")

    def allowing(self, user: "User | AnonymousUser", permission: str) -> Self:
        """Clients in which this user has the permission, by a role there or in the whole agency."""
        if not user.is_authenticated:
            return self.none()
        return self._with(Membership.objects.filter(user=user, role__in=permissions.roles_with(permission)))

    def sisters_of(self, tenant: "Tenant") -> Self:
        """The other clients that are accounts of the same company."""
        return self.filter(company=tenant.company_id).exclude(company=None).exclude(pk=tenant.pk)

    def _with(self, memberships: "models.QuerySet[Membership]") -> Self:
        whole_agencies = memberships.filter(tenant=None).values("agency")
        single = memberships.exclude(tenant=None).values("tenant")
        return self.filter(models.Q(agency__in=whole_agencies) | models.Q(pk__in=single))


class Tenant(TenantMixin):
    """One client of one agency: one schema, one LINE channel."""

    auto_create_schema = False  # schemas come ready-made from the pool: accounts/schemas.py

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="tenants", verbose_name=_("agency")
    )
    company = models.ForeignKey(
        Company,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tenants",
        verbose_name=_("company"),
        help_text=_("If the company has several accounts: friends are then shown across them."),
    )
    slug = models.SlugField(_("address name"), unique=True, max_length=40)
    name = models.CharField(_("name"), max_length=100)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Tokyo")
    color = models.CharField(_("colour"), max_length=7, default="#3b6ef6")
    requires_approval = models.BooleanField(
        _("needs approval"),
        default=True,
        help_text=_("Broadcasts leave only after the client has approved them."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin):
    """A client's own address, where its pages are shown without the /c/… part."""

    class Meta:
        verbose_name = _("own domain")
        verbose_name_plural = _("own domains")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_operator=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person who signs in. What they may do comes from their memberships alone."""

    class Language(models.TextChoices):
        JAPANESE = "ja", "日本語"
        ENGLISH = "en", "English"

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.JAPANESE)
    is_active = models.BooleanField(_("active"), default=True)
    is_operator = models.BooleanField(
        _("operator"),
        default=False,
        help_text=_("Runs this installation: creates agencies. Gives no right in any client's data."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """May see an admin site; which rows and actions is a matter of permissions."""
        return self.is_operator or self.memberships.exists()

    def get_all_permissions(self) -> frozenset[str]:
        return permissions.of(self)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and permissions.is_granted(self, perm)

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and permissions.has_any(self, app_label)


class Membership(models.Model):
    """A user's role in an agency as a whole, or in one of its clients."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        ACCOUNT_MANAGER = "account_manager", _("Account manager")
        CREATOR = "creator", _("Creator")
        ANALYST = "analyst", _("Analyst")
        FINANCE = "finance", _("Finance")
        APPROVER = "approver", _("Client approver")
        MARKETER = "marketer", _("Client marketer")
        VIEWER = "viewer", _("Client viewer")

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("agency")
    )
    tenant = models.ForeignKey(
        Tenant,
        on_delete=models.CASCADE,
        related_name="memberships",
        null=True,
        blank=True,
        verbose_name=_("client"),
        help_text=_("Empty: the role holds in all clients of the agency."),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                name="membership_once", fields=["user", "agency", "tenant"], nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.tenant or self.agency}"


class ApiKey(models.Model):
    """A key of one client's API. Only its hash is kept; the key itself is shown once."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="api_keys", verbose_name=_("client")
    )
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(_("begins with"), max_length=12, unique=True)
    key_hash = models.CharField(max_length=64)
    scopes = models.JSONField(
        _("scopes"),
        help_text=_(
            "Permission names; “*” for all but broadcasts.approve_broadcast, contracts.view_net, "
            "billing.add_subscription and billing.adjust_ledgerentry, which must be named."
        ),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class AgencyKey(models.Model):  # type: ignore[django-manager-missing]  # as Agency
    """A key of an agency's API, which tells of all its clients. Only its hash is kept."""

    agency = models.ForeignKey(
        Agency, on_delete=models.CASCADE, related_name="api_keys", verbose_name=_("agency")
    )
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(_("begins with"), max_length=12, unique=True)
    key_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key of an agency")
        verbose_name_plural = _("API keys of agencies")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Activity(models.Model):
    """Who did what, when. Rows are only ever added."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("client")
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("user"))
    verb = models.CharField(_("what happened"), max_length=60)
    subject = models.CharField(_("subject"), max_length=120)
    detail = models.JSONField(_("details"), default=dict)
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activity log")
        ordering = ["-id"]
        indexes = [models.Index(fields=["tenant", "-id"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject}"


class DueQuerySet(models.QuerySet["Due"]):
    def by(self, now: datetime | Now) -> Self:
        """What should be woken by now, longest due first."""
        return self.filter(due_at__lte=now).order_by("due_at")


class Due(models.Model):
    """The work board: the earliest moment at which a tenant has something of this kind to do."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, verbose_name=_("client"))
    kind = models.CharField(_("kind"), max_length=40)
    due_at = models.DateTimeField(_("due"), null=True)  # nothing to do if empty; the row keeps its version
    version = models.BigIntegerField(default=0)  # grows with every call for work, so that none is forgotten
    served_at = models.DateTimeField(null=True)  # when a task last began; wake-ups from before are stale

    objects = DueQuerySet.as_manager()

    class Meta:
        verbose_name = _("due work")
        verbose_name_plural = _("due work")
        constraints = [models.UniqueConstraint(name="due_once", fields=["tenant", "kind"])]
        indexes = [models.Index(fields=["due_at"])]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.kind} {self.due_at}"


class DataKey(models.Model):
    """A tenant's data key, wrapped by a master key. Without it no copy of its secrets can be read."""

    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, primary_key=True)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"data key of {self.tenant_id}"


class RenderedMigration(models.Model):
    """The SQL of one migration of the tenant apps, rendered once and replayed in every schema."""

    app = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    position = models.IntegerField()
    statements = models.JSONField()
    is_atomic = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="rendered_once", fields=["app", "name"])]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.app}.{self.name}"
