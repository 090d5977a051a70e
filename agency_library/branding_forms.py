"""What is asked about an agency's look."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agency_library.models import AgencyBranding


class BrandingForm(forms.ModelForm):
    logo_file = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG or JPEG up to 2 MB; wide rather than high. Stands on the first page."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    drops_logo = forms.BooleanField(label=_("Without a logo"), required=False)

    class Meta:
        model = AgencyBranding
        fields = ["accent", "footer", "contact", "sender_name", "reply_to"]
        widgets = {"accent": forms.TextInput(attrs={"type": "color"})}

    field_order = ["logo_file", "drops_logo"]

    def given(self) -> dict[str, Any]:
        """As `branding.change` takes it."""
        found = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return found | {
            "logo": self.cleaned_data["logo_file"],
            "drops_logo": self.cleaned_data["drops_logo"],
        }
