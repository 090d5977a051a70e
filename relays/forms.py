from django import forms
from django.utils.translation import gettext_lazy as _

from channels import event_types
from relays import addresses
from relays.models import Delivery, Target


class TargetForm(forms.Form):
    """A relay as somebody enters it; what is wrong with the address the service says."""

    name = forms.CharField(
        label=_("Name"),
        max_length=Target.NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("Name of the tool")}),
    )
    url = forms.CharField(
        label=_("Webhook address of the tool"),
        max_length=addresses.LONGEST,
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://hooks.example.com/line"}
        ),
        help_text=_("As the tool shows it for LINE's “Webhook URL”."),
    )
    event_types = forms.MultipleChoiceField(
        label=_("Event types"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "None ticked: everything, byte for byte with LINE's signature. "
            "Otherwise only events of these types, signed anew with the channel secret."
        ),
    )
    untested = forms.BooleanField(label=_("Save it although the tool does not answer yet"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # whatever a form takes
        self.fields["event_types"].choices = event_types.choices()  # type: ignore[attr-defined]


class DeliveryFilter(forms.Form):
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *Delivery.State.choices]
    )
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)
