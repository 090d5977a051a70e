from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AutorepliesConfig(AppConfig):
    name = "autoreplies"
    verbose_name = _("Auto-replies")
