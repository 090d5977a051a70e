"""When months are closed; how is in closing.py."""

from celery import shared_task

from accounts import current
from invoices import closing


@shared_task
def close_months() -> None:
    """Draft or issue what somebody wants for this client. Running twice at once is harmless."""
    closing.fulfil(current.tenant())
