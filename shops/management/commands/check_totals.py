from django.core.management.base import CommandParser
from django_tenants.utils import tenant_context

from accounts.management.operators import OperatorCommand, client_named
from shops import totals

SHOWN = 20


class Command(OperatorCommand):
    help = "Compares the totals of a client's customers with the sums over their orders."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="address name of the client")
        parser.add_argument("--repair", action="store_true", help="write the right ones")

    def answer(self, *, client: str, repair: bool, **_: object) -> dict:
        with tenant_context(client_named(client)):
            different = totals.different()
            if repair:
                totals.repair(different)
        return {"client": client, "different": different, "repaired": repair}

    def words(self, facts: dict) -> str:
        different = facts["different"]
        if not different:
            return "All totals equal the sums over orders."
        ids = ", ".join(map(str, different[:SHOWN])) + (" …" if len(different) > SHOWN else "")
        done = "put right" if facts["repaired"] else "not the sum over their orders; --repair writes it"
        return f"{len(different):,} customers ({ids}): {done}."
