"""The form around the conditions of a segment; those are in segments/building/controls."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SegmentForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
