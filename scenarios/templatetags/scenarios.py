"""What pages of scenarios share: numbers on the drawing of a flow, and a hint at what nobody knows."""

from collections.abc import Mapping

from django import template
from django.template import Context

from scenarios.engine import settling
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


def _written(number: int) -> str:
    return f"{number:,}" if number else ""
