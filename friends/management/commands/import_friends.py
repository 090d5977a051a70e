import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_tenants.utils import tenant_context

from accounts.errors import AppError
from accounts.models import Tenant
from friends import imports
from friends.imports import ImportReport

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import friends of a client from a CSV file with the columns line_user_id, display_name and tags "
        "(separated by | or ;), in UTF-8 or Shift_JIS. Bad rows are reported, good rows go in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="address name (slug) of the client")
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print the whole report as JSON")

    def handle(self, *, client: str, file: Path, **options: object) -> None:
        tenant = Tenant.objects.select_related("agency").filter(slug=client).first()
        if tenant is None:
            raise CommandError(f"There is no client “{client}”.")
        try:
            with tenant_context(tenant), file.open("rb") as rows:
                report = imports.import_friends(rows)
        except (OSError, AppError) as error:
            raise CommandError(getattr(error, "message", error)) from error
        self.stdout.write(
            json.dumps(report.as_dict(), ensure_ascii=False) if options["json"] else _told(report)
        )


def _told(report: ImportReport) -> str:
    lines = [
        f"created {report.created:,} · updated {report.updated:,} · tags put {report.tagged:,} "
        f"· refused {report.refused:,}",
        *(f"  line {line}: {reason}" for line, reason in report.errors[:SHOWN]),
    ]
    if report.refused > SHOWN:
        lines.append(f"  … and {report.refused - SHOWN:,} more (--json names them)")
    return "\n".join(lines)
