"""Conditions with a given text in every place where a value stands, made from what the types declare."""

from collections.abc import Iterator
from typing import Any

from segments.leaves import Leaf
from segments.tree import Json

# Values with which a text gets further than into a refusal, where `fresh` does not have them.
REACHING: dict[str, list[Json]] = {
    "customer": [{"field": "attributes.x", "op": "equals", "value": "a"}, {"field": "name", "op": "equals"}],
    "friend": [{"field": "name", "op": "equals", "value": "a"}],
    "date": [{"field": "attributes.x", "when": "today"}],
    "clicked": [{"broadcast": None, "link": "a"}],
}


def every_text(leaf: type[Leaf], text: str) -> Iterator[Json]:
    """Leaves of this type, right but for the one text; most texts are right too."""
    schema = leaf.schema()
    for start in [leaf.fresh, *REACHING.get(leaf.type, [])]:
        known = {name: value for name, value in start.items() if value is not None}
        yield from _objects(schema, text, known | {"type": leaf.type})


def _with_text(schema: Json, text: str) -> Iterator[Any]:
    if "anyOf" in schema:
        for branch in schema["anyOf"]:
            yield from _with_text(branch, text)
    elif schema.get("type") == "array":
        for entry in _with_text(schema["items"], text):
            yield [entry, *[_plain(schema["items"])] * (schema.get("minItems", 1) - 1)]
    elif schema.get("type") == "object":
        yield from _objects(schema, text, {})
    else:
        yield text[: schema.get("maxLength", len(text))]


def _objects(schema: Json, text: str, start: Json) -> Iterator[Json]:
    plain = _plain(schema) | start
    yield plain | {text: 1}
    if isinstance(schema.get("additionalProperties"), dict):
        yield from ({"x": value} for value in _with_text(schema["additionalProperties"], text))
    properties = schema.get("properties", {})
    for base in _chosen(properties, plain):
        for name, inner in properties.items():
            yield from (base | {name: value} for value in _with_text(inner, text))


def _chosen(properties: Json, plain: Json) -> Iterator[Json]:
    """The object, and with each of its words from a few, one at a time."""
    yield plain
    for name, inner in properties.items():
        yield from (plain | {name: option} for option in inner.get("enum", []))


def _plain(schema: Json) -> Any:
    """Some right value."""
    if "anyOf" in schema:
        return _plain(schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    made = {
        "string": lambda: "x",
        "boolean": lambda: True,
        "integer": lambda: schema.get("minimum", 1),
        "number": lambda: schema.get("minimum", 1),
        "array": lambda: [_plain(schema["items"])] * schema.get("minItems", 1),
        "object": lambda: {name: _plain(schema["properties"][name]) for name in schema.get("required", [])},
    }
    return schema["const"] if "const" in schema else made[schema["type"]]()
