from django.core.management.base import CommandParser

from accounts import services
from accounts.management.operators import OperatorCommand, client_named


class Command(OperatorCommand):
    help = "Creates a key for a client's API and prints it; it cannot be shown again."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="address name of the client")
        parser.add_argument(
            "scopes",
            nargs="+",
            help="permission names such as friends.view_friend; "
            "* for all but broadcasts.approve_broadcast and contracts.view_net, which must be named",
        )
        parser.add_argument("--name", default="Command line", help="what it is for")

    def answer(self, *, client: str, scopes: list[str], name: str, **_: object) -> dict:
        key, text = services.create_api_key(client_named(client), name=name, scopes=scopes)
        return {"client": client, "name": name, "scopes": key.scopes, "key": text}

    def words(self, facts: dict) -> str:
        return f"{facts['key']}\nKeep it now: only its hash is stored. Scopes: {', '.join(facts['scopes'])}"
