"""Who takes which step of an audience when: the rows that are due, each under a lease."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from accounts import current
from channels.models import Channel
from channels.services import client_for
from line.client import LineClient
from line.errors import LineError, RateLimited, Rejected, Unauthorized
from segments.models import Audience
from segments.reaching import audiences
from segments.reaching.audience_steps import LEASE, STEPS, NotYet, fail, patience, refused, store
from segments.reaching.audiences import KEPT_FOR, LINE_KEEPS, MAKING, State

logger = logging.getLogger(__name__)


def work(go_on: Callable[[], bool]) -> datetime | None:
    """Take the steps that are due, as long as `go_on`; when to come back, None if nothing waits."""
    _tidy()
    channel = Channel.objects.filter(tenant_id=current.tenant().pk).first()
    while go_on() and (audience := _take()) is not None:
        _step(client_for(channel) if channel else None, audience)
    return _next_moment()


def _tidy() -> None:
    """Have deleted what nobody needs any more, and what LINE is about to forget."""
    now = timezone.now()
    for kept in (audiences.unneeded(), _left_over()):
        audiences.give_up(kept.filter(used_at__lte=now - KEPT_FOR))
    audiences.give_up(Audience.objects.filter(state__in=MAKING))
    old = Audience.objects.filter(state=State.READY, created_at__lte=now - LINE_KEEPS)
    old.update(state=State.FAILED, problem="expired")


def _left_over() -> QuerySet[Audience]:
    """Those that failed, that nobody needs, and that LINE has none the less."""
    return Audience.objects.filter(
        ~audiences.is_needed(), state=State.FAILED, line_id__isnull=False, used_at__isnull=False
    )


def _take() -> Audience | None:
    now = timezone.now()
    is_free = Q(lease_until=None) | Q(lease_until__lte=now)
    waiting = Audience.objects.filter(is_free, state__in=[*MAKING, State.DELETING])
    for audience in waiting.order_by(F("checked_at").asc(nulls_first=True), "pk")[:20]:
        audience.lease_until = now + LEASE
        if Audience.objects.filter(is_free, pk=audience.pk, state=audience.state).update(
            lease_until=audience.lease_until, checked_at=now
        ):
            return audience
    return None


def _next_moment() -> datetime | None:
    open_ones = Audience.objects.filter(state__in=[*MAKING, State.DELETING])
    if open_ones.filter(lease_until=None).exists():
        return timezone.now()
    unneeded = audiences.unneeded().order_by().aggregate(at=Min("used_at"))["at"]
    left_over = _left_over().aggregate(at=Min("used_at"))["at"]
    oldest = Audience.objects.filter(state=State.READY).aggregate(at=Min("created_at"))["at"]
    moments = [
        open_ones.aggregate(at=Min("lease_until"))["at"],
        unneeded and unneeded + KEPT_FOR,
        left_over and left_over + KEPT_FOR,
        oldest and oldest + LINE_KEEPS,
    ]
    return min((moment for moment in moments if moment), default=None)


def _step(client: LineClient | None, audience: Audience) -> None:
    """One step with LINE, and what follows from how LINE answered."""
    if client is None:
        fail(audience, "channel")
        return
    try:
        STEPS[State(audience.state)](client, audience)
    except NotYet as busy:
        store(audience, after=busy.later)
    except RateLimited as error:
        store(audience, after=timedelta(seconds=error.retry_after))
    except Unauthorized:
        fail(audience, "channel")
    except Rejected as error:
        refused(client, audience, error)
    except LineError as error:
        logger.warning("audience.no_answer", extra={"audience": audience.pk, "reason": str(error)})
        store(audience, after=patience(audience))
