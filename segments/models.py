"""Saved rules that choose friends, and the remembered answers to their conditions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Segment(models.Model):
    """A rule that chooses friends. Who they are is asked when it matters; nobody is listed here."""

    id = models.AutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    tree = models.JSONField(
        _("conditions"), help_text=_("Tree of all, any, not and leaves: see segments/tree.py")
    )
    version = models.IntegerField(_("version"), default=1, help_text=_("Grows with every change"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class LeafCache(models.Model):
    """The friends a leaf yielded, as a bitmap, and the versions of the data it read. May be emptied."""

    key = models.CharField(max_length=64, primary_key=True)
    bitmap = models.BinaryField()
    versions = models.JSONField()
    valid_until = models.DateTimeField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["computed_at"], name="leafcache_age")]

    def __str__(self) -> str:
        return self.key
