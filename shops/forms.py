from datetime import date, datetime, time, timedelta

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.moments import check_reach
from shops.models import Order, Product, ShopSettings
from shops.reading import CURRENCIES

DAY = forms.DateInput(attrs={"type": "date"})


def _midnight(day: date) -> datetime:
    """At which a day of the client begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


class OrderFilter(forms.Form):
    """Which orders the list shows. What is not valid is left out, as if it were not given."""

    q = forms.CharField(
        label=_("Order or customer"),
        required=False,
        max_length=Order.NUMBER_LENGTH,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Number, or begin of the name")}),
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All")), *Order.Status.choices, ("waiting", _("Customer not known yet"))],
    )
    since = forms.DateField(label=_("Placed from"), required=False, widget=DAY, validators=[check_reach])
    until = forms.DateField(label=_("Placed until"), required=False, widget=DAY, validators=[check_reach])
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)

    def orders(self) -> QuerySet[Order]:
        self.is_valid()
        given = self.cleaned_data
        found = Order.objects.select_related("customer").search(given.get("q") or "")
        if given.get("status") == "waiting":
            found = found.waiting()
        elif given.get("status"):
            found = found.filter(status=given["status"])
        if given.get("since"):
            found = found.filter(placed_at__gte=_midnight(given["since"]))
        if given.get("until"):
            found = found.filter(placed_at__lt=_midnight(given["until"] + timedelta(days=1)))
        return found

    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("q", "status", "since", "until"))

    __bool__ = is_narrowed


class ProductFilter(forms.Form):
    """Which products the list shows."""

    q = forms.CharField(
        label=_("Product"),
        required=False,
        max_length=Product.NAME_LENGTH,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Code, name or category")}),
    )
    stock = forms.ChoiceField(
        label=_("Stock"),
        required=False,
        choices=[("", _("All")), ("in", _("In stock")), ("out", _("Sold out"))],
    )
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)

    def products(self) -> QuerySet[Product]:
        """Products and variants alike: who searches a variant's code finds it."""
        self.is_valid()
        given = self.cleaned_data
        found = Product.objects.select_related("parent").search(given.get("q") or "")
        if given.get("stock") == "out":
            return found.filter(stock__lte=0)
        return found.filter(stock__gt=0) if given.get("stock") == "in" else found

    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("q", "stock"))

    __bool__ = is_narrowed


class SettingsForm(forms.ModelForm):
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in sorted(CURRENCIES)],
        help_text=_("All amounts are in it. It can be changed as long as there are no products and orders."),
    )

    class Meta:
        model = ShopSettings
        fields = ["currency"]
