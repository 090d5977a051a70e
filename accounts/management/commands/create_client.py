from django.conf import settings
from django.core.management.base import CommandParser

from accounts import services
from accounts.management.operators import OperatorCommand, agency_named


class Command(OperatorCommand):
    help = "Creates a client of an agency, with a schema of its own."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("agency", help="short name of the agency")
        parser.add_argument("slug", help="address name: the client's pages are below /c/<name>/")
        parser.add_argument("name")
        parser.add_argument(
            "--no-approval", action="store_true", help="broadcasts may leave without the client's approval"
        )

    def answer(self, *, agency: str, slug: str, name: str, no_approval: bool, **_: object) -> dict:
        tenant = services.create_client(
            agency_named(agency), slug=slug, name=name, requires_approval=not no_approval
        )
        url = f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{tenant.slug}/"
        return {"client": tenant.slug, "name": tenant.name, "agency": agency, "url": url}

    def words(self, facts: dict) -> str:
        next_step = f"Next: manage.py connect_channel {facts['client']} …"
        return f"Client {facts['name']} is there: {facts['url']}\n{next_step}"
