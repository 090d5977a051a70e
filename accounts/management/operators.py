"""The base of commands for operators: words for people, `--json` for scripts, refusals in plain text."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.errors import AppError, NotFound
from accounts.models import Agency, Tenant


class OperatorCommand(BaseCommand):
    """`answer` does the work and returns the facts; `words` tells them to a person.

    An AppError that `answer` raises ends the command with status 1: in words on standard error, and with
    `--json` also as `{"code", "detail"}` on standard output.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        self.add_own_arguments(parser)

    def add_own_arguments(self, parser: CommandParser) -> None: ...

    def answer(self, *args: Any, **options: Any) -> dict:
        raise NotImplementedError

    def words(self, facts: dict) -> str:
        return "\n".join(f"{name}: {value}" for name, value in facts.items())

    def handle(self, *args: object, **options: Any) -> None:
        with translation.override("en"):  # one language: these words are English
            self._answer(options)

    def _answer(self, options: dict[str, Any]) -> None:
        try:
            facts = self.answer(**options)
        except AppError as refusal:
            if options["json"]:
                self.stdout.write(_json({"code": refusal.code, "detail": refusal.message}))
            raise CommandError(refusal.message, returncode=1) from refusal
        self.stdout.write(_json(facts) if options["json"] else self.words(facts))


def _json(facts: dict) -> str:
    return json.dumps(facts, ensure_ascii=False)


def agency_named(slug: str) -> Agency:
    """Raises NotFound."""
    agency = Agency.objects.filter(slug=slug).first()
    if agency is None:
        raise NotFound(what="Agency", name=slug)
    return agency


def client_named(slug: str) -> Tenant:
    """Raises NotFound."""
    tenant = Tenant.objects.select_related("agency").filter(slug=slug).first()
    if tenant is None:
        raise NotFound(what="Client", name=slug)
    return tenant
