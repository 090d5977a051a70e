from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgencyFiguresConfig(AppConfig):
    name = "agency_figures"
    verbose_name = _("Figures of all clients")
