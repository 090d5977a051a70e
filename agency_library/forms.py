from django import forms

from agency_library.models import AgencyTemplate


class AgencyTemplateForm(forms.ModelForm):
    """What an agency's template is called; its messages are written in a client."""

    class Meta:
        model = AgencyTemplate
        fields = ["name", "folder", "note"]
