"""Changing what holds for all sends."""

from typing import Any

from django.db import transaction

from accounts import activity, board
from accounts.models import User
from broadcasts.models import SendingRules
from broadcasts.sending import delivery


@transaction.atomic
def change(rules: SendingRules, *, by: User | None) -> SendingRules:
    """Let other rules hold from now on, for what is being sent, too: quiet hours that begin pause it."""
    SendingRules.objects.exclude(pk=rules.pk).delete()
    rules.save()
    kept = ["quiet_from", "quiet_until", "cap_count", "cap_days", "week_starts_on"]
    told: dict[str, Any] = {
        name: str(getattr(rules, name)) for name in kept if getattr(rules, name) is not None
    }
    activity.record("sending_rules.changed", rules, by=by, **told)
    board.call(delivery.KIND)
    return rules
