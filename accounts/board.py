"""The work board: what must happen later in a tenant, and what is woken when the moment has come.

An app registers the task of a kind of work once, at start. Whoever makes work calls `call(kind, at)` in its
own transaction. The tick wakes what is due and looks again after LEASE, so that a wake-up lost with Redis
costs seconds; the woken task ends with `settle`, which keeps the next moment, or none.

What is due and what is leased goes by the database's clock: that of one machine may step, or be wrong.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from celery import Task
from django.db import connection, models
from django.db.models.functions import Now
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts import current
from accounts.models import Due, Tenant

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=5)
EXPIRES = timedelta(seconds=60)  # of a wake-up that nobody has taken from the queue
_tasks: dict[str, Callable[[], Task]] = {}


def register(kind: str, task: Callable[[], Task]) -> None:
    """Name the task that does work of this kind, e.g. `lambda: tasks.pump`. It takes no arguments."""
    _tasks[kind] = task


def call(kind: str, at: datetime | None = None, *, tenant_id: int | None = None) -> None:
    """Have this kind of work woken in the tenant at `at` (now if None), or earlier if it already was."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO public.accounts_due AS due (tenant_id, kind, due_at, version)
               VALUES (%s, %s, coalesce(%s, statement_timestamp()), 1)
               ON CONFLICT (tenant_id, kind) DO UPDATE
               SET due_at = least(due.due_at, excluded.due_at), version = due.version + 1""",
            [tenant_id or current.tenant().pk, kind, at],
        )


def version(kind: str) -> int:
    """How often this kind of work has been called for; read it before looking at the work."""
    return (
        Due.objects.filter(tenant=current.tenant().pk, kind=kind).values_list("version", flat=True).first()
        or 0
    )


def begin(kind: str, *, enqueued_at: float) -> int | None:
    """The version, for a long-running task that starts now; None if it was served since it was enqueued.

    So wake-ups that piled up in a queue count once, and no tenant gets two turns for one. One that seems
    older than any that can still be in a queue comes from a machine whose clock is wrong, and counts.
    """
    row = Due.objects.filter(tenant=current.tenant().pk, kind=kind)
    enqueued = datetime.fromtimestamp(enqueued_at, UTC)
    stale = models.Q(served_at__gt=enqueued, served_at__lte=enqueued + EXPIRES)
    if not row.exclude(stale).update(served_at=Now(), due_at=Now() + LEASE) and row.exists():
        return None
    return version(kind)


def renew(kind: str) -> None:
    """Say that work goes on, so that nobody else is woken for it. At least once per LEASE."""
    Due.objects.filter(tenant=current.tenant().pk, kind=kind).update(due_at=Now() + LEASE)


def settle(kind: str, next_at: datetime | None, *, seen: int) -> None:
    """Keep the next moment, or none; does nothing if more was called for since `version` was read."""
    row = Due.objects.filter(tenant=current.tenant().pk, kind=kind, version=seen)
    is_now = next_at is not None and next_at <= timezone.now()
    row.update(due_at=Now() if is_now else next_at)


def is_called(kind: str) -> bool:
    """Whether the tenant has work of this kind before it, or under way."""
    return Due.objects.filter(tenant=current.tenant().pk, kind=kind, due_at__isnull=False).exists()


def is_anything_due() -> bool:
    """Whether a tick would find anything."""
    return Due.objects.by(Now()).exists()


def tick(now: datetime | None = None) -> int:
    """Wake everything that is due; the number of tasks enqueued. Several ticks at once do no harm."""
    moment = now or Now()
    due = list(Due.objects.by(moment).values_list("pk", "tenant_id", "kind"))
    leased = moment + LEASE
    taken = [row for row in due if Due.objects.filter(pk=row[0], due_at__lte=moment).update(due_at=leased)]
    tenants = Tenant.objects.in_bulk({tenant_id for _, tenant_id, _ in taken})
    for _, tenant_id, kind in taken:
        if kind in _tasks:
            wake(kind, tenants[tenant_id])
        else:  # while a new version is being rolled out, some processes do not know it yet
            logger.warning("board.unknown_kind", extra={"kind": kind, "tenant": tenant_id})
    return len(taken)


def wake(kind: str, tenant: Tenant) -> None:
    """Enqueue the task of this kind for the tenant, at once."""
    with tenant_context(tenant):
        _tasks[kind]().apply_async(expires=EXPIRES.total_seconds())
