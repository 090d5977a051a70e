import getpass
import os
import sys

from django.core.management.base import CommandParser

from accounts.management.operators import OperatorCommand, client_named
from channels import services
from channels.login import NO_LOGIN, Login
from channels.models import Channel
from channels.services import Facts


class Command(OperatorCommand):
    help = (
        "Connects a client to its Messaging API channel, after checking with LINE that ID and secret fit. "
        "Secrets come from LINE_CHANNEL_SECRET and LINE_LOGIN_SECRET in the environment, else they are asked "
        "for: arguments are seen by other users of the machine."
    )

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="address name of the client, as in /c/<name>/")
        parser.add_argument("channel_id")
        parser.add_argument(
            "--secret-stdin",
            action="store_true",
            help="read the secret from standard input; that of the Login channel from its second line",
        )
        parser.add_argument(
            "--send-only", action="store_true", help="leave the webhook at LINE to the tool that has it"
        )
        parser.add_argument("--premium", action="store_true", help="a premium account, not a verified one")
        parser.add_argument("--login-channel-id", default="", help="LINE Login channel of the same provider")
        parser.add_argument("--liff-id", default="", help="LIFF app of that Login channel")
        parser.add_argument("--provider-id", default="", help="number in the address of LINE's console")
        parser.add_argument("--provider-name", default="")

    def answer(
        self,
        *,
        client: str,
        channel_id: str,
        secret_stdin: bool,
        send_only: bool,
        premium: bool,
        **given: str,
    ) -> dict:
        tenant = client_named(client)
        secret = _secret("LINE_CHANNEL_SECRET", "Channel secret: ", secret_stdin)
        login = NO_LOGIN
        if login_id := given["login_channel_id"]:
            login_secret = _secret("LINE_LOGIN_SECRET", "LINE Login channel secret: ", secret_stdin)
            login = Login(login_id, login_secret, given["liff_id"])
        account_type = Channel.AccountType.PREMIUM if premium else ""
        channel = services.connect_channel(
            tenant,
            channel_id=channel_id,
            channel_secret=secret,
            mode=Channel.Mode.SEND_ONLY if send_only else Channel.Mode.RECEIVING,
            facts=Facts(account_type, given["provider_id"], given["provider_name"]),
            login=login,
        )
        return _facts(channel)

    def words(self, facts: dict) -> str:
        problem = facts["webhook_problem"]
        reached = f"not reached: {problem}" if problem else "reached by LINE"
        receiving = f"Webhook {facts['webhook_url']}: {reached}"
        return (
            f"{facts['client']} is connected to {facts['name']} ({facts['basic_id']}), "
            f"{facts['account_type']}.\n"
            + ("It only sends; the webhook was not touched." if facts["mode"] == "send_only" else receiving)
        )


def _facts(channel: Channel) -> dict:
    names = ["channel_id", "bot_user_id", "basic_id", "name", "mode", "account_type", "login_channel_id"]
    more = ["webhook_url", "webhook_problem", "previous_webhook_url"]
    return {"client": channel.tenant.slug} | {name: getattr(channel, name) for name in [*names, *more]}


def _secret(variable: str, question: str, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().strip()
    return os.environ.get(variable) or getpass.getpass(question)
