from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import EventTypeDefinition
from events.properties import TYPES
from events.types import MOST_PROPERTIES

SPARE = 3


class PropertyForm(forms.Form):
    name = forms.CharField(label=_("Name"), required=False, max_length=60)
    label = forms.CharField(label=_("Label"), required=False, max_length=60)
    type = forms.ChoiceField(label=_("Type"), choices=[(name, words[0]) for name, words in TYPES.items()])


PropertyForms = forms.formset_factory(
    PropertyForm,
    extra=SPARE,
    max_num=MOST_PROPERTIES + SPARE,
    absolute_max=2 * MOST_PROPERTIES,  # Django would draw a thousand more
)


class EventTypeForm(forms.Form):
    """A type and its properties; rows of properties without a name are passed over."""

    name = forms.CharField(
        label=_("Name"),
        max_length=EventTypeDefinition.NAME_LENGTH,
        help_text=_("As programs send it: a–z, 0–9 and _. It stays."),
    )
    label = forms.CharField(label=_("Label"), max_length=60, help_text=_("As it is shown on timelines."))

    def __init__(self, data: Any = None, *, of: EventTypeDefinition | None = None) -> None:
        super().__init__(data, initial={"name": of.name, "label": of.label} if of else None)
        if of:
            self.fields["name"].disabled = True
        self.rows = PropertyForms(data, prefix="properties", initial=of.properties if of else None)

    def is_valid(self) -> bool:
        return super().is_valid() and self.rows.is_valid()

    @property
    def properties(self) -> list[dict]:
        return [row for row in self.rows.cleaned_data if row.get("name")]
