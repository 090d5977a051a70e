"""Forms of the pages of scenarios; those of the parts of a flow are in scenarios/panels/."""

from django import forms
from django.utils.translation import gettext_lazy as _

from scenarios.models import Scenario


class ScenarioFilter(forms.Form):
    """What narrows the list; nonsense narrows nothing."""

    q = forms.CharField(
        label=_("Name"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All but archived")), *Scenario.Status.choices]
    )

    @property
    def asked(self) -> dict[str, str]:
        self.is_valid()
        text = self.cleaned_data.get("q", "").replace("\0", "")
        return {"status": self.cleaned_data.get("status", ""), "text": text}

    @property
    def is_narrowing(self) -> bool:
        return any(self.asked.values())


class ScenarioForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=Scenario.NAME_LENGTH)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For your team, such as what it is for"),
    )


class PublishForm(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput)
    moves = forms.ChoiceField(
        label=_("People who are inside now"),
        choices=[
            ("", _("stay on the version by which they came in")),
            ("yes", _("go on in the new version, at the step where they stand")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
