from django.core.management.base import CommandError, CommandParser

from accounts import services
from accounts.management.operators import OperatorCommand
from accounts.models import Agency


class Command(OperatorCommand):
    help = "Creates a key for an agency's API and prints it; it cannot be shown again."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("agency", help="short name of the agency")
        parser.add_argument("--name", default="Command line", help="what it is for")

    def answer(self, *, agency: str, name: str, **_: object) -> dict:
        found = Agency.objects.filter(slug=agency).first()
        if found is None:
            raise CommandError(f"There is no agency {agency!r}.")
        key, text = services.create_agency_key(found, name=name)
        return {"agency": agency, "name": key.name, "key": text}

    def words(self, facts: dict) -> str:
        return f"{facts['key']}\nKeep it now: only its hash is stored."
