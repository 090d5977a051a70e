from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TapsConfig(AppConfig):
    name = "taps"
    verbose_name = _("Tap actions")
