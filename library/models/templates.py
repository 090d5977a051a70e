"""Messages kept to begin with: a client's own templates."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page


class MessageTemplateQuerySet(models.QuerySet["MessageTemplate"]):
    def matching(self, words: str) -> Self:
        """With these words in name, folder or note."""
        return self.filter(Q(name__icontains=words) | Q(folder__icontains=words) | Q(note__icontains=words))


class MessageTemplate(models.Model):
    """One to five messages under a name. Whoever uses it gets a copy: a change of it changes nothing else."""

    NAME_LENGTH = 100

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    folder = models.CharField(_("folder"), max_length=60, blank=True, default="", db_default="")
    messages = models.JSONField(_("messages"), help_text=_("1 to 5 LINE message objects"))
    note = models.CharField(_("note"), max_length=500, blank=True, default="", db_default="")
    used_count = models.IntegerField(_("times used"), default=0, db_default=0, editable=False)
    used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    created_by_id = models.IntegerField(null=True, editable=False)  # users are public: an id, no key

    objects = MessageTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("message_template", self.pk)
