"""Finding values in a body by dotted paths: `order.customer.id`, `items[].sku`, `items[0].sku`."""

import re
from typing import Any

STEP = re.compile(r"([^.\[\]]+)?((?:\[\d*\])*)")
MOST_STEPS = 12
MOST_FOUND = 1_000


class Missing(LookupError):
    """Nothing is there."""


def parse(path: str) -> list[str | int | None]:
    """Names, places from 0, and None for each `[]`. Raises ValueError for what is no path."""
    steps: list[str | int | None] = []
    for part in path.split("."):
        found = STEP.fullmatch(part.strip())
        if not found or not part.strip():
            raise ValueError(path)
        if found[1]:
            steps.append(found[1])
        steps += [int(each) if each else None for each in re.findall(r"\[(\d*)\]", found[2])]
    if len(steps) > MOST_STEPS:
        raise ValueError(path)
    return steps


def value(body: Any, path: str) -> Any:
    """What is at a path without `[]`. Raises Missing."""
    found = body
    for step in parse(path):
        found = _inside(found, step)
    return found


def each(body: Any, path: str) -> list[Any]:
    """The elements of the list that a path ends at; of a path without a list, the one thing there."""
    found = [body]
    for step in parse(path):
        if step is None:
            found = [inner for outer in found for inner in _elements(outer)][:MOST_FOUND]
        else:
            found = [_inside(outer, step) for outer in found]
    return found


def split(path: str) -> tuple[str, str]:
    """Before and after the last `[]`: `items[].sku` is `items[]` and `sku`."""
    head, _brackets, tail = path.rpartition("[]")
    return f"{head}[]", tail.removeprefix(".")


def _inside(body: Any, step: str | int | None) -> Any:
    try:
        if isinstance(step, int) and not isinstance(body, list):
            raise Missing
        return body[step]
    except (KeyError, IndexError, TypeError):
        raise Missing from None


def _elements(body: Any) -> list[Any]:
    if not isinstance(body, list):
        raise Missing
    return body
