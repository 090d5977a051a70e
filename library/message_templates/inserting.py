"""Templates as a source of messages for the editor."""

from accounts.paging import key
from library.message_templates import agency, commands
from library.models import MessageTemplate


def of_own(number: str) -> list[dict]:
    """The messages of the client's own template with this number; counts as a use."""
    found = MessageTemplate.objects.filter(pk=key(number) or 0).first()
    return commands.take(found) if found else []


def of_agency(number: str) -> list[dict]:
    """Those of its agency's template, with copies of the files. Raises FileGone."""
    found = agency.templates().filter(pk=key(number) or 0).first()
    return agency.take(found, by=None) if found else []
