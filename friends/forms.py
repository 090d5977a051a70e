from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import spreadsheets
from friends import exports, filters, kinds, prefectures, values
from friends.errors import BadValue
from friends.models import Friend, FriendField, FriendQuerySet, Tag

Type = FriendField.Type


class FriendFilter(forms.Form):
    """Which friends the list shows. What is not valid is left out, as if it were not given."""

    field = forms.ModelChoiceField(
        label=_("Own field"), required=False, queryset=FriendField.objects.in_use(), empty_label=_("Any")
    )
    value = forms.CharField(label=_("Its value"), required=False, max_length=kinds.LONGEST)
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)

    # Shown at once; the others are folded away.
    FIRST = ("q", "status", "tag")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters = {each.name: each for each in filters.all_filters()}
        self.fields |= {name: each.field() for name, each in self.filters.items()}
        self.fields["q"].widget = forms.TextInput(
            attrs={"type": "search", "placeholder": _("Any part of the name")}
        )

    def first(self) -> list[forms.BoundField]:
        return [self[name] for name in self.FIRST]

    def others(self) -> list[forms.BoundField]:
        names = [name for name in self.filters if name not in self.FIRST]
        return [self[name] for name in [*names, "field", "value"]]

    def friends(self) -> FriendQuerySet:
        """The friends asked for."""
        self.is_valid()
        found = Friend.objects.all()
        for name, each in self.filters.items():
            if asked := self.cleaned_data.get(name):
                found = each.narrow(found, asked)
        return self._with_field(found)

    def page(self) -> FriendQuerySet:
        """The friends asked for, with their links (`active_link`) and tags."""
        found = self.friends().prefetch_related("tags")
        return found if self.cleaned_data.get("linked") == "no" else found.with_link()

    def _with_field(self, found: FriendQuerySet) -> FriendQuerySet:
        field = self.cleaned_data.get("field")
        if field is None:
            return found
        try:
            return filters.with_field(found, field, self.cleaned_data.get("value") or "")
        except kinds.Unfit as error:
            self.add_error("value", filters.unfit(error, field))
            return found

    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in [*self.filters, "field"])

    def is_unfolded(self) -> bool:
        """Whether one of those that are folded away is in use."""
        return any(self[name].value() for name in [*self.filters, "field"] if name not in self.FIRST)

    def given(self) -> list[tuple[str, str]]:
        """The answers as they were given, to ask the same again."""
        names = [*self.filters, "field", "value"]
        return [(name, self.data[name]) for name in names if self.data.get(name)]

    def query(self) -> str:
        """The same for an address."""
        return urlencode(self.given())

    __bool__ = is_narrowed


class TagForm(forms.Form):
    name = forms.CharField(label=_("Tag"), max_length=Tag.NAME_LENGTH)


class TagEditForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=Tag.NAME_LENGTH)
    color = forms.CharField(label=_("Colour"), widget=forms.TextInput(attrs={"type": "color"}))


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(label=_("Tag to keep"), queryset=Tag.objects.all(), empty_label=_("Choose"))

    def __init__(self, *args: Any, tag: Tag, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = Tag.objects.exclude(pk=tag.pk)  # type: ignore[attr-defined]


class TaggingForm(forms.Form):
    """A tag for many friends at once."""

    do = forms.ChoiceField(
        label=_("What to do"), choices=[("put", _("Put the tag on")), ("take", _("Take the tag off"))]
    )
    tag = forms.ModelChoiceField(label=_("Tag"), queryset=Tag.objects.all(), empty_label=_("Choose"))


class FieldForm(forms.Form):
    """What can be said of a field at any time; the type and the key only when it is made."""

    name = forms.CharField(label=_("Name"), max_length=FriendField.NAME_LENGTH)
    description = forms.CharField(label=_("Description"), max_length=200, required=False)
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One on each line; for fields with choices only."),
    )

    def choice_list(self) -> list[str]:
        return self.cleaned_data["choices"].splitlines()


class NewFieldForm(FieldForm):
    type = forms.ChoiceField(
        label=_("Type"), choices=Type.choices, help_text=_("It stays as it is chosen now.")
    )
    key = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=40,
        help_text=_("The field’s name in files and programs: a–z, 0–9 and _. Empty: we choose one."),
    )
    field_order = ["name", "type", "choices", "description", "key"]


class DetailsForm(forms.Form):
    """A friend's own name and answers, each field in the way of its type."""

    own_name = forms.CharField(
        label=_("Own name"),
        required=False,
        max_length=Friend.NAME_LENGTH,
        help_text=_("A name of your own for this friend; only your staff sees it."),
    )

    def __init__(self, *args: Any, friend: Friend, answers: values.Values, **kwargs: Any) -> None:
        self.own = list(FriendField.objects.in_use())
        super().__init__(*args, **kwargs)
        self.initial = {f"field_{own.pk}": _initial(own, answers.get(own.pk, [])) for own in self.own}
        self.initial["own_name"] = friend.own_name
        self.fields |= {f"field_{own.pk}": _asking(own) for own in self.own}

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        self.answers = {}
        for own in self.own:
            try:
                self.answers[own] = values.read(own, cleaned.get(f"field_{own.pk}"))
            except BadValue as error:
                self.add_error(f"field_{own.pk}", error.message)
        return cleaned


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("UTF-8 or Shift_JIS. The first line names the columns; one of them holds LINE user IDs."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )


class ExportForm(forms.Form):
    encoding = forms.ChoiceField(label=_("Encoding"), choices=list(spreadsheets.ENCODINGS.items()))
    columns = forms.MultipleChoiceField(label=_("Columns"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = {f"field:{own.pk}": own for own in FriendField.objects.in_use()}
        choices = [*exports.COLUMNS.items(), *((name, own.name) for name, own in self.own.items())]
        self.fields["columns"].choices = choices  # type: ignore[attr-defined]
        self.fields["columns"].initial = [name for name, _label in choices]

    def chosen(self) -> dict[str, Any]:
        """What `exports.begin` wants."""
        names = self.cleaned_data["columns"]
        return {
            "encoding": self.cleaned_data["encoding"],
            "columns": [name for name in names if name in exports.COLUMNS],
            "fields": [self.own[name] for name in names if name in self.own],
        }


def _asking(own: FriendField) -> forms.Field:
    same: dict[str, Any] = {"label": own.name, "required": False, "help_text": own.description}
    blank = ("", "–")
    if own.type == Type.CHOICES:
        choices = [(choice, choice) for choice in own.choices]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **same)
    listed = {
        Type.YES_NO: [("yes", _("Yes")), ("no", _("No"))],
        Type.CHOICE: [(choice, choice) for choice in own.choices],
        Type.PREFECTURE: [(name, name) for name in prefectures.NAMES],
    }
    if own.type in listed:
        return forms.ChoiceField(choices=[blank, *listed[Type(own.type)]], **same)
    inputs = {
        Type.DATE: {"type": "date"},
        Type.DATETIME: {"type": "datetime-local"},
        Type.NUMBER: {"inputmode": "decimal"},
    }
    widget = forms.TextInput(attrs=inputs.get(Type(own.type), {}))
    return forms.CharField(widget=widget, **same)


def _initial(own: FriendField, answers: list) -> object:
    if own.type == Type.CHOICES:
        return answers
    written = kinds.written(answers, own)
    return written[:16] if own.type == Type.DATETIME else written
