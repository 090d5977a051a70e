"""Commands on agencies, clients, people and keys."""

import hashlib
import re
import secrets as random
from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from accounts import activity, schemas, tasks
from accounts.errors import InvalidSlug, SlugTaken, UnknownScope
from accounts.models import Agency, AgencyKey, ApiKey, Membership, Tenant, User
from accounts.permissions import ALL

Key = TypeVar("Key", ApiKey, AgencyKey)
KEY_BYTES = 32
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")  # lower case: schema names ignore case
PREFIX_LENGTH = len("mk_") + 8
NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_agency(*, name: str, slug: str, by: User | None = None) -> Agency:
    """Raises SlugTaken, InvalidSlug."""
    _check_form(slug)
    if Agency.objects.filter(slug=slug).exists():
        raise SlugTaken(slug=slug)
    agency = Agency.objects.create(name=name, slug=slug)
    activity.record("agency.created", agency, by=by)
    return agency


@transaction.atomic
def create_client(
    agency: Agency, *, slug: str, name: str, by: User | None = None, requires_approval: bool = True
) -> Tenant:
    """A new client with its own schema and database role. Raises SlugTaken, InvalidSlug."""
    check_slug(slug)
    tenant = Tenant(agency=agency, slug=slug, name=name, requires_approval=requires_approval)
    tenant.schema_name = f"c_{slug.replace('-', '_')}"
    schemas.take(tenant.schema_name)
    tenant.save()
    activity.record("client.created", tenant, by=by, of=tenant)
    tasks.fill_pool.delay_on_commit()
    return tenant


@transaction.atomic
def invite(
    email: str,
    *,
    agency: Agency,
    role: str,
    tenant: Tenant | None = None,
    name: str = "",
    password: str | None = None,
) -> User:
    """Give a person a role; makes the user if this address is new. Repeating it changes the role."""
    user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(
        email, password, name=name
    )
    Membership.objects.update_or_create(user=user, agency=agency, tenant=tenant, defaults={"role": role})
    return user


@transaction.atomic
def create_api_key(
    tenant: Tenant, *, name: str, scopes: list[str], by: User | None = None
) -> tuple[ApiKey, str]:
    """A key and its text, which is shown only now: it is not kept. Raises UnknownScope."""
    unknown = set(scopes) - ALL - {"*"}
    if unknown:
        raise UnknownScope(scopes=", ".join(sorted(unknown)))
    prefix, text = _new_key("mk_")
    key = ApiKey.objects.create(tenant=tenant, name=name, prefix=prefix, key_hash=_hash(text), scopes=scopes)
    activity.record("api_key.created", key, by=by, of=tenant, scopes=scopes)
    return key, text


@transaction.atomic
def create_agency_key(agency: Agency, *, name: str, by: User | None = None) -> tuple[AgencyKey, str]:
    """A key to an agency's own API and its text, which is shown only now."""
    prefix, text = _new_key("ma_")
    key = AgencyKey.objects.create(agency=agency, name=name, prefix=prefix, key_hash=_hash(text))
    activity.record("agency_key.created", key, by=by)
    return key, text


def find_api_key(text: str) -> ApiKey | None:
    """The living key with this text, of whichever client: the caller compares. Notes when it was used."""
    return _find(ApiKey, text)


def find_agency_key(text: str) -> AgencyKey | None:
    """Likewise of whichever agency."""
    return _find(AgencyKey, text)


def revoke_api_key(key: ApiKey, *, by: User | None = None) -> None:
    """The key stops working at once."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
    activity.record("api_key.revoked", key, by=by, of=key.tenant)


def revoke_agency_key(key: AgencyKey, *, by: User | None = None) -> None:
    """The key stops working at once."""
    AgencyKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
    activity.record("agency_key.revoked", key, by=by)


def _new_key(kind: str) -> tuple[str, str]:
    """What a key begins with, and the whole of it."""
    prefix = f"{kind}{random.token_hex(4)}"
    return prefix, f"{prefix}_{random.token_urlsafe(KEY_BYTES)}"


def _find(keys: type[Key], text: str) -> Key | None:
    if "\0" in text:  # no text of the database holds it
        return None
    key = keys.objects.filter(prefix=text[:PREFIX_LENGTH], key_hash=_hash(text), revoked_at=None).first()
    if key and (key.last_used_at is None or timezone.now() - key.last_used_at > NOTED_EVERY):
        _note_use(key)
    return key


@transaction.atomic
def _note_use(key: ApiKey | AgencyKey) -> None:
    """Passes over a row that another request holds: calls with one key do not wait for each other."""
    keys = type(key).objects
    row = keys.select_for_update(skip_locked=True).filter(pk=key.pk)
    keys.filter(pk__in=row.values_list("pk", flat=True)).update(last_used_at=timezone.now())


def check_slug(slug: str) -> None:
    """Whether a client may have this address name. Raises SlugTaken, InvalidSlug."""
    _check_form(slug)
    if Tenant.objects.filter(slug=slug).exists():
        raise SlugTaken(slug=slug)


def _check_form(slug: str) -> None:
    if not SLUG.fullmatch(slug):
        raise InvalidSlug(slug=slug)


def _hash(text: str) -> str:
    """The keys carry 256 random bits, so one round of SHA-256 keeps them safe."""
    return hashlib.sha256(text.encode()).hexdigest()
