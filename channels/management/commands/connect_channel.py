import getpass
import sys

from django.core.management.base import CommandParser

from accounts.management.operators import OperatorCommand, client_named
from channels import services


class Command(OperatorCommand):
    help = "Connects a client to its Messaging API channel, after checking with LINE that ID and secret fit."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="address name of the client, as in /c/<name>/")
        parser.add_argument("channel_id")
        secret = parser.add_mutually_exclusive_group()
        secret.add_argument("--secret-stdin", action="store_true", help="read the secret from standard input")
        secret.add_argument("--secret", help="the secret; other users of the machine may see it meanwhile")

    def answer(
        self, *, client: str, channel_id: str, secret: str | None, secret_stdin: bool, **_: object
    ) -> dict:
        channel = services.connect_channel(
            client_named(client), channel_id=channel_id, channel_secret=secret or _asked(secret_stdin)
        )
        return {
            "client": channel.tenant.slug,
            "channel_id": channel.channel_id,
            "bot_user_id": channel.bot_user_id,
            "basic_id": channel.basic_id,
            "name": channel.name,
            "webhook_url": channel.webhook_url,
            "webhook_problem": channel.webhook_problem,
        }

    def words(self, facts: dict) -> str:
        problem = facts["webhook_problem"]
        reached = f"not reached: {problem}" if problem else "reached by LINE"
        return (
            f"{facts['client']} is connected to {facts['name']} ({facts['basic_id']}).\n"
            f"Webhook {facts['webhook_url']}: {reached}"
        )


def _asked(from_stdin: bool) -> str:
    return sys.stdin.readline().strip() if from_stdin else getpass.getpass("Channel secret: ")
