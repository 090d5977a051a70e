"""Signing what goes out to other programs, so that they know that it is from us and about this client.

As the Standard Webhooks specification has it, for which there are libraries in most languages: id, moment
and body are signed together, and a renewed secret leaves the former one good for a day.
Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hmac
import os
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import activity, current, secrets
from accounts.models import User
from scenarios.models import WebhookSecret

PREFIX = "whsec_"
BYTES = 32
FORMER_LASTS = timedelta(days=1)
PLACE = "scenarios_webhooksecret"


def secret() -> str:
    """The present secret, as receivers keep it. One is made where there is none yet."""
    return _opened(bytes(_present().sealed))


@transaction.atomic
def renew(*, by: User | None) -> str:
    """A new secret. What is sent within a day is signed with the former one, too."""
    held = WebhookSecret.objects.select_for_update().get(pk=_present().pk)
    held.former, held.former_until = held.sealed, timezone.now() + FORMER_LASTS
    held.sealed, held.made_at = _sealed(), timezone.now()
    held.save()
    activity.record("webhook_secret.renewed", held, by=by)
    return _opened(bytes(held.sealed))


def headers(key: str, body: bytes, now: datetime) -> dict[str, str]:
    """Of one attempt. `webhook-id` stays the same when it is repeated."""
    held = _present()
    good = [bytes(held.sealed)]
    if held.former and held.former_until and now < held.former_until:
        good.append(bytes(held.former))
    return headers_by([_opened(each) for each in good], key, body, now)


def headers_by(known: list[str], key: str, body: bytes, now: datetime) -> dict[str, str]:
    """Of one attempt, signed by each of these secrets, which are as receivers keep them."""
    moment = str(int(now.timestamp()))
    signed = f"{key}.{moment}.".encode() + body
    signatures = " ".join(f"v1,{_signature(each, signed)}" for each in known)
    return {"webhook-id": key, "webhook-timestamp": moment, "webhook-signature": signatures}


def fresh() -> str:
    """A new secret, as receivers keep it."""
    return PREFIX + base64.b64encode(os.urandom(BYTES)).decode()


def _signature(known: str, signed: bytes) -> str:
    key = base64.b64decode(known.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def _present() -> WebhookSecret:
    held, _is_new = WebhookSecret.objects.get_or_create(pk=1, defaults={"sealed": _sealed})
    return held


def _sealed() -> bytes:
    return secrets.seal(current.tenant().pk, PLACE, fresh())


def _opened(sealed: bytes) -> str:
    return secrets.unseal(current.tenant().pk, PLACE, sealed)
