"""What messages of a scenario may call besides what all messages may, offered while they are written."""

from typing import TYPE_CHECKING

from accounts import paging
from composing import offers, variables
from scenarios.flow import reading
from scenarios.models import Scenario
from scenarios.texts import variables as own

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

KIND = "scenario"


def key(scenario: Scenario) -> str:
    """How a page says that it is of this scenario."""
    return f"{KIND}:{scenario.pk}"


def offered(number: str) -> "dict[str, StrOrPromise]":
    pk = paging.key(number)
    found = Scenario.objects.filter(pk=pk).first() if pk is not None else None
    return own.offered(reading.parse(found.flow)) if found else variables.known()


offers.register(KIND, offered)
