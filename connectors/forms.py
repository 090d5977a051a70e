from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.typed_json import TypedJsonField
from connectors import presets
from connectors.models import Connection, Delivery

QUIET = {"autocomplete": "off", "spellcheck": "false"}


class ShopifyForm(forms.Form):
    """A Shopify shop as somebody enters it; what is wrong with it the service says."""

    name = forms.CharField(
        label=_("Name"),
        max_length=Connection.NAME_LENGTH,
        widget=forms.TextInput(attrs=QUIET | {"placeholder": _("Name of the shop")}),
    )
    shop_domain = forms.CharField(
        label=_("Shop domain"),
        max_length=100,
        widget=forms.TextInput(attrs=QUIET | {"placeholder": "my-shop.myshopify.com"}),
        help_text=_("In Shopify: Settings → Domains; the one that ends with myshopify.com."),
    )
    numbering = forms.ChoiceField(
        label=_("How customers are numbered"),
        choices=Connection.Numbering.choices,
        help_text=_("How customers of the shop are matched with the customers here."),
    )
    silence_days = forms.IntegerField(
        label=_("Warn when nothing has come for so many days"), min_value=1, max_value=60, initial=3
    )


class NewShopifyForm(ShopifyForm):
    secret = forms.CharField(
        label=_("Secret"),
        max_length=200,
        widget=forms.TextInput(attrs=QUIET),
        help_text=_(
            "Settings → Notifications → Webhooks shows it below the list. If an app of yours sends the "
            "webhooks, it is the app's client secret. It is sealed, and never shown again."
        ),
    )
    field_order = ["name", "shop_domain", "secret", "numbering", "silence_days"]


class CartForm(forms.Form):
    """How any other cart proves that its posts are its own."""

    name = forms.CharField(
        label=_("Name"),
        max_length=Connection.NAME_LENGTH,
        widget=forms.TextInput(attrs=QUIET | {"placeholder": _("Name of the shop")}),
    )
    proof = forms.ChoiceField(
        label=_("Proof"),
        choices=Connection.Proof.choices,
        help_text=_("A signature is safer than a token: it also shows that the body is unchanged."),
    )
    header = forms.CharField(
        label=_("Header of the signature or token"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs=QUIET | {"placeholder": "X-Signature"}),
    )
    user_name = forms.CharField(
        label=_("User name (Basic only)"), max_length=60, required=False, widget=forms.TextInput(attrs=QUIET)
    )
    time_header = forms.CharField(
        label=_("Header of the time, if the cart sends one"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs=QUIET),
        help_text=_("Posts that are too old are refused then, so that nobody can send them a second time."),
    )
    signs_time = forms.BooleanField(label=_("The signature covers time, full stop and body"), required=False)
    tolerance_seconds = forms.IntegerField(
        label=_("Seconds by which the time may differ"), min_value=10, max_value=86_400, initial=300
    )
    id_header = forms.CharField(
        label=_("Header with the ID of a delivery, if the cart sends one"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs=QUIET),
        help_text=_("The same ID twice is then taken over once."),
    )
    content = forms.ChoiceField(label=_("Content"), choices=Connection.Content.choices)
    silence_days = forms.IntegerField(
        label=_("Warn when nothing has come for so many days"), min_value=1, max_value=60, initial=3
    )


class NewCartForm(CartForm):
    preset = forms.ChoiceField(label=_("Start from"), required=False)
    secret = forms.CharField(
        label=_("Secret"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=QUIET),
        help_text=_("If the cart gives you one, enter it. Left empty, one is made and shown once."),
    )
    field_order = ["name", "preset", "proof", "header", "user_name", "secret"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(preset.name, preset.label) for preset in presets.PRESETS.values()]
        self.fields["preset"].choices = [("", _("An empty mapping")), *choices]  # type: ignore[attr-defined]


class SecretForm(forms.Form):
    secret = forms.CharField(
        label=_("New secret"), max_length=200, required=False, widget=forms.TextInput(attrs=QUIET)
    )


class MappingForm(forms.Form):
    """The mapping and a sample as JSON texts."""

    mapping = TypedJsonField(
        label=_("Field mapping"), widget=forms.Textarea(attrs={"rows": 26, "spellcheck": "false"})
    )
    sample = forms.CharField(
        label=_("Sample"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("A body as the cart sends it. Nothing of it is kept or written."),
    )


class DeliveryFilter(forms.Form):
    topic = forms.CharField(label=_("Topic"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *Delivery.State.choices]
    )
    query = forms.CharField(
        label=_("Number or ID"), required=False, max_length=100, widget=forms.TextInput(attrs=QUIET)
    )
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)
