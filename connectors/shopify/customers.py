"""Shopify's customers. Source: https://shopify.dev/docs/api/admin-rest/latest/resources/customer"""

from contextlib import suppress
from typing import Any

from django.utils.translation import gettext_noop

from connectors import known, landing
from connectors.errors import Ignored
from connectors.models import Connection, ExternalId
from connectors.shopify.fields import Body, external_id, gid, moment, moment_or_none, text

CUSTOMER = ExternalId.Kind.CUSTOMER
OLDER = gettext_noop("Newer data of this customer is known already.")
NOT_MERGED = gettext_noop("Shopify says that the customers were not merged (%(status)s).")
ONE_ALREADY = gettext_noop("These two are one customer already.")
MERGED = gettext_noop("This customer was merged into another.")


def upsert(connection: Connection, body: Body, _at: str) -> list[str]:
    """Create or update a customer; older data than what is known changes nothing."""
    row = known.held(connection, CUSTOMER, external_id(body))
    at = moment(body, "updated_at", "created_at")
    if "merged_into" in row.facts:
        raise Ignored(MERGED, names=[row.external, row.ours])
    if row.facts.get("at", "") >= at:
        raise Ignored(OLDER, names=[row.external, row.ours])
    number = row.ours or _number(connection, row.external, text(body, "email", 254))
    if landing.is_erased(number):
        raise Ignored(landing.ERASED, names=[row.external, number], number=number)
    fields = _fields(body, number, at)
    fields["attributes"] |= _mark(row).get("attributes", {})
    landing.customer(fields)
    known.keep(row, row.facts | {"at": at}, number)
    return [row.external, number]


def number_of(connection: Connection, body: Body | None) -> str | None:
    """The customer of an order or checkout, who is made if need be; None for a guest."""
    if not body or body.get("id") is None:
        return None
    row = _kept_one(connection, known.held(connection, CUSTOMER, external_id(body)))
    if moment_or_none(body, "updated_at") and row.external == external_id(body):
        with suppress(Ignored):
            upsert(connection, body, "")
            row.refresh_from_db()
    if not row.ours:
        known.keep(row, row.facts, _number(connection, row.external, text(body, "email", 254)))
        landing.customer({"number": row.ours})
    return row.ours


def known_number(connection: Connection, external: str) -> str:
    """The number of who has this ID, or of who is left of them; empty if we have not heard of them."""
    row = ExternalId.objects.filter(connection=connection, kind=CUSTOMER, external=external).first()
    return _kept_one(connection, row).ours if row else ""


def mark_deleted(connection: Connection, body: Body, at: str) -> list[str]:
    """Deleted in Shopify: kept here, since orders and links remain, and marked."""
    row = known.held(connection, CUSTOMER, external_id(body))
    known.keep(row, row.facts | {"deleted_at": at})
    if row.ours:
        landing.customer({"number": row.ours} | _mark(row))
    return [row.external, *filter(None, [row.ours])]


def merge(connection: Connection, body: Body, _at: str) -> list[str]:
    """Two became one in Shopify, and so they do here; what is heard of the gone one goes to the kept one."""
    if body.get("status", "completed") != "completed":
        raise Ignored(NOT_MERGED, status=text(body, "status"))
    kept_id = gid(body, "admin_graphql_api_customer_kept_id")
    gone_id = gid(body, "admin_graphql_api_customer_deleted_id")
    rows = {each: known.held(connection, CUSTOMER, each) for each in sorted([kept_id, gone_id])}
    kept, gone = _kept_one(connection, rows[kept_id]), rows[gone_id]
    if kept.external == gone.external:  # a circle would have no end
        raise Ignored(ONE_ALREADY, names=[kept_id, gone_id])
    if kept.ours and gone.ours and kept.ours != gone.ours:
        landing.merge_customers(into=kept.ours, gone=gone.ours)
    number = kept.ours or gone.ours
    known.keep(kept, kept.facts, number)
    known.keep(gone, gone.facts | {"merged_into": kept.external}, number)
    return [kept_id, gone_id, *filter(None, [number])]


def _kept_one(connection: Connection, row: ExternalId) -> ExternalId:
    """Who is left of a customer that was merged into another, perhaps more than once."""
    while "merged_into" in row.facts:
        row = known.held(connection, CUSTOMER, row.facts["merged_into"])
    return row


def _mark(row: ExternalId) -> dict[str, Any]:
    return {"attributes": {"shopify_deleted": True}} if "deleted_at" in row.facts else {}


def _number(connection: Connection, external: str, email: str) -> str:
    if connection.numbering != Connection.Numbering.EMAIL or not email:
        return external
    return landing.number_by_email(email) or external


def _fields(body: Body, number: str, at: str) -> dict[str, Any]:
    """As customers take them. What Shopify does not say stays as it is."""
    fields: dict[str, Any] = {"number": number, "attributes": _attributes(body), "as_of": at}
    names = [text(body, "last_name", 50), text(body, "first_name", 50)]  # as names are written in Japan
    if any(names):
        fields["name"] = " ".join(filter(None, names))[:100]
    for field in ("email", "phone"):
        if text(body, field, 254):
            fields[field] = text(body, field, 254)
    return fields


def _attributes(body: Body) -> dict[str, Any]:
    """What segments may ask for."""
    address = body.get("default_address") or {}
    consent = body.get("email_marketing_consent") or {}
    found = {
        "shopify_tags": [tag.strip() for tag in text(body, "tags", 5_000).split(",") if tag.strip()] or None,
        "shopify_state": text(body, "state") or None,
        "prefecture": text(address, "province") or None,
        "country": text(address, "country_code") or None,
        "email_marketing": text(consent, "state") or None,
    }
    return {name: value for name, value in found.items() if value is not None}
