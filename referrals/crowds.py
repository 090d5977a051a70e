"""Many sign-ups from one place on one day, for a person to look at.

Of a network address two hashes are kept, of itself and of its range, under a key of the client and the day:
two visits can be told to be from the same place, not from which. They go after KEPT, of openings that lead
nowhere after two days; that a link was opened is known as long as somebody may still come by it.
"""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts import board, current, secrets
from referrals.models import Opening, Referral
from referrals.rules import FLAGGED, MOST_LINK, RANGE_TIMES, Rules
from referrals.work import KIND

PURPOSE = "networks of referrals"
HASH_LENGTH = 16
NETWORKS_KEPT, KEPT = timedelta(days=2), timedelta(days=14)
OPENINGS_KEPT = timedelta(days=MOST_LINK + 1)
V4_RANGE, V6_ADDRESS, V6_RANGE = 24, 64, 48  # a household has a /64 of IPv6, not one address
V4 = 4


def hashes(address: str, now: datetime) -> tuple[str, str]:
    """Of an address and of its range, as they hold today; empty for what is none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "", ""
    narrow = 32 if parsed.version == V4 else V6_ADDRESS
    wide = V4_RANGE if parsed.version == V4 else V6_RANGE
    return _hash(address, narrow, now), _hash(address, wide, now)


def flag(row: Referral, rules: Rules) -> None:
    """Flag it, and those like it that are not decided, once too many came from one place."""
    if rules.review != FLAGGED or row.is_flagged:
        return
    for name, most in (("network", rules.review_from), ("network_range", rules.review_from * RANGE_TIMES)):
        value = getattr(row, name)
        if not value:
            continue
        same = Referral.objects.credited().filter(programme=row.programme_id, **{name: value})
        others = same.exclude(pk=row.pk).filter(followed_at__isnull=False)
        if others.count() + 1 >= most:
            row.is_flagged = True
            alike = others.filter(frozen_at=None, is_flagged=False, decision="")
            if alike.update(is_flagged=True, due_at=timezone.now()):
                board.call(KIND)


def forget(now: datetime) -> None:
    """Remove what is not needed any more."""
    Opening.objects.filter(at__lt=now - OPENINGS_KEPT).delete()
    past = Opening.objects.filter(at__lt=now - NETWORKS_KEPT).exclude(network="", network_range="")
    past.update(network="", network_range="")
    old = Referral.objects.filter(at__lt=now - KEPT).exclude(network="", network_range="")
    old.update(network="", network_range="")


def _hash(address: str, bits: int, now: datetime) -> str:
    network = ipaddress.ip_network(f"{address}/{bits}", strict=False)
    day = now.astimezone(ZoneInfo(current.tenant().time_zone)).date()
    key = secrets.derive(current.tenant().pk, PURPOSE)
    return hmac.new(key, f"{day}:{network}".encode(), hashlib.sha256).hexdigest()[:HASH_LENGTH]
