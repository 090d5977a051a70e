from pathlib import Path

from django.core.management.base import CommandParser
from django_tenants.utils import tenant_context

from accounts.management.operators import OperatorCommand, client_named
from friends import imports
from imports.errors import UnreadableFile

SHOWN = 20


class Command(OperatorCommand):
    help = (
        "Import friends of a client from a CSV file with the columns line_user_id, display_name and tags "
        "(separated by | or ;), in UTF-8 or Shift_JIS. Bad rows are reported, good rows go in."
    )

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="address name of the client")
        parser.add_argument("file", type=Path)

    def answer(self, *, client: str, file: Path, **_: object) -> dict:
        try:
            with tenant_context(client_named(client)), file.open("rb") as rows:
                return imports.import_friends(rows).as_dict()
        except OSError as error:
            raise UnreadableFile(str(error)) from error

    def words(self, facts: dict) -> str:
        refused = facts["refused"]
        lines = [
            f"created {facts['created']:,} · updated {facts['updated']:,} · tags put {facts['tagged']:,} "
            f"· refused {refused:,}",
            *(f"  line {line}: {reason}" for line, reason in facts["errors"][:SHOWN]),
        ]
        if refused > SHOWN:
            lines.append(f"  … and {refused - SHOWN:,} more (--json names them)")
        return "\n".join(lines)
