"""The command on margins."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from acquisition.errors import NoMargin
from acquisition.models import Margin


@transaction.atomic
def set_margin(percent: Decimal, *, by: User | None) -> Margin:
    """From now on pages count so much of each revenue, also of the past. Raises NoMargin."""
    if not 0 < percent <= Margin.ALL:
        raise NoMargin
    facts = {"percent": percent, "changed_by_id": by.pk if by else None, "changed_at": timezone.now()}
    made, _is_new = Margin.objects.update_or_create(pk=1, defaults=facts)
    activity.record("margin.changed", made, by=by, percent=str(percent))
    return made
