"""The activity log: who did what, when."""

from django.db import connection

from accounts.models import Activity, User


def record(verb: str, subject: object, *, by: User | None, **detail: object) -> None:
    """Add one line to the log of the present tenant (or of none), in the caller's transaction."""
    Activity.objects.create(
        tenant_id=getattr(connection.tenant, "pk", None),
        user=by,
        verb=verb,
        subject=name(subject),
        detail=detail,
    )


def name(subject: object) -> str:
    """`broadcasts.broadcast:7` for a row, its text for anything else."""
    meta = getattr(subject, "_meta", None)
    return f"{meta.label_lower}:{subject.pk}" if meta else str(subject)
