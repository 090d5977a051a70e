"""`manage.py connect_channel`: tie a client to its LINE Official Account."""

import getpass
import json
import sys

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import AppError, NotFound
from accounts.models import Tenant
from channels import services
from channels.models import Channel


class Command(BaseCommand):
    help = "Connects a client to its Messaging API channel, after checking with LINE that ID and secret fit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="address name of the client, as in /c/<name>/")
        parser.add_argument("channel_id")
        secret = parser.add_mutually_exclusive_group()
        secret.add_argument("--secret-stdin", action="store_true", help="read the secret from standard input")
        secret.add_argument("--secret", help="the secret; other users of the machine may see it meanwhile")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: object, **options: object) -> None:
        try:
            channel = self._connect(options)
        except AppError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(_as_json(channel) if options["json"] else _as_text(channel))

    def _connect(self, options: dict) -> Channel:
        tenant = Tenant.objects.filter(slug=options["client"]).first()
        if tenant is None:
            raise NotFound(what="Client", name=options["client"])
        return services.connect_channel(
            tenant, channel_id=options["channel_id"], channel_secret=_secret(options)
        )


def _secret(options: dict) -> str:
    if options["secret_stdin"]:
        return sys.stdin.readline().strip()
    return options["secret"] or getpass.getpass("Channel secret: ")


def _as_json(channel: Channel) -> str:
    facts = {
        "client": channel.tenant.slug,
        "channel_id": channel.channel_id,
        "bot_user_id": channel.bot_user_id,
        "basic_id": channel.basic_id,
        "name": channel.name,
        "webhook_url": channel.webhook_url,
        "webhook_problem": channel.webhook_problem,
    }
    return json.dumps(facts, ensure_ascii=False)


def _as_text(channel: Channel) -> str:
    answer = f"not reached: {channel.webhook_problem}" if channel.webhook_problem else "reached by LINE"
    return (
        f"{channel.tenant.name} is connected to {channel.name} ({channel.basic_id}).\n"
        f"Webhook {channel.webhook_url}: {answer}"
    )
