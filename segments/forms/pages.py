"""Forms of the pages of segments: narrowing the list, a file to export, segments to compare."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from segments.facts import exports
from segments.models import Segment
from segments.uses import NAMES_A_LIST

DYNAMIC, ON_A_LIST = "dynamic", "list"


class SegmentFilter(forms.Form):
    """What narrows the list of segments; nonsense narrows nothing."""

    q = forms.CharField(
        label=_("Name"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(
        label=_("Built on"),
        required=False,
        choices=[("", _("Everything")), (DYNAMIC, _("Conditions only")), (ON_A_LIST, _("A fixed list"))],
    )

    def found(self) -> Any:
        self.is_valid()
        segments = Segment.objects.all()
        if text := self.cleaned_data.get("q", ""):
            segments = segments.filter(name__icontains=text.replace("\0", ""))
        kind = self.cleaned_data.get("kind")
        if kind == ON_A_LIST:
            segments = segments.extra(where=[NAMES_A_LIST])  # noqa: S610  (our own text)
        elif kind == DYNAMIC:
            segments = segments.extra(where=[f"NOT {NAMES_A_LIST}"])  # noqa: S610  (our own text)
        return segments

    @property
    def is_narrowing(self) -> bool:
        return bool(self.cleaned_data.get("q") or self.cleaned_data.get("kind"))


class ExportForm(forms.Form):
    encoding = forms.ChoiceField(label=_("Encoding"), choices=list(exports.ENCODINGS.items()))
    columns = forms.MultipleChoiceField(label=_("Columns"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = exports.columns()
        self.fields["columns"].choices = choices  # type: ignore[attr-defined]
        self.fields["columns"].initial = [name for name, _label in choices]


class OverlapForm(forms.Form):
    """Two segments to compare, or three."""

    a = forms.ModelChoiceField(Segment.objects.all(), label="A", empty_label=_("Choose a segment"))
    b = forms.ModelChoiceField(Segment.objects.all(), label="B", empty_label=_("Choose a segment"))
    c = forms.ModelChoiceField(
        Segment.objects.all(), label=_("C (if you like)"), required=False, empty_label=_("None")
    )

    def chosen(self) -> list[Segment]:
        """Each once, in the order given."""
        given = [self.cleaned_data.get(name) for name in self.fields]
        return list(dict.fromkeys(each for each in given if each))

    def clean(self) -> dict[str, Any] | None:
        if not self.errors and len(self.chosen()) < 2:
            raise forms.ValidationError(_("Choose two different segments."))
        return super().clean()
