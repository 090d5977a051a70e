"""What a notification message says: filled, and checked by LINE's limits and its rule of no advertising."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.reasons import Reason, reason, together
from composing import content as composing
from composing import own_addresses
from composing.variables import VARIABLE
from line import validation
from scenarios.flow.steps import Notice
from scenarios.models import NoticeSend
from scenarios.notices import promotion
from scenarios.texts import variables

Kind = NoticeSend.Kind
ADDRESSES = own_addresses.OPENED | own_addresses.SHOWN
PLACED = gettext_noop("%(path)s: %(text)s")


@dataclass(frozen=True)
class Content:
    """`body` is LINE's of the template type, or a list of messages; with variables until it is filled."""

    kind: str
    template_key: str
    body: Any

    @property
    def root(self) -> str:
        """The name under which the body stands in a step and in a request."""
        return "body" if self.kind == Kind.TEMPLATE else "messages"


@dataclass(frozen=True)
class Problem:
    """Something LINE would refuse, or does not allow. `path` is the place in the content."""

    code: str
    path: str
    text: str


def of_step(step: Notice) -> Content:
    if step.kind == Kind.TEMPLATE:
        return Content(step.kind, step.template_key or "", step.body or {})
    return Content(step.kind, "", step.messages or [])


def problems(content: Content) -> Iterator[Problem]:
    """Everything that keeps it from being sent, as it is for whom nothing is known."""
    yield from _of_limits(filled(content, {}))
    yield from _of_variables(content)
    yield from _of_promotion(content)


def named_variables(content: Content) -> set[str]:
    return composing.named_variables([{"content": content.body}])


def filled(content: Content, values: Mapping[str, str]) -> Content:
    """As one person gets it; a fallback stands where a value is missing."""
    return Content(content.kind, content.template_key, _filled(content.body, dict(values)))


def over_limits(content: Content) -> Reason:
    """What LINE would refuse about it when it is filled; empty where it would take it."""
    return together(*(reason(PLACED, path=path, text=text) for path, text in _beyond(content)))


def _of_limits(content: Content) -> Iterator[Problem]:
    for path, text in _beyond(content):
        yield Problem("notice_limits", path, str(text))


def _beyond(content: Content) -> Iterator[tuple[str, Reason]]:
    if content.kind == Kind.TEMPLATE:
        found = validation.validate_templated_notice(content.template_key, content.body)
    else:
        found = validation.validate_notice(content.body)
    for each in found:
        yield each.path, reason(each.message, limit=each.limit)


def _of_variables(content: Content) -> Iterator[Problem]:
    for path, text in _texts(content.body, content.root):
        for name, fallback in VARIABLE.findall(text):
            if name not in composing.variables.known() and name not in variables.KNOWN:
                yield Problem("notice_variable", path, _("unknown variable {{%(name)s}}") % {"name": name})
            elif not fallback.strip():
                missing = _("needs a word for those whose name is not known: {{%(name)s|…}}")
                yield Problem("notice_variable", path, missing % {"name": name})


def _of_promotion(content: Content) -> Iterator[Problem]:
    for each in promotion.found({content.root: content.body}):
        told = _(
            "“%(words)s” looks like advertising. LINE takes only useful notices by telephone number, such as "
            "of an order, a delivery, a booking or a payment: take the words out, or send them to friends as "
            "an ordinary message."
        )
        yield Problem("notice_promotion", each.path, told % {"words": each.words})


def _filled(value: object, values: dict[str, str], key: str = "") -> object:
    if isinstance(value, str):
        if key in ADDRESSES and VARIABLE.search(value):
            return own_addresses.filled(value, values)
        return VARIABLE.sub(lambda found: values.get(found[1]) or found[2] or "", value)
    if isinstance(value, dict):
        return {name: _filled(inner, values, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, values) for inner in value]
    return value


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{place}]")
