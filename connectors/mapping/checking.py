"""Whether a mapping can be understood at all, before it meets a body.

    {"kind": {"path": "event"},
     "rules": [{"when": ["order.created"], "to": "order", "each": "orders[]",
                "fields": {"number": "id", "total": {"path": "sum", "as": "amount"},
                           "status": {"path": "state", "table": {"3": "shipped"}, "else": "placed"},
                           "currency": {"value": "JPY"}, "lines.product": "items[].sku",
                           "lines.amount": {"path": "items[].price", "times": "items[].count"}}}]}

`times` multiplies an amount, `and` is a list of paths whose texts are put behind the first. `kind` and `when`
may be left out: then a rule takes every body.
"""

from typing import Any

import orjson
from django.utils.translation import gettext as _

from connectors.mapping import paths
from connectors.mapping.targets import TARGETS, Target
from connectors.mapping.values import WAYS

Fault = tuple[str, str]
LARGEST = 50_000  # bytes of JSON
MOST_RULES = 20
MOST_FIELDS = 60
RULE = {"when", "to", "each", "fields"}
SOURCE = {"path", "value", "as", "format", "table", "else", "and", "times"}


def faults(mapping: object) -> list[Fault]:
    """Each place in the mapping with what is wrong there; none if it is sound."""
    if not isinstance(mapping, dict) or not mapping.keys() <= {"kind", "rules"}:
        return [("", _("must be an object with “kind” and “rules”"))]
    if len(orjson.dumps(mapping)) > LARGEST:
        return [("", _("must not be over %(most)s bytes") % {"most": LARGEST})]
    rules = mapping.get("rules")
    if not isinstance(rules, list) or not 1 <= len(rules) <= MOST_RULES:
        return [("rules", _("must be a list of 1 to %(most)s rules") % {"most": MOST_RULES})]
    found = _kind_faults(mapping.get("kind"))
    for place, rule in enumerate(rules):
        found += [(f"rules[{place}]{where}", why) for where, why in _rule_faults(rule)]
    return found


def _kind_faults(kind: object) -> list[Fault]:
    return [] if kind is None else [("kind", why) for _where, why in _source_faults(kind)]


def _rule_faults(rule: object) -> list[Fault]:
    if not isinstance(rule, dict) or not rule.keys() <= RULE:
        return [("", _("must be an object with “when”, “to”, “each” and “fields”"))]
    found: list[Fault] = []
    when = rule.get("when", [])
    if not isinstance(when, list) or not all(isinstance(each, str) for each in when):
        found.append((".when", _("must be a list of texts")))
    if "each" in rule and not _is_path(rule["each"]):
        found.append((".each", _("is no path")))
    target = TARGETS.get(rule["to"]) if isinstance(rule.get("to"), str) else None
    if target is None:
        return [*found, (".to", _("must be one of: %(choices)s") % {"choices": ", ".join(TARGETS)})]
    return found + _fields_faults(rule.get("fields"), target)


def _fields_faults(fields: object, target: Target) -> list[Fault]:
    if not isinstance(fields, dict) or not 1 <= len(fields) <= MOST_FIELDS:
        return [(".fields", _("must name 1 to %(most)s fields") % {"most": MOST_FIELDS})]
    found = [(f".fields.{name}", _("is missing")) for name in target.needed if name not in fields]
    for name, source in fields.items():
        if target.way(name) is None:
            found.append((f".fields.{name}", _("there is no such field")))
        else:
            found += [(f".fields.{name}{where}", why) for where, why in _source_faults(source)]
    return found + _line_faults(fields)


def _line_faults(fields: dict[str, Any]) -> list[Fault]:
    """The fields of lines must be found in one list."""
    lists = {path for name in fields if name.startswith("lines.") for path in _lists_of(fields[name])}
    if len(lists) > 1:
        return [(".fields.lines", _("all fields of lines must come from one list"))]
    if not lists and any(name.startswith("lines.") for name in fields):
        return [(".fields.lines", _("needs a path with [], such as items[].sku"))]
    return []


def _lists_of(source: Any) -> set[str]:
    given = [source]
    if isinstance(source, dict):
        further = source.get("and", [])
        given = [source.get("path"), source.get("times"), *(further if isinstance(further, list) else [])]
    return {paths.split(path)[0] for path in given if isinstance(path, str) and "[]" in path}


def _source_faults(source: object) -> list[Fault]:
    if isinstance(source, str):
        return [] if _is_path(source) else [("", _("is no path"))]
    if not isinstance(source, dict) or not source.keys() <= SOURCE:
        return [
            ("", _("must be a path, or an object with: %(names)s") % {"names": ", ".join(sorted(SOURCE))})
        ]
    found: list[Fault] = []
    if ("path" in source) == ("value" in source):
        found.append(("", _("needs either “path” or “value”")))
    if "path" in source and not _is_path(source["path"]):
        found.append((".path", _("is no path")))
    further = source.get("and", [])
    if "times" in source and not ("path" in source and _is_path(source["times"])):
        found.append((".times", _("is no path")))
    if not isinstance(further, list) or not all(map(_is_path, further)) or (further and "path" not in source):
        found.append((".and", _("must be a list of paths")))
    if source.get("as", "text") not in WAYS:
        found.append((".as", _("must be one of: %(choices)s") % {"choices": ", ".join(WAYS)}))
    if not isinstance(source.get("format", ""), str):
        found.append((".format", _("must be a text such as %(form)s") % {"form": "%Y/%m/%d"}))
    if not isinstance(source.get("table", {}), dict):
        found.append((".table", _("must be an object of values")))
    return found


def _is_path(path: object) -> bool:
    try:
        return isinstance(path, str) and len(path) <= 200 and bool(paths.parse(path))
    except ValueError:
        return False
