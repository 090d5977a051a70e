"""The base of all tasks.

A task runs in the schema in which it was called, and by that client's clock. Only the name travels, in a
header; the tenant is read again when the task starts, and a task for one that is gone is dropped with a
warning.
"""

import logging
import time
from functools import partial

from celery import Task
from django.db import transaction
from django.utils import timezone
from django_tenants.utils import get_public_schema_name, get_tenant_model, tenant_context
from kombu.exceptions import OperationalError

from accounts import current

logger = logging.getLogger(__name__)
HEADER = "musubi_schema"
ENQUEUED = "musubi_enqueued_at"


class TenantTask(Task):
    """A task that carries its tenant from the moment it is called."""

    def apply_async(self, args=None, kwargs=None, **options):
        given = options.get("headers") or {}
        options["headers"] = {HEADER: current.schema(), ENQUEUED: time.time()} | given
        try:
            return super().apply_async(args, kwargs, **options)
        except OperationalError:  # Redis is away; what is to be done stands on the work board
            logger.warning("task.not_enqueued", extra={"task": self.name})
            return None

    def delay_on_commit(self, *args, **kwargs):
        """Enqueue when the transaction commits, for the tenant of now and not of then."""
        headers = {HEADER: current.schema()}
        transaction.on_commit(partial(self.apply_async, args=args, kwargs=kwargs, headers=headers))

    @property
    def enqueued_at(self) -> float:
        """Seconds since the epoch; now, if the task was called directly."""
        return self._header(ENQUEUED) or time.time()

    def __call__(self, *args, **kwargs):
        schema = self._header(HEADER)
        if schema is None or schema == get_public_schema_name():
            return self._in_public(*args, **kwargs)
        tenant = get_tenant_model().objects.filter(schema_name=schema).first()
        if tenant is None:
            logger.warning("task.tenant_gone", extra={"task": self.name, "schema": schema})
            return None
        with tenant_context(tenant), timezone.override(tenant.time_zone):
            return super().__call__(*args, **kwargs)

    def _header(self, name: str):
        return (self.request.headers or {}).get(name) or getattr(self.request, name, None)

    def _in_public(self, *args, **kwargs):
        current.connection.set_schema_to_public()
        return super().__call__(*args, **kwargs)
