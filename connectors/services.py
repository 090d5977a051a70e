"""Commands on a client's shop connections."""

import re
import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import activity, board
from accounts.models import User
from connectors import presets
from connectors.errors import (
    BadHeader,
    BadMapping,
    BadShopDomain,
    HeaderMissing,
    NameTaken,
    NothingToReplay,
    SecretMissing,
    SecretTooShort,
    UserNameMissing,
)
from connectors.mapping import checking
from connectors.models import Connection, Delivery
from connectors.receiving import KIND

LEAST_SECRET = 8
is_shop_domain = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com").fullmatch
is_header = re.compile(r"[A-Za-z0-9-]{1,60}").fullmatch
Proof, State = Connection.Proof, Delivery.State


def connect_shopify(
    *, name: str, shop_domain: str, secret: str, numbering: str = Connection.Numbering.SHOP, by: User | None
) -> Connection:
    """A connection to a Shopify shop. `secret` is Shopify's: its notifications' or the app's client secret.

    Raises NameTaken, BadShopDomain, SecretMissing, SecretTooShort; then nothing is saved.
    """
    if not secret.strip():
        raise SecretMissing
    domain = shop_domain.strip().lower().removeprefix("https://").rstrip("/")
    if not is_shop_domain(domain):
        raise BadShopDomain
    connection = Connection(
        name=name.strip(), kind=Connection.Kind.SHOPIFY, shop_domain=domain, numbering=numbering
    )
    return _begin(connection, _checked(secret), by)


def connect_other(
    *, name: str, preset: str = "", secret: str = "", by: User | None, **settings: Any
) -> tuple[Connection, str]:
    """A connection to any other cart, and its secret: made here if none is given, and never shown again.

    `settings` are the fields of Connection about its proof. Raises NameTaken, SecretTooShort, BadHeader,
    HeaderMissing, UserNameMissing.
    """
    secret = _checked(secret) if secret.strip() else secrets.token_urlsafe(32)
    start = presets.PRESETS[preset].settings if preset else {}
    connection = Connection(
        name=name.strip(), kind=Connection.Kind.OTHER, preset=preset, **(start | settings)
    )
    _check_proof(connection)
    return _begin(connection, secret, by), secret


def change(connection: Connection, *, by: User | None, **settings: Any) -> Connection:
    """Raises as the connecting commands do."""
    for field, value in settings.items():
        setattr(connection, field, value.strip() if isinstance(value, str) else value)
    if connection.kind == Connection.Kind.SHOPIFY and not is_shop_domain(connection.shop_domain):
        raise BadShopDomain
    _check_proof(connection)
    with transaction.atomic():
        _save(connection, list(settings))
        activity.record("connection.changed", connection, by=by, name=connection.name)
    return connection


def replace_secret(connection: Connection, *, secret: str = "", by: User | None) -> str:
    """The new secret, given or made here. The former one holds for OVERLAP more. Raises SecretTooShort."""
    if not secret.strip() and connection.kind == Connection.Kind.SHOPIFY:
        raise SecretMissing
    secret = _checked(secret) if secret.strip() else secrets.token_urlsafe(32)
    with transaction.atomic():
        connection = Connection.objects.select_for_update().get(pk=connection.pk)
        connection.former_secret_sealed = connection.secret_sealed
        connection.former_secret_until = timezone.now() + Connection.OVERLAP
        connection.seal(secret)
        connection.save(update_fields=["secret_sealed", "former_secret_sealed", "former_secret_until"])
        activity.record("connection.secret_replaced", connection, by=by, name=connection.name)
    return secret


@transaction.atomic
def save_mapping(connection: Connection, mapping: object, *, by: User | None) -> None:
    """What came before the mapping was right is replayed by hand. Raises BadMapping."""
    if faults := checking.faults(mapping):
        raise BadMapping(faults)
    connection.mapping = mapping
    connection.save(update_fields=["mapping"])
    activity.record("connection.mapping_changed", connection, by=by, name=connection.name)


@transaction.atomic
def pause(connection: Connection, *, by: User | None) -> None:
    """Take over nothing until `resume`. What comes in meanwhile is kept."""
    if Connection.objects.filter(pk=connection.pk, paused_at=None).update(paused_at=timezone.now()):
        activity.record("connection.paused", connection, by=by, name=connection.name)
    connection.refresh_from_db()


@transaction.atomic
def resume(connection: Connection, *, by: User | None) -> None:
    """Take over what has waited, and what comes."""
    if Connection.objects.filter(pk=connection.pk, paused_at__isnull=False).update(paused_at=None):
        board.call(KIND)
        activity.record("connection.resumed", connection, by=by, name=connection.name)
    connection.refresh_from_db()


@transaction.atomic
def remove(connection: Connection, *, by: User | None) -> None:
    """Its address answers 404 from now on; its log goes. Customers, orders and products stay."""
    activity.record("connection.removed", connection, by=by, name=connection.name)
    Connection.objects.filter(pk=connection.pk).delete()


@transaction.atomic
def replay(delivery: Delivery, *, by: User | None) -> None:
    """Take a delivery over once more. Raises NothingToReplay if it waits already."""
    if not _wait_again(Delivery.objects.filter(pk=delivery.pk).exclude(state=State.NEW)):
        raise NothingToReplay
    activity.record("connection.replayed", delivery.connection, by=by, count=1)


@transaction.atomic
def replay_failed(connection: Connection, *, by: User | None) -> int:
    """Take all that failed over once more; how many."""
    count = _wait_again(connection.deliveries.filter(state=State.FAILED))
    if count:
        activity.record("connection.replayed", connection, by=by, count=count)
    return count


def _wait_again(deliveries: Any) -> int:
    """Counted as tried already: what a page counts as received must not grow."""
    count = deliveries.update(state=State.NEW, due_at=timezone.now(), attempt_count=1, note={})
    board.call(KIND)
    return count


def _begin(connection: Connection, secret: str, by: User | None) -> Connection:
    connection.code = secrets.token_urlsafe(18)
    connection.seal(secret)
    with transaction.atomic():
        _save(connection)
        activity.record("connection.created", connection, by=by, name=connection.name)
    return connection


def _save(connection: Connection, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            connection.save(update_fields=fields)
    except IntegrityError as error:
        raise NameTaken(name=connection.name) from error


def _checked(secret: str) -> str:
    secret = secret.strip()
    if len(secret) < LEAST_SECRET or not secret.isprintable():
        raise SecretTooShort(least=LEAST_SECRET)
    return secret


def _check_proof(connection: Connection) -> None:
    for header in (connection.header, connection.time_header, connection.id_header):
        if header and not is_header(header):
            raise BadHeader(name=header)
    if connection.kind == Connection.Kind.SHOPIFY:
        return
    if connection.proof == Proof.BASIC and (not connection.user_name or ":" in connection.user_name):
        raise UserNameMissing
    if connection.proof != Proof.BASIC and not connection.header:
        raise HeaderMissing
