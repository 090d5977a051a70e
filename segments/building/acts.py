"""What the buttons of the builder do to the conditions: `act:place`, and for some a detail, `add:n-0:tag`.

Each act marks the part that has the focus afterwards, and says what it did for those who do not see it.
"""

import json
from collections.abc import Callable

from django.utils.translation import gettext as _

from segments.building import builder
from segments.building.builder import ALL, ANY, JSON, Condition, Draft, Group
from segments.building.controls.base import PLACE, whole
from segments.errors import InvalidTree
from segments.tree import parse

Part = Group | Condition


def do(draft: Draft, act: str) -> Draft:
    """The draft after an act, read anew; as it is if the act is not known or its place is not there."""
    name, _colon, where = act.partition(":")
    if name in (JSON, "form"):
        return _as_json(draft) if name == JSON else _as_form(draft)
    found = PLACE.match(where)
    if draft.root is not None and name in ACTS and found:
        part, above = _at(draft.root, found[0])
        if part is not None:
            ACTS[name](draft, part, above, where[found.end() :].removeprefix(":"))
            draft.read()
    return draft


def _at(root: Group, place: str) -> tuple[Part | None, Group | None]:
    """The part at a place, and the group in which it stands."""
    part: Part = root
    above: Group | None = None
    for step in place.split("-")[1:]:
        if not isinstance(part, Group) or int(step) >= len(part.parts):
            return None, None
        above = part
        part = above.parts[int(step)]
    return part, above


def _add(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    if isinstance(part, Group):
        new: Part = Group(ANY) if detail == "group" else builder.fresh(detail, draft.options)
        _focus(new, fields=True)
        part.parts.append(new)
        draft.said = _("A group is added.") if new.is_group else _("A condition is added.")


def _menu(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    """Show what can be added to a group."""
    draft.adding_to = part.place


def _remove(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    if above is None:
        return
    place = _index(part, above)
    del above.parts[place]
    _focus(above.parts[min(place, len(above.parts) - 1)] if above.parts else above)
    draft.said = _("Removed.")


def _copy(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    if above is None:
        return
    new = part.copy()
    above.parts.insert(_index(part, above) + 1, new)
    _focus(new)
    draft.said = _("Duplicated.")


def _up(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    _shift(draft, part, above, -1)


def _down(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    _shift(draft, part, above, 1)


def _shift(draft: Draft, part: Part, above: Group | None, by: int) -> None:
    _focus(part)
    if above is None:
        return
    place = _index(part, above)
    if 0 <= place + by < len(above.parts):
        above.parts.insert(place + by, above.parts.pop(place))
        draft.said = _("Moved.")


def _into(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    """To the end of the group before it, else to the beginning of the one after it, else into a new one."""
    _focus(part)
    if above is None:
        return
    place = _index(part, above)
    before = above.parts[place - 1] if place else None
    after = above.parts[place + 1] if place + 1 < len(above.parts) else None
    if isinstance(before, Group):
        before.parts.append(above.parts.pop(place))
    elif isinstance(after, Group):
        after.parts.insert(0, above.parts.pop(place))
    else:
        above.parts[place] = Group(ANY if above.kind == ALL else ALL, [part])
    draft.said = _("Moved into the group.")


def _out(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    """Behind the group in which it stands. A group that is empty then goes."""
    _focus(part)
    outer = _group_of(draft.root, above) if draft.root and above else None
    if above is None or outer is None:
        return
    place = _index(above, outer)
    del above.parts[_index(part, above)]
    outer.parts.insert(place + 1, part)
    if not above.parts:
        del outer.parts[place]
    draft.said = _("Moved out of the group.")


def _open(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    _focus(part, fields=True)
    if isinstance(part, Condition) and not part.is_open:
        part.open(draft.options)


def _close(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    _focus(part)
    if isinstance(part, Condition):
        part.close()


def _as_text(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    """Open one condition as JSON."""
    _focus(part)
    if isinstance(part, Condition) and part.raw is not None:
        part.kind, part.texts = JSON, json.dumps(part.raw, ensure_ascii=False)


def _as_fields(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    """And as its fields again."""
    _focus(part, fields=True)
    if isinstance(part, Condition):
        part.open(draft.options)


def _more(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    """One more row of a list inside of a condition; `detail` is the name of the list, `where` or `a-0-b`."""
    if isinstance(part, Condition) and (rows := part.rows(detail, draft.options)):
        rows.texts.append(rows.control.row.blank())


def _less(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    """One row less: `detail` is the name of the list and the place in it."""
    name, _dash, place = detail.rpartition("-")
    row = whole(place)
    if isinstance(part, Condition) and (rows := part.rows(name, draft.options)) and row is not None:
        del rows.texts[row : row + 1]


def _shape(draft: Draft, part: Part, above: Group | None, detail: str) -> None:
    """Show the fields anew: which ones there are, and what fits in them, depends on what is chosen."""
    if isinstance(part, Condition):
        part.settle(draft.options)


ACTS: dict[str, Callable[[Draft, Part, Group | None, str], None]] = {
    "add": _add,
    "menu": _menu,
    "remove": _remove,
    "copy": _copy,
    "up": _up,
    "down": _down,
    "in": _into,
    "out": _out,
    "open": _open,
    "close": _close,
    "text": _as_text,
    "fields": _as_fields,
    "more": _more,
    "less": _less,
    "shape": _shape,
}


def _as_form(draft: Draft) -> Draft:
    """The same conditions as groups; as they are while they cannot be read."""
    try:
        raw = builder.loaded(draft.text)
        parse(raw)
    except InvalidTree:
        return draft
    return builder.of_tree(raw)


def _as_json(draft: Draft) -> Draft:
    """The same conditions as JSON; as they are while one is not filled in."""
    if draft.root is None or not draft.is_complete:
        return draft
    text = Draft(None, json.dumps(draft.tree(), ensure_ascii=False, indent=2))
    text.read()
    return text


def _focus(part: Part, *, fields: bool = False) -> None:
    """On its sentence, or, to fill it in, on the first of its fields."""
    part.has_focus = True
    part.begins_in_fields = fields


def _index(part: Part, above: Group) -> int:
    """By identity: two conditions may say the same."""
    return next(place for place, each in enumerate(above.parts) if each is part)


def _group_of(root: Group, part: Part) -> Group | None:
    groups = (group for group in root.walk() if isinstance(group, Group))
    return next((group for group in groups if any(each is part for each in group.parts)), None)
