import getpass
import sys

from django.core.management.base import CommandParser
from django.db import transaction

from accounts import services
from accounts.management.operators import OperatorCommand
from accounts.models import Membership


class Command(OperatorCommand):
    help = "Creates an agency and, if an e-mail address is given, its owner."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="short name, e.g. sakura")
        parser.add_argument("name")
        parser.add_argument("--owner", metavar="EMAIL", help="who owns it and signs in first")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the owner's password from input"
        )

    @transaction.atomic
    def answer(self, *, slug: str, name: str, owner: str | None, password_stdin: bool, **_: object) -> dict:
        agency = services.create_agency(name=name, slug=slug)
        if owner:
            password = sys.stdin.readline().strip() if password_stdin else getpass.getpass("Password: ")
            services.invite(owner, agency=agency, role=Membership.Role.OWNER, password=password)
        return {"agency": agency.slug, "name": agency.name, "owner": owner}

    def words(self, facts: dict) -> str:
        owner = f", owned by {facts['owner']}" if facts["owner"] else ""
        return f"Agency {facts['name']} ({facts['agency']}) is there{owner}."
