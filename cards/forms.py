"""How a client sets up its card."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cards.models import CardSettings
from customers.models import CustomerField

FIELDS = ("points_field", "rank_field", "expiry_field")


class CardForm(forms.ModelForm):
    class Meta:
        model = CardSettings
        fields = ["is_on", "title", "colour", "symbol", *FIELDS, "note"]
        labels = {
            "is_on": _("Show the card to linked friends"),
            "title": _("Title"),
            "colour": _("Colour"),
            "symbol": _("Code to scan"),
            "points_field": _("Points"),
            "rank_field": _("Rank"),
            "expiry_field": _("Points expire"),
            "note": _("Note below the code"),
        }
        help_texts = {
            "title": _("Empty: the client’s name."),
            "symbol": _("What the tills of the shop read. A number that does not fit is shown as a QR code."),
            "note": _("Such as “Please show this at the till”."),
        }
        widgets = {"colour": forms.TextInput({"type": "color"})}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        known = [(field.key, field.label) for field in CustomerField.objects.in_use()]
        for name in FIELDS:
            present = self.initial.get(name)
            gone = [(present, present)] if present and present not in dict(known) else []
            choices = [("", _("Not shown")), *known, *gone]
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label, choices=choices, required=False
            )
