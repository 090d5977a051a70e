from django import forms
from django.utils.translation import gettext_lazy as _

from library.models import MessageTemplate


class TemplateForm(forms.ModelForm):
    """Name, folder and note of a template; its messages are the editor's."""

    class Meta:
        model = MessageTemplate
        fields = ["name", "folder", "note"]
        widgets = {"folder": forms.TextInput(attrs={"list": "template-folders", "autocomplete": "off"})}
        help_texts = {"folder": _("By which it is found again; a new one is made by writing it.")}
