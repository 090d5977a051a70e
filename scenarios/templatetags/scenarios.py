"""What pages of scenarios share: numbers on the drawing of a flow, and a hints at what waits for a person."""

from collections.abc import Mapping

from django import template
from django.template import Context

from scenarios import standing
from scenarios.engine import refusals, settling
from scenarios.models import Scenario

register = template.Library()


@register.simple_tag
def people_at(numbers: Mapping[str, int], step: str) -> str:
    """How many stand at a step; nothing where nobody does."""
    return _written(numbers.get(f"now-{step}", 0))


@register.simple_tag
def passed(numbers: Mapping[str, int], step: str, way: str) -> int:
    return numbers.get(f"passed-{step}-{way}", 0)


@register.filter
def at(values: Mapping, key: str) -> object:
    return values.get(key, "")


@register.inclusion_tag("scenarios/unsettled/hint.html", takes_context=True)
def unknown_sends(context: Context, scenario: Scenario) -> dict[str, object]:
    """That messages of this scenario wait for a person's word; nothing where none does."""
    has_some = settling.unknown(scenario).exists()
    return {"scenario": scenario, "has_some": has_some, "perms": context["perms"]}


@register.inclusion_tag("scenarios/refused.html", takes_context=True)
def refused_texts(context: Context, scenario: Scenario) -> dict[str, object]:
    """The messages of this scenario that LINE takes for nobody; nothing where it takes all."""
    found = refusals.of(scenario)
    places = standing.places([(each.text.version, each.text.step) for each in found])
    rows = list(zip(found, places, strict=True))
    return {"scenario": scenario, "rows": rows} | {name: context[name] for name in ("perms", "csrf_token")}


def _written(number: int) -> str:
    return f"{number:,}" if number else ""
