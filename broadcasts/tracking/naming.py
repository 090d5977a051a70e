"""Links to pages of friends' own (`{{coupon.7}}`), as people call what they lead to."""

from collections.abc import Iterable

from broadcasts.models import TrackedLink
from composing.variables import VARIABLE
from friends import personal


def titled(links: Iterable[TrackedLink]) -> list[TrackedLink]:
    """These, each with its `title`; a query for each kind of page that is among them."""
    found = list(links)
    known = personal.titles({link.page for link in found if link.page})
    for link in found:
        link.title = known.get(link.page, "")
    return found


def titles(addresses: Iterable[str]) -> dict[str, str]:
    """What those of these addresses lead to that are a variable, as clicks on the timeline have them."""
    said = {address: found[1] for address in addresses if (found := VARIABLE.fullmatch(address))}
    known = personal.titles(said.values()) if said else {}
    return {address: known[name] for address, name in said.items() if name in known}
