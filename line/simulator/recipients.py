"""Whom a narrowcast is meant for: audiences, earlier narrowcasts and attributes, joined by and, or, not.

Source: https://developers.line.biz/en/reference/messaging-api/#narrowcast-recipient and
https://developers.line.biz/en/reference/messaging-api/#narrowcast-demographic-filter
"""

from collections.abc import Callable, Iterator

from line.simulator import areas, wording
from line.simulator.attributes import AGES, APP_TYPES, GENDERS, PERIODS
from line.simulator.exchange import Refusal

MOST_LEAVES = 10
DEEPEST = 100
_ONE_OF = {"gender": GENDERS, "appType": APP_TYPES, "area": tuple(areas.NAMES)}
_RANGE = {"age": AGES, "subscriptionPeriod": PERIODS}


def check_recipient(recipient: object) -> None:
    _check_tree(recipient, "recipient", _check_recipient_leaf)


def check_demographic(demographic: object) -> None:
    _check_tree(demographic, "filter.demographic", _check_demographic_leaf)


def leaves(tree: dict) -> Iterator[dict]:
    """What stands at the ends of a checked tree."""
    if tree["type"] != "operator":
        yield tree
        return
    inner = [tree["not"]] if "not" in tree else tree.get("and") or tree["or"]
    for each in inner:
        yield from leaves(each)


def select(tree: dict, everyone: set[str], chosen_by: Callable[[dict], set[str]]) -> set[str]:
    """Those of `everyone` whom a checked tree means; `chosen_by` a leaf."""
    if tree["type"] != "operator":
        return everyone & chosen_by(tree)
    if "not" in tree:
        return everyone - select(tree["not"], everyone, chosen_by)
    parts = [select(each, everyone, chosen_by) for each in tree.get("and") or tree["or"]]
    return set.intersection(*parts) if "and" in tree else set.union(*parts)


def _check_tree(tree: object, path: str, check_leaf: Callable[[dict, str], None]) -> None:
    number = _count_leaves(tree, path, check_leaf)
    if number > MOST_LEAVES:
        raise _wrong(path, f"Size must be between 1 and {MOST_LEAVES}")


def _count_leaves(tree: object, path: str, check_leaf: Callable[[dict, str], None]) -> int:
    if not isinstance(tree, dict) or path.count(".") > DEEPEST:
        raise _wrong(path)
    if tree.get("type") != "operator":
        check_leaf(tree, path)
        return 1
    given = [name for name in ("and", "or", "not") if name in tree]
    if len(given) != 1:
        raise _wrong(path, "Exactly one of and, or, not must be given")
    [name] = given
    if name == "not":
        return _count_leaves(tree["not"], f"{path}.not", check_leaf)
    if not isinstance(tree[name], list) or not tree[name]:
        raise _wrong(f"{path}.{name}", "May not be empty")
    return sum(
        _count_leaves(each, f"{path}.{name}[{index}]", check_leaf) for index, each in enumerate(tree[name])
    )


def _check_recipient_leaf(leaf: dict, path: str) -> None:
    match leaf.get("type"):
        case "audience" if type(leaf.get("audienceGroupId")) is int:
            return
        case "redelivery" if isinstance(leaf.get("requestId"), str):
            return
    raise _wrong(path)


def _check_demographic_leaf(leaf: dict, path: str) -> None:
    kind = str(leaf.get("type"))
    if kind in _ONE_OF:
        given = leaf.get("oneOf")
        if not isinstance(given, list) or not given or not all(each in _ONE_OF[kind] for each in given):
            raise _wrong(f"{path}.oneOf")
    elif kind in _RANGE:
        given = [leaf[name] for name in ("gte", "lt") if name in leaf]
        if not given or not all(isinstance(each, str) and each in _RANGE[kind] for each in given):
            raise _wrong(path)
    else:
        raise _wrong(f"{path}.type")


def _wrong(path: str, words: str = "invalid property") -> Refusal:
    return wording.faulty({"message": words, "property": path})
