from pathlib import Path

from django.core.management.base import CommandParser
from django_tenants.utils import tenant_context

from accounts.management.operators import OperatorCommand, client_named
from imports import engine
from imports.errors import UnreadableFile

SHOWN = 20


class Command(OperatorCommand):
    help = (
        "Import a CSV file of some kind (customers, products, orders, …) for a client, in UTF-8 or "
        "Shift_JIS, its columns recognised by their names. Bad rows are reported, good rows go in."
    )

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="address name of the client")
        parser.add_argument("kind", help="what the file holds, e.g. customers")
        parser.add_argument("file", type=Path)

    def answer(self, *, client: str, kind: str, file: Path, **_: object) -> dict:
        try:
            with tenant_context(client_named(client)), file.open("rb") as rows:
                done = engine.import_file(kind, rows, name=file.name)
        except OSError as error:
            raise UnreadableFile(str(error)) from error
        return {
            "rows": done.rows,
            "counts": done.counts,
            "refused": done.refused_count,
            "errors": done.refused,
        }

    def words(self, facts: dict) -> str:
        refused = facts["refused"]
        counts = [f"{name} {count:,}" for name, count in facts["counts"].items()]
        lines = [
            " · ".join([f"rows {facts['rows']:,}", *counts, f"refused {refused:,}"]),
            *(f"  line {line}: {reason}" for line, reason in facts["errors"][:SHOWN]),
        ]
        if refused > SHOWN:
            lines.append(f"  … and {refused - SHOWN:,} more (--json names them)")
        return "\n".join(lines)
