"""What people fill in about files."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.paging import key
from library.models import Folder, MediaFile


class MediaFilter(forms.Form):
    """Which files a list shows. What is not valid is left out."""

    q = forms.CharField(
        label=_("Name of the file"),
        required=False,
        max_length=MediaFile.NAME_LENGTH,
        widget=forms.TextInput({"type": "search"}),
    )
    kind = forms.CharField(required=False, widget=forms.HiddenInput)
    folder = forms.CharField(label=_("Folder"), required=False)

    def asked(self) -> dict:
        self.is_valid()
        return self.cleaned_data

    @property
    def before(self) -> int | None:
        return key(self.data.get("before", ""))


class FileForm(forms.Form):
    name = forms.CharField(label=_("Name of the file"), max_length=MediaFile.NAME_LENGTH)
    folder = forms.ModelChoiceField(
        label=_("Folder"), queryset=Folder.objects.all(), required=False, empty_label=_("No folder")
    )
