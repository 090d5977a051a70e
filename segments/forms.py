"""The forms of single conditions. A type of leaf without a form of its own is edited as JSON."""

import json
from typing import ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events import registry
from segments.kinds import MOST_DAYS
from segments.tree import Json
from segments.types.customers import ATTRIBUTE


class SegmentForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class LeafForm(forms.Form):
    """One condition on the page.

    `new` is what a fresh one says; `choices` are the options, by field, that depend on the client's data.
    """

    type: ClassVar[str]
    label: ClassVar[str | Promise]
    new: ClassVar[dict] = {}

    def __init__(self, *args, choices: dict[str, list] | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.options = choices or {}
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField) and name in self.options:
                field.choices = self.options[name]

    @classmethod
    def can_show(cls, leaf: Json) -> bool:
        """Whether the fields can say all that this leaf says."""
        return leaf.keys() - {"type"} <= cls.base_fields.keys()

    @classmethod
    def values_of(cls, leaf: Json) -> dict:
        """What stands in the fields for this leaf."""
        return {name: value for name, value in leaf.items() if name != "type"}

    @property
    def blank(self) -> "LeafForm":
        """The same fields without complaints, for while they are being filled in."""
        values = {name: self.data.get(self.add_prefix(name), "") for name in self.base_fields}
        return type(self)(initial=values, prefix=self.prefix, choices=self.options)

    def leaf(self) -> Json:
        """The leaf that a valid form says."""
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        return {"type": self.type} | given


class TagLeaf(LeafForm):
    type, label = "tag", _("Tag")
    tag = forms.TypedChoiceField(label=_("Tag"), coerce=int)


class LinkedLeaf(LeafForm):
    type, label = "linked", _("ID link")
    new: ClassVar = {"state": "yes"}
    state = forms.ChoiceField(label=_("ID link"), choices=[("yes", _("Linked")), ("no", _("Not linked"))])

    @classmethod
    def can_show(cls, leaf: Json) -> bool:
        return isinstance(leaf.get("is"), bool)

    @classmethod
    def values_of(cls, leaf: Json) -> dict:
        return {"state": "yes" if leaf["is"] else "no"}

    def leaf(self) -> Json:
        return {"type": self.type, "is": self.cleaned_data["state"] == "yes"}


class FriendForLeaf(LeafForm):
    type, label = "friend_for", _("Days as a friend")
    new: ClassVar = {"days_at_least": 30}
    days_at_least = forms.IntegerField(
        label=_("Days since added (at least)"), required=False, min_value=0, max_value=MOST_DAYS
    )
    days_less_than = forms.IntegerField(
        label=_("Days since added (less than)"), required=False, min_value=1, max_value=MOST_DAYS
    )


class CustomerLeaf(LeafForm):
    """A value is read as JSON where it is a number, true, false or a text in quotes, else as a plain text."""

    type, label = "customer", _("Customer data")
    new: ClassVar = {"field": "birthday", "op": "exists"}
    field = forms.ChoiceField(label=_("Field"))
    op = forms.ChoiceField(
        label=_("Comparison"),
        choices=[
            ("equals", _("is")),
            ("in", _("is one of (with commas)")),
            ("at_least", _("is at least")),
            ("at_most", _("is at most")),
            ("exists", _("is known")),
        ],
    )
    value = forms.CharField(label=_("Value"), required=False)

    @classmethod
    def values_of(cls, leaf: Json) -> dict:
        value = leaf.get("value")
        values = value if isinstance(value, list) else [value]
        is_attribute = str(leaf.get("field", "")).startswith(ATTRIBUTE)
        said = ", ".join(_said(each) if is_attribute else str(each) for each in values if each is not None)
        return {"field": leaf.get("field"), "op": leaf.get("op"), "value": said}

    def leaf(self) -> Json:
        asked = self.cleaned_data
        leaf = {"type": self.type, "field": asked["field"], "op": asked["op"]}
        if asked["op"] == "exists":
            return leaf
        read = _meant if asked["field"].startswith(ATTRIBUTE) else str
        texts = asked["value"].split(",") if asked["op"] == "in" else [asked["value"]]
        values = [read(text.strip()) for text in texts]
        return leaf | {"value": values if asked["op"] == "in" else values[0]}


class EventsLeaf(LeafForm):
    type, label = "events", _("What they did")
    new: ClassVar = {"event": "bought", "count_at_least": 1}
    event = forms.ChoiceField(label=_("Event"))
    count_at_least = forms.IntegerField(
        label=_("Times (at least)"), required=False, min_value=1, max_value=10_000
    )
    count_at_most = forms.IntegerField(
        label=_("Times (at most)"), required=False, min_value=0, max_value=10_000
    )
    within_days = forms.IntegerField(
        label=_("In the last days"), required=False, min_value=0, max_value=MOST_DAYS
    )
    detail = forms.CharField(label=_("Detail"), required=False)
    equals = forms.CharField(label=_("Value of the detail"), required=False)

    @classmethod
    def can_show(cls, leaf: Json) -> bool:
        return len(leaf.get("where") or {}) <= 1

    @classmethod
    def values_of(cls, leaf: Json) -> dict:
        values = super().values_of(leaf)
        for name, value in (values.pop("where", None) or {}).items():
            values |= {"detail": name, "equals": _said(value)}
        return values

    def leaf(self) -> Json:
        leaf = super().leaf()
        name, value = leaf.pop("detail", None), leaf.pop("equals", "")
        return leaf | {"where": {name: _meant(value)}} if name else leaf


class JsonLeaf(LeafForm):
    """Any leaf, as it is written."""

    type, label = "", _("Other (JSON)")
    new: ClassVar = {"json": '{"type": ""}'}
    json = forms.JSONField(label=_("Condition as JSON"), widget=forms.TextInput(attrs={"class": "code"}))

    @classmethod
    def can_show(cls, leaf: Json) -> bool:
        return True

    @classmethod
    def values_of(cls, leaf: Json) -> dict:
        return {"json": json.dumps(leaf, ensure_ascii=False)}

    def leaf(self) -> Json:
        return self.cleaned_data["json"]


FORMS: dict[str, type[LeafForm]] = {
    form.type: form for form in (TagLeaf, LinkedLeaf, FriendForLeaf, CustomerLeaf, EventsLeaf, JsonLeaf)
}


def form_for(leaf: Json) -> type[LeafForm]:
    """The form that can show this leaf whole."""
    form = FORMS.get(leaf.get("type", ""), JsonLeaf)
    return form if form.can_show(leaf) else JsonLeaf


def event_choices(said: set[str]) -> list[tuple[str, str]]:
    """The registered event types, and those that conditions name already."""
    known = {type_.name for type_ in registry.all_types()}
    return [(name, registry.label(name)) for name in sorted(known | said)]


def _meant(text: str) -> str | int | float | bool:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, str | int | float | bool) else text


def _said(value: str | int | float | bool) -> str:
    if isinstance(value, str) and _meant(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)
