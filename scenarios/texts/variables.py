"""What a flow's messages can call besides what a friend is called by: the product, and what let them in.

`{{product.name|…}}`, `{{event.total|…}}`. Of a friend and a linked customer they know what every message
knows (`composing/variables.py`); of a customer without a friend, what the customer is called by.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeGuard

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from composing import variables
from events import registry
from linking import variables as linking
from scenarios.flow.reading import Flow
from scenarios.texts import goods
from scenarios.texts.goods import Goods
from shops import products

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from scenarios.engine.people import Person

EVENT, PRODUCT, CUSTOMER = "event.", "product.", "customer."
ADDRESS = "address."  # what stands in what is frozen for an address that is a person's own
PRODUCTS = "products"  # how many there are, for what repeats over them
LONGEST = 300  # signs of a value that is no address
OF_EVENT = re.compile(rf"{re.escape(EVENT)}\w+")
OF_PRODUCT: "dict[str, StrOrPromise]" = {
    "product.name": _("Product’s name"),
    "product.price": _("Product’s price"),
    "product.price_before": _("Product’s price before"),
    "product.category": _("Product’s category"),
    "product.code": _("Product’s code"),
    "product.picture": _("Product’s picture (address)"),
    "product.url": _("Product’s page (address)"),
}
_NUMBERED = re.compile(rf"{re.escape(PRODUCT)}(\d+)\.(\w+)")


class Known:
    """The names of variables that flows have and other messages have not; any property of an event is one.

    With `addresses` also those that stand for addresses in what is frozen, which nobody may write.
    """

    def __init__(self, *, addresses: bool = False) -> None:
        self._has_addresses = addresses

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        if name.startswith(ADDRESS):
            return self._has_addresses
        return _NUMBERED.sub(rf"{PRODUCT}\2", name) in OF_PRODUCT or bool(OF_EVENT.fullmatch(name))


KNOWN, FROZEN = Known(), Known(addresses=True)


def offered(flow: Flow) -> "dict[str, StrOrPromise]":
    """All that its messages can call, by name, as people call them: of events, what the trigger tells."""
    asked = getattr(flow.trigger, "event", None)
    of_event = registry.get(asked) if isinstance(asked, str) else None
    properties = {f"{EVENT}{name}": label for name, label in of_event.properties} if of_event else {}
    return variables.known() | OF_PRODUCT | properties


def values(names: Iterable[str], people: "Sequence[Person]") -> dict[int, dict[str, str]]:
    """What these people have of these variables, by entry; who has no value of one lacks it."""
    wanted = set(names)
    friends = [person.friend_id for person in people if person.friend_id is not None]
    of_friends = variables.values(wanted, friends) if friends else {}
    alone = [person.customer_id for person in people if person.friend_id is None and person.customer_id]
    of_customers = linking.of_customers(alone, wanted) if alone else {}
    is_about_products = any(name == PRODUCTS or name.startswith(PRODUCT) for name in wanted)
    sold = goods.of(people) if is_about_products else {}
    named = _products_named(people) if f"{EVENT}{PRODUCTS}" in wanted else {}
    found = {}
    for person in people:
        of_person = of_customers if person.friend_id is None else of_friends
        number = person.customer_id if person.friend_id is None else person.friend_id
        own = dict(of_person.get(number or 0, {}))
        own |= _of_event(person.context, wanted, named)
        own |= _of_products(sold.get(person.entry_id, []), wanted)
        found[person.entry_id] = own
    return found


def _products_named(people: "Sequence[Person]") -> dict[str, str]:
    given = [person.context.get(PRODUCTS) for person in people]
    lists = [each for each in given if isinstance(each, list)]
    return products.names({code for each in lists for code in each if _is_text(code)})


def _of_event(context: dict, wanted: set[str], named: dict[str, str]) -> dict[str, str]:
    asked = [name.removeprefix(EVENT) for name in wanted if name.startswith(EVENT)]
    said = {name: in_words(name, context.get(name), named) for name in asked}
    return {f"{EVENT}{name}": words for name, words in said.items() if words}


def in_words(name: str, value: object, named: dict[str, str]) -> str:
    """A property of an event as a text says it: ¥4,800, a date in the client's time, products by name."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return ", ".join(named.get(each, each) for each in value if _is_text(each))[:LONGEST]
    said = str(registry.said(name, value)).strip()
    return said if said.startswith(("http://", "https://")) else said[:LONGEST]


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str)


def _of_products(sold: Sequence[Goods], wanted: set[str]) -> dict[str, str]:
    """`product.name` is of the first, `product.2.name` of the second."""
    found = {PRODUCTS: str(len(sold))} if PRODUCTS in wanted else {}
    for name in wanted & OF_PRODUCT.keys():
        if sold:
            found[name] = sold[0].said(name.removeprefix(PRODUCT))
    for name in wanted:
        numbered = _NUMBERED.fullmatch(name)
        if numbered and int(numbered[1]) <= len(sold):
            found[name] = sold[int(numbered[1]) - 1].said(numbered[2])
    return found
