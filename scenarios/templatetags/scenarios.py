"""Numbers on the drawing of a flow."""

from collections.abc import Mapping

from django import template

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


def _written(number: int) -> str:
    return f"{number:,}" if number else ""
