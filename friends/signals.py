"""What happened to friends, for apps further right. Sent once the transaction has committed, in its tenant.

Each carries `friend_ids`, a list of numbers. A receiver only enqueues a task.
"""

from functools import partial

from django.db import transaction
from django.dispatch import Signal
from django_tenants.utils import tenant_context

from accounts import current

friend_followed = Signal()
friend_blocked = Signal()
# Unlike the others inside the transaction, so that a copy of what was said is neither lost nor kept twice;
# carries `given`, a list of `replies.Given`.
replied = Signal()


def send_on_commit(signal: Signal, friend_ids: list[int]) -> None:
    """Tell the receivers when the transaction commits, in the tenant of now. An empty list is no news."""
    if friend_ids:
        transaction.on_commit(partial(_send, current.tenant(), signal, friend_ids), robust=True)


def _send(tenant: object, signal: Signal, friend_ids: list[int]) -> None:
    with tenant_context(tenant):
        signal.send(sender=None, friend_ids=friend_ids)
