"""How a client has its friends link, and what happens then."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkSettings(models.Model):
    """The one row of a client. Without it, the defaults hold."""

    class Proof(models.TextChoices):
        BIRTHDAY = "birthday", _("Customer number and birthday")
        EMAIL = "email", _("Code by e-mail")
        SHOP = "shop", _("Sign-in at the shop")

    class Unclear(models.TextChoices):
        """What an import or a program may do that contradicts a link a friend has made themself."""

        ASK = "ask", _("Ask us")
        REPLACE = "replace", _("Link anew")
        KEEP = "keep", _("Keep what is there")

    proofs = models.JSONField(_("how friends show who they are"), default=list)  # of Proof; [] means birthday
    shop_sign_in_url = models.URLField(_("sign-in page of the shop"), max_length=500, blank=True)
    return_addresses = models.JSONField(_("addresses a browser may be sent back to"), default=list)
    asks_email = models.BooleanField(_("ask LINE for the e-mail address"), db_default=False, default=False)
    # Signed addresses: the secret follows from the client's data key and this count.
    signing_generation = models.PositiveIntegerField(db_default=1, default=1)
    old_signing_until = models.DateTimeField(_("former secret accepted until"), null=True, blank=True)
    reason = models.CharField(_("why to link"), max_length=200, blank=True)
    welcome = models.JSONField(_("welcome message"), default=list)  # LINE message objects; [] means ours
    welcome_by_push = models.BooleanField(_("welcome by a message that is paid for"), default=False)
    tags = models.ManyToManyField("friends.Tag", blank=True, related_name="+", verbose_name=_("tags"))
    linked_menu = models.CharField(_("rich menu once linked"), max_length=100, blank=True)
    unclear = models.CharField(_("contradictions"), max_length=10, choices=Unclear, default=Unclear.ASK)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("settings of ID linking")
        verbose_name_plural = _("settings of ID linking")
        constraints = [models.CheckConstraint(name="linksettings_one", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def offered(self) -> list[str]:
        """The ways to show who one is that are offered, most wanted first; never none."""
        known = [proof for proof in self.proofs if proof in self.Proof.values]
        usable = [proof for proof in known if proof != self.Proof.SHOP or self.shop_sign_in_url]
        return usable or [self.Proof.BIRTHDAY]

    @classmethod
    def present(cls) -> Self:
        """The client's row; unsaved defaults if there is none yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
