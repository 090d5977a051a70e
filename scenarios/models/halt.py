"""That LINE takes nothing from this client for a while."""

from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import reasons


class Halt(models.Model):
    """Why scenarios send nothing until a moment: the month is used up, or LINE refuses the channel. One row
    at most, and none where all is well.
    """

    until = models.DateTimeField(_("until"))
    problem = models.CharField(_("problem"), max_length=300)
    since = models.DateTimeField(_("since"), db_default=Now())

    class Meta:
        verbose_name = _("halt of scenarios")
        verbose_name_plural = _("halts of scenarios")
        constraints = [models.CheckConstraint(name="scenariohalt_one", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"{self.reason} ({self.until:%Y-%m-%d %H:%M})"

    @property
    def reason(self) -> str:
        """For people."""
        return reasons.in_words(self.problem)

    @classmethod
    def present(cls) -> Self | None:
        """The one that holds by the database's clock."""
        return cls.objects.filter(pk=1, until__gt=Now()).first()
