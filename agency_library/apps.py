from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgencyLibraryConfig(AppConfig):
    name = "agency_library"
    verbose_name = _("Agency library")
