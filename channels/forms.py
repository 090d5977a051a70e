from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from channels.login import Login
from channels.models import Channel
from channels.services import Facts

Mode = Channel.Mode
is_number = RegexValidator(r"^[0-9]{4,20}$", _("These are digits only, such as 1656000001."))
is_liff_id = RegexValidator(
    r"^[0-9]{4,20}-[0-9A-Za-z]{4,20}$", _("A LIFF ID looks like 1656000001-AbcdEfgh.")
)


class SecretInput(forms.PasswordInput):
    """Never filled in by us nor remembered by the browser."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"}, render_value=False)


class NumberInput(forms.TextInput):
    def __init__(self) -> None:
        super().__init__(attrs={"inputmode": "numeric", "autocomplete": "off"})


class LoginFields(forms.Form):
    """A LINE Login channel; all empty: none."""

    login_channel_id = forms.CharField(
        label=_("Channel ID of LINE Login"),
        max_length=20,
        required=False,
        validators=[is_number],
        widget=NumberInput,
    )
    login_secret = forms.CharField(
        label=_("Channel secret of LINE Login"), max_length=64, required=False, widget=SecretInput
    )
    liff_id = forms.CharField(
        label=_("LIFF ID"),
        max_length=40,
        required=False,
        validators=[is_liff_id],
        help_text=_("If a LIFF app of this Login channel opens the links of routes."),
    )

    def login(self) -> Login:
        given = self.cleaned_data
        return Login(given["login_channel_id"], given["login_secret"], given["liff_id"])


class ProviderFields(forms.Form):
    provider_name = forms.CharField(
        label=_("Provider"),
        max_length=100,
        required=False,
        help_text=_("The name above the channels in the LINE Developers Console."),
    )
    provider_id = forms.CharField(
        label=_("Provider ID"),
        max_length=20,
        required=False,
        validators=[is_number],
        widget=NumberInput,
        help_text=_("The number in the console's address: …/console/provider/1234567890"),
    )


class ConnectForm(LoginFields, ProviderFields):
    """The first step: what LINE is asked with."""

    channel_id = forms.CharField(
        label=_("Channel ID"), max_length=20, validators=[is_number], widget=NumberInput
    )
    channel_secret = forms.CharField(label=_("Channel secret"), max_length=64, widget=SecretInput)

    def facts(self) -> Facts:
        given = self.cleaned_data
        return Facts(provider_id=given["provider_id"], provider_name=given["provider_name"])


class ChoiceForm(forms.Form):
    """The second step: whose the webhook will be, and the kind of account where LINE leaves it open."""

    mode = forms.ChoiceField(
        label=_("Webhook"),
        choices=Mode,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who receives the webhook.")},
    )

    def __init__(self, *args, types: list[Channel.AccountType], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.value, each.label) for each in types]
        self.fields["account_type"] = forms.ChoiceField(label=_("Account type"), choices=choices)


class DetailsForm(ProviderFields):
    """What a person knows of a connected channel and LINE's API does not tell."""

    account_type = forms.ChoiceField(label=_("Account type"), choices=Channel.AccountType, required=False)

    def facts(self) -> Facts:
        return Facts(**{name: self.cleaned_data[name] for name in Facts._fields})


class SecretForm(forms.Form):
    channel_secret = forms.CharField(label=_("New channel secret"), max_length=64, widget=SecretInput)


class LeaveForm(forms.Form):
    """Switching to sending only."""

    hand_over_to = forms.URLField(
        label=_("Webhook address of the other tool"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Musubi sets it at LINE. Leave empty if the other tool does so itself."),
    )


class LoginForm(LoginFields):
    """Changes the Login channel of a connected channel; its secret may stay."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login_secret"].help_text = _("Leave empty to keep the present one.")


class StepForm(forms.Form):
    step = forms.SlugField(max_length=20)
    is_done = forms.BooleanField(required=False)
