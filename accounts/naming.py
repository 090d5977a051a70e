"""Names that only one row of a kind may have."""

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from accounts.errors import AppError

SPARE = 20  # characters of a name that leave room for the words of a copy
ALONE = "SELECT pg_advisory_xact_lock(hashtext('copies.' || %s), hashtext(current_schema()))"


def save(row: models.Model, taken: type[AppError], *, fields: list[str] | None = None) -> None:
    """Keep the row, or these fields of it. Raises `taken`, with `name`, if another one has its name."""
    try:
        with transaction.atomic():
            row.save(update_fields=fields)
    except IntegrityError as error:
        raise taken(name=getattr(row, "name", "")) from error


def of_copy(name: str, model: type[models.Model], *, longest: int) -> str:
    """What a copy of the row of this name is called: no other row of the model has it.

    It is the caller's until the transaction ends: who copies at the same time waits, and gets the next.
    """
    with connection.cursor() as cursor:
        cursor.execute(ALONE, [model._meta.db_table])
    short = name[: longest - SPARE]
    free, number = _("%(name)s (copy)") % {"name": short}, 2
    while model._default_manager.filter(name=free).exists():
        free, number = _("%(name)s (copy %(number)s)") % {"name": short, "number": number}, number + 1
    return free
