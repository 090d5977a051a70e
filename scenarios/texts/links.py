"""The links of a step: each address leads through our redirect, and tells who opened it.

An address with variables is another one for each person. When a send is made, whoever gets the same address
as somebody before them gets the same link; its code follows from the address, so twice is once.
"""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings

from accounts import current, secrets
from broadcasts.models import TrackedLink
from broadcasts.tracking import links, people, utm
from broadcasts.tracking.people import Tokens
from composing import content, own_addresses
from scenarios.flow.steps import Send as SendStep
from scenarios.models import StepText, Version
from scenarios.texts import variables

if TYPE_CHECKING:
    from scenarios.engine.people import Person

PURPOSE = "addresses of people"  # by which the key is derived
CODE_LENGTH = 24


@dataclass
class Led:
    """Messages whose links lead through us. `codes` are those with a hole for the person's token; `addresses`
    say which variable stands for which address, and of which link its own are.
    """

    messages: list[dict] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    addresses: list[dict] = field(default_factory=list)


def lead(messages: list[dict], version: Version, step: SendStep) -> Led:
    """Make the links of a step's messages, which were laid out."""
    led = Led()
    for bubble, message in enumerate(messages, start=1):
        changed = _lead_own(message, led, version, step, bubble)
        made = {
            url: _made(version, step, bubble, url, f"{bubble}-{place}")
            for place, url in enumerate(content.addresses([changed]), start=1)
        }
        [changed] = content.with_addresses(
            [changed], {url: links.personal_address(link) for url, link in made.items()}
        )
        led.codes += [link.code for link in made.values()]
        led.messages.append(_lead_to_pages(changed, led, version, step, bubble))
    return led


def add_own(text: StepText, people_: "Sequence[Person]", values: dict[int, dict[str, str]]) -> None:
    """Add each person's own addresses to their values; those that a tap opens lead through links of ours."""
    addresses = text.holes.get("addresses", [])
    if not addresses:
        return
    tenant = current.tenant().pk
    tokens, key = Tokens(secrets.derive(tenant, people.PURPOSE)), secrets.derive(tenant, PURPOSE)
    patterns = TrackedLink.objects.in_bulk([each["link"] for each in addresses if each["link"]])
    made: dict[str, TrackedLink] = {}
    for person in people_:
        theirs = values[person.entry_id]
        for each in addresses:
            address = own_addresses.filled(each["pattern"], theirs)
            pattern = patterns.get(each["link"] or 0)
            if pattern and address.startswith(("http://", "https://")):
                code = _code_of(key, pattern.pk, address)
                made.setdefault(code, _own(pattern, code, address, text.holes.get("utm") or {}))
                address = f"{_prefix()}{code}"
                if person.friend_id is not None:
                    address += f".{tokens.seal(code, person.friend_id)}"
            theirs[each["name"]] = address
    TrackedLink.objects.bulk_create(made.values(), ignore_conflicts=True)


def parameters(step: SendStep, version: Version) -> dict[str, str]:
    """Campaign parameters of the step's links: its own, else what new broadcasts begin with; {}: none."""
    given = links.default_utm() if step.utm is None else step.utm
    if not given:
        return {}
    own = {
        name: said.strip()[: utm.LONGEST]
        for name in utm.NAMES
        if isinstance(said := given.get(name), str) and said.strip()
    }
    return {"source": "line", "campaign": version.scenario.name, "content": step.id} | own


def _lead_to_pages(message: dict, led: Led, version: Version, step: SendStep, bubble: int) -> dict:
    """The message with links to each friend's own page of a thing, which need no address worked out."""
    whose = {"owner": version.scenario.ledger_owner, "part": step.id, "about": _about(version, step)}
    own = list(links.own_pages([message], bubble=bubble, **whose))
    TrackedLink.objects.bulk_create(own)
    led.codes += [link.code for link in own]
    [changed] = content.with_own_pages([message], {link.page: links.personal_address(link) for link in own})
    return changed


def _lead_own(message: dict, led: Led, version: Version, step: SendStep, bubble: int) -> dict:
    """The message with a variable instead of each address that is a person's own, and not a page of ours."""
    instead = {}
    for each in own_addresses.personal(message):
        if each.is_opened and content.own_page(each.pattern):
            continue
        name = f"{variables.ADDRESS}{len(led.addresses) + 1}"
        plain = own_addresses.filled(each.pattern, {})
        is_web = each.is_opened and plain.startswith(("http://", "https://"))
        link = _made(version, step, bubble, each.pattern, f"{bubble}", target=plain) if is_web else None
        led.addresses.append({"name": name, "pattern": each.pattern, "link": link and link.pk})
        instead[each.pattern] = f"{{{{{name}|{plain}}}}}"
    return own_addresses.exchanged(message, instead)


def _made(
    version: Version, step: SendStep, bubble: int, url: str, place: str, *, target: str = ""
) -> TrackedLink:
    given = parameters(step, version)
    longer = target or utm.added(url, given | ({"content": f"{step.id}-{place}"} if given else {}))
    return TrackedLink.objects.create(
        code=links.new_code(),
        owner=version.scenario.ledger_owner,
        part=step.id,
        about=_about(version, step),
        bubble=bubble,
        url=url,
        target="" if longer == url else longer,
    )


def _about(version: Version, step: SendStep) -> dict[str, object]:
    """What a click says of where it was made."""
    return {
        "kind": "scenario",
        "scenario": version.scenario_id,
        "version": version.number,
        "step": step.id,
        "name": version.scenario.name,
    }


def _own(pattern: TrackedLink, code: str, address: str, given: dict[str, str]) -> TrackedLink:
    longer = utm.added(address, given)
    return TrackedLink(
        code=code,
        owner=pattern.owner,
        part=pattern.part,
        about=pattern.about,
        bubble=pattern.bubble,
        pattern=pattern,
        url=address,
        target="" if longer == address else longer,
    )


def _code_of(key: bytes, link: int, address: str) -> str:
    digest = hmac.digest(key, f"{link}:{address}".encode(), "sha256")
    return base64.b32encode(digest).decode().lower()[:CODE_LENGTH]


def _prefix() -> str:
    return f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}/l/"
