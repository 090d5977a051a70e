"""A place on the map."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from composing.bubbles.base import BubbleForm
from composing.fields import LineText, Number
from line.validation import limits


class LocationBubble(BubbleForm):
    type, label, icon = "location", _("Location"), "place"
    template_name = "composing/bubbles/location.html"
    new: ClassVar = {"title": "", "address": "", "latitude": None, "longitude": None}
    title = LineText(limits.PLACE, label=_("Name of the place"))
    address = LineText(limits.PLACE, label=_("Postal address"))
    latitude = Number(label=_("Latitude"), min_value=-90, max_value=90)
    longitude = Number(label=_("Longitude"), min_value=-180, max_value=180)

    @property
    def placed(self) -> list[forms.BoundField]:
        return [self["latitude"], self["longitude"]]
