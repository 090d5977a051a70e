"""Notices for people: whom they were for, what they said, and by which words LINE shows it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from customers.models import Customer
from scenarios.models import NoticeSend, Scenario
from scenarios.notices import templates

BADGES = {
    NoticeSend.State.DELIVERED: "good",
    NoticeSend.State.NOT_DELIVERED: "",
    NoticeSend.State.REJECTED: "bad",
    NoticeSend.State.UNKNOWN: "warn",
}


@dataclass(frozen=True)
class Row:
    """A notice with those it belongs to; None: there is none, or no more."""

    notice: NoticeSend
    customer: Customer | None
    scenario: Scenario | None

    @property
    def badge(self) -> str:
        return BADGES.get(NoticeSend.State(self.notice.state), "")

    @property
    def template(self) -> str:
        return templates.name(self.notice.template_key)


@dataclass(frozen=True)
class Line:
    """A part of what it says: LINE's own word for it by its key, and ours."""

    name: str
    text: str
    is_emphasized: bool = False
    is_button: bool = False


def rows(notices: Iterable[NoticeSend]) -> list[Row]:
    """In two queries for all of them."""
    found = list(notices)
    customers = Customer.objects.in_bulk({each.customer_id for each in found if each.customer_id})
    numbers = {each.scenario_id for each in found if each.scenario_id}
    known = Scenario.objects.only("name").in_bulk(numbers)
    return [
        Row(each, customers.get(each.customer_id or 0), known.get(each.scenario_id or 0)) for each in found
    ]


def lines(notice: NoticeSend) -> list[Line]:
    """What it says, in the order in which LINE shows it; empty once it was erased."""
    if notice.kind == NoticeSend.Kind.FLEXIBLE:
        return [Line(_("Message"), text) for text in _texts(notice.content)]
    return list(_of_template(notice.content))


def _of_template(body: dict) -> Iterator[Line]:
    if emphasized := body.get("emphasizedItem"):
        yield Line(_item(emphasized["itemKey"]), emphasized["content"], is_emphasized=True)
    for item in body.get("items") or []:
        yield Line(_item(item["itemKey"]), item["content"])
    for button in body.get("buttons") or []:
        key = button["buttonKey"]
        yield Line(str(templates.BUTTONS.get(key, key)), button["url"], is_button=True)


def _item(key: str) -> str:
    return str(templates.ITEMS.get(key, key))


def _texts(messages: list[dict]) -> Iterator[str]:
    for message in messages or []:
        yield from _said(message)


def _said(value: object) -> Iterator[str]:
    """The texts people read, of a text message or anywhere in a Flex message."""
    if isinstance(value, dict):
        if isinstance(text := value.get("text"), str):
            yield text
        for inner in value.values():
            yield from _said(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _said(inner)
