"""What a shop's IDs mean here. Whoever reads one to write it holds its row until the transaction ends."""

from connectors.models import Connection, ExternalId


def held(connection: Connection, kind: str, external: str) -> ExternalId:
    """The row of this ID, new if need be, locked: the news of one thing are joined one after the other."""
    ExternalId.objects.bulk_create(
        [ExternalId(connection=connection, kind=kind, external=external)], ignore_conflicts=True
    )
    return ExternalId.objects.select_for_update().get(connection=connection, kind=kind, external=external)


def ours(connection: Connection, kind: str, external: str) -> str:
    """What we call it; empty if we have not heard of it."""
    found = ExternalId.objects.filter(connection=connection, kind=kind, external=external)
    return found.values_list("ours", flat=True).first() or ""


def keep(row: ExternalId, facts: dict, ours: str = "") -> None:
    row.facts, row.ours = facts, ours or row.ours
    row.save(update_fields=["facts", "ours", "updated_at"])
