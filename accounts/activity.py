"""The activity log: who did what, when."""

from django.db.models import Model

from accounts import current
from accounts.models import Activity, Tenant, User


def record(
    verb: str, subject: object, *, by: User | None, of: Tenant | None = None, **detail: object
) -> None:
    """Add one line to the log of the present tenant (or of none), in the caller's transaction.

    `of` is for commands on a tenant that run outside of it.
    `by` may also be a program with an API key: it is no user, so the key is named in the details.
    """
    key = getattr(by, "api_key", None)
    tenant = of or current.tenant_or_none()
    Activity.objects.create(
        tenant_id=tenant.pk if tenant else None,
        user_id=by.pk if by else None,
        verb=verb,
        subject=name(subject),
        detail=detail | ({"api_key": str(key)} if key else {}),
    )


def name(subject: object) -> str:
    """`broadcasts.broadcast:7` for a row, its text for anything else."""
    return f"{subject._meta.label_lower}:{subject.pk}" if isinstance(subject, Model) else str(subject)
