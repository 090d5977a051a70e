from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers import contacts, exports, rows, search
from customers.models import Customer, CustomerField
from imports.kinds import Unfit

Type = CustomerField.Type


class CustomerFilter(forms.Form):
    """Which customers the list shows. What is not valid is left out, as if it were not given."""

    q = forms.CharField(label=_("Number or name"), required=False, max_length=200)
    linked = forms.ChoiceField(
        label=_("ID link"),
        required=False,
        choices=[("", _("Any")), ("yes", _("Linked")), ("no", _("Not linked"))],
    )
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, may_see_contacts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._may_see_contacts = may_see_contacts
        hint = _("Beginning of the number or name; whole e-mail or phone") if may_see_contacts else ""
        self.fields["q"].widget = forms.TextInput(
            attrs={"type": "search", "placeholder": hint or _("Beginning of the number or name")}
        )

    def customers(self) -> QuerySet[Customer]:
        """The customers asked for, with their friends."""
        self.is_valid()
        found = search.matching(self.cleaned_data.get("q") or "", may_see_contacts=self._may_see_contacts)
        found = search.with_links(found)
        linked = self.cleaned_data.get("linked")
        if not linked:
            return found
        return found.filter(active_link__isnull=linked == "no")  # type: ignore[misc]  # annotated

    def given(self) -> list[tuple[str, str]]:
        """The answers as they were given, to ask the same again."""
        return [(name, self.data[name]) for name in ("q", "linked") if self.data.get(name)]

    def query(self) -> str:
        """The same for an address."""
        return urlencode(self.given())

    def __bool__(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("q", "linked"))


class CustomerForm(forms.Form):
    """What staff may write of a customer; contacts only those who may see them."""

    number = forms.CharField(
        label=_("Customer number"),
        max_length=Customer.NUMBER_LENGTH,
        help_text=_("As your books have it. It stays."),
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=Customer.NAME_LENGTH)
    birthday = forms.DateField(
        label=_("Birthday"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    email = forms.CharField(label=_("E-mail"), required=False, max_length=contacts.LONGEST_EMAIL)
    phone = forms.CharField(label=_("Phone number"), required=False, max_length=40)

    def __init__(self, *args: Any, customer: Customer | None, may_see_contacts: bool, **kwargs: Any) -> None:
        self.customer = customer
        self.own = list(CustomerField.objects.in_use())
        super().__init__(*args, **kwargs)
        self.initial = _initial(customer, self.own, may_see_contacts)
        self.fields |= {f"field_{own.key}": _asking(own) for own in self.own}
        if customer:
            del self.fields["number"]
        if not may_see_contacts:
            del self.fields["email"], self.fields["phone"]

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        self.attributes: dict[str, object] = {}
        for own in self.own:
            try:
                self.attributes[own.key] = rows.typed(own, cleaned.get(f"field_{own.key}") or "")
            except Unfit as error:
                self.add_error(f"field_{own.key}", error.reason)
        return cleaned

    def row(self) -> dict:
        """As `services.save_customer` takes it."""
        own = {
            name: self.cleaned_data[name]
            for name in ("number", "name", "birthday", "email", "phone")
            if name in self.cleaned_data
        }
        number = {"number": self.customer.number} if self.customer else {}
        return own | number | {"attributes": self.attributes}


class FieldForm(forms.Form):
    """What can be said of a field at any time; the type and the key only when it is made."""

    name = forms.CharField(label=_("Name"), max_length=CustomerField.NAME_LENGTH)
    name_en = forms.CharField(
        label=_("Name in English"), required=False, max_length=CustomerField.NAME_LENGTH
    )
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
        max_length=CustomerField.KEY_LENGTH,
        help_text=_("The field’s name in files and programs: a–z, 0–9 and _. Empty: we choose one."),
    )
    field_order = ["name", "name_en", "type", "choices", "description", "key"]


class OtherCustomerForm(forms.Form):
    """The other customer of a merge, by number."""

    number = forms.CharField(label=_("Number of the customer to keep"), max_length=Customer.NUMBER_LENGTH)


class ExportForm(forms.Form):
    encoding = forms.ChoiceField(label=_("Encoding"), choices=list(exports.ENCODINGS.items()))
    columns = forms.MultipleChoiceField(label=_("Columns"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, may_see_contacts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = exports.columns(with_contacts=may_see_contacts)
        self.fields["columns"].choices = choices  # type: ignore[attr-defined]
        self.fields["columns"].initial = [name for name, _label in choices]


def _initial(customer: Customer | None, own: list[CustomerField], may_see_contacts: bool) -> dict:
    if customer is None:
        return {}
    seen = {"email": contacts.email_of, "phone": contacts.phone_of} if may_see_contacts else {}
    opened = {name: of(customer) for name, of in seen.items()}
    answers = {f"field_{field.key}": rows.as_text(customer.attributes.get(field.key)) for field in own}
    return {"name": customer.name, "birthday": customer.birthday} | opened | answers


def _asking(own: CustomerField) -> forms.Field:
    same: dict[str, Any] = {"label": own.label, "required": False, "help_text": own.description}
    listed = {
        Type.YES_NO: [("yes", _("Yes")), ("no", _("No"))],
        Type.CHOICE: [(choice, choice) for choice in own.choices],
    }
    if own.type in listed:
        return forms.ChoiceField(choices=[("", "–"), *listed[Type(own.type)]], **same)
    inputs = {Type.DATE: {"type": "date"}, Type.NUMBER: {"inputmode": "decimal"}}
    return forms.CharField(widget=forms.TextInput(attrs=inputs.get(Type(own.type), {})), **same)
