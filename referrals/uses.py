"""Which programmes give something, so that whoever closes it knows."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from composing.uses import Use
from coupons import rewards
from referrals.models import Grant, Programme, Referral

UNDECIDED = (Referral.State.OPENED, Referral.State.WAITING, Referral.State.REVIEW)


@rewards.register_giver
def that_give(reward: rewards.Reward) -> list[Use]:
    """By rules that are written or hold, and for invitations that were taken, also after the end."""
    rows = Programme.objects.filter(
        ~Q(status=Programme.Status.ENDED) & (_names(reward, "rules") | _names(reward, "version__rules"))
        | Exists(_undecided(reward))
        | Exists(Grant.objects.filter(programme=OuterRef("pk"), given_at=None, reward__contains=reward))
    )
    kind = _("Referral programme")
    return [Use(kind, each.name, "referral_programme", each.pk, each.get_status_display()) for each in rows]


def _undecided(reward: rewards.Reward) -> QuerySet[Referral]:
    rows = Referral.objects.filter(programme=OuterRef("pk"), state__in=UNDECIDED)
    return rows.filter(_names(reward, "version__rules"))


def _names(reward: rewards.Reward, field: str) -> Q:
    """That rules of this field name it, as `referrals/rules.py` writes them."""
    each, invited, tiers = (f"{field}__{place}__contains" for place in ("each", "invited", "tiers"))
    named = {"reward": reward}
    return Q(**{each: named}) | Q(**{invited: named}) | Q(**{tiers: [named]})
