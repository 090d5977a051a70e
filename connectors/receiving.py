"""What a shop posts: believed or not, stored, and answered. Everything else happens later."""

import logging
import secrets
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import board
from connectors import bodies, proofs
from connectors.models import Connection, Delivery

logger = logging.getLogger(__name__)
KIND = "shop_deliveries"
MOST_BYTES = 5_000_000
LONGEST_TOPIC = 60
LONGEST_ID = 100


@login_not_required
@csrf_exempt
@require_POST
def receive(request: HttpRequest, code: str) -> HttpResponse:
    """Where a shop posts its webhooks. 200 says that the body is stored; it is so at most once.

    401 if it does not prove that it is the shop's, 404 for an unknown address, 413 over 5 MB.
    """
    connection = Connection.objects.filter(code=code).first()
    if connection is None:
        return HttpResponse(status=404)
    body = _body(request)
    if body is None:
        return HttpResponse(status=413)
    now = timezone.now()
    if not proofs.is_genuine(connection, request.headers, body, now):
        logger.info("shop.refused", extra={"connection": connection.pk})
        return HttpResponse(status=401)
    _store(connection, request, body, now)
    return HttpResponse(status=200)


def _body(request: HttpRequest) -> bytes | None:
    """None if it is too large; then no more of it than that is read."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdigit() and int(announced) > MOST_BYTES:
        return None
    body = request.read(MOST_BYTES + 1)
    return body if len(body) <= MOST_BYTES else None


@transaction.atomic
def _store(connection: Connection, request: HttpRequest, body: bytes, now: datetime) -> None:
    key, topic = _key_and_topic(connection, request)
    delivery = Delivery(
        connection=connection,
        key=key,
        topic=topic,
        body_sealed=bodies.seal(connection.pk, key, body),
        size=len(body),
        happened_at=_happened_at(request, now),
        received_at=now,
        due_at=now,
    )
    Delivery.objects.bulk_create([delivery], ignore_conflicts=True)
    board.call(KIND)


def _key_and_topic(connection: Connection, request: HttpRequest) -> tuple[str, str]:
    """What makes a delivery the same as an earlier one, and its topic if a header tells it.

    Shopify: the same event ID means a duplicate, within one topic.
    Source: https://shopify.dev/docs/apps/build/webhooks/ignore-duplicates
    """
    headers = request.headers
    if connection.kind == Connection.Kind.SHOPIFY:
        topic = headers.get("X-Shopify-Topic", "")[:LONGEST_TOPIC]
        given = headers.get("X-Shopify-Event-Id") or headers.get("X-Shopify-Webhook-Id", "")
    else:
        topic, given = "", headers.get(connection.id_header, "") if connection.id_header else ""
    return f"{topic}:{given[:LONGEST_ID] or secrets.token_hex(16)}", topic


def _happened_at(request: HttpRequest, now: datetime) -> datetime:
    try:
        return min(proofs.moment_of(request.headers.get("X-Shopify-Triggered-At", "")), now)
    except ValueError:
        return now
