"""Events handled again: all failed ones that a search finds, a few at a time; those whose time has come."""

import time
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from accounts import activity, board, current
from accounts.models import User
from channels import event_log, faults
from channels.event_log import REPLAY
from channels.event_search import Search
from channels.models import EventReplay, WebhookEvent

AT_ONCE = 100


@transaction.atomic
def order(search: Search, *, by: User | None) -> EventReplay:
    """Have all failed events that the search finds handled again, soon; the order tells how far it is."""
    events = _failed(search)
    replay = EventReplay.objects.create(
        tenant_id=current.tenant().pk,
        search=search.as_json(),
        last_id=events.aggregate(last=Max("id"))["last"] or 0,
        total_count=events.count(),
        ordered_by_id=by.pk if by else None,
    )
    board.call(REPLAY)
    activity.record("webhook_events.replay_ordered", replay, by=by, events=replay.total_count)
    return replay


def run(seconds: float) -> datetime | None:
    """Work at this tenant's replays until they are done or the time is up; when to come back, None for never.

    Two at once do no harm: each holds the order it works at.
    """
    end = time.monotonic() + seconds
    later = _replay_what_is_no_longer_early()
    while time.monotonic() < end:
        if not _some_of_the_next():
            return later
    return timezone.now()


@transaction.atomic
def _some_of_the_next() -> bool:
    """Handle the next few events of the oldest order, and keep how that went. False if there is none."""
    unfinished = EventReplay.objects.filter(tenant=current.tenant().pk, finished_at=None).order_by("id")
    replay = unfinished.select_for_update(skip_locked=True).first()
    if replay is None:
        return False
    events = _failed(Search.from_json(replay.search)).filter(id__gt=replay.position, id__lte=replay.last_id)
    ids = list(events.order_by("id").values_list("id", flat=True)[:AT_ONCE])
    if ids:
        done, failed = event_log.replay(_own().filter(id__in=ids))
        replay.position = ids[-1]
        replay.done_count += done
        replay.failed_count += failed
    else:
        replay.finished_at = timezone.now()
    replay.save(update_fields=["position", "done_count", "failed_count", "finished_at"])
    return True


def _replay_what_is_no_longer_early() -> datetime | None:
    """Handle what came dated in the future, if that has come; when the next will be."""
    early = _own().filter(state=WebhookEvent.State.FAILED, error=faults.FROM_THE_FUTURE)
    ripe = early.filter(happened_at__lte=timezone.now() + faults.CLOCKS_DIFFER)
    event_log.replay(_own().filter(id__in=list(ripe.values_list("id", flat=True)[:AT_ONCE])))
    first = early.aggregate(at=Min("happened_at"))["at"]
    return first and first - faults.CLOCKS_DIFFER


def _failed(search: Search) -> QuerySet[WebhookEvent]:
    return search.events().filter(state=WebhookEvent.State.FAILED)


def _own() -> QuerySet[WebhookEvent]:
    return WebhookEvent.objects.filter(tenant_id=current.tenant().pk)
