"""Which surveys tag who answers, show a picture or give something, so that whoever takes it away knows."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from composing import uses as said
from coupons import rewards
from friends import tag_uses
from friends.models import Tag
from library import uses as files
from library.models import MediaFile
from surveys.models import Survey


@tag_uses.register
def of_tag(tag: Tag) -> list[tag_uses.Use]:
    return [tag_uses.Use(each.name, "survey", each.pk) for each in _naming("tag", tag.pk)]


@files.register_picture
def that_show(code: str) -> list[files.Use]:
    number = MediaFile.objects.filter(code=code).values_list("pk", flat=True).first()
    rows = _naming("picture", number) if number else []
    return [files.Use(_("Survey"), each.name, "survey", each.pk, each.get_status_display()) for each in rows]


@rewards.register_giver
def that_give(reward: rewards.Reward) -> list[said.Use]:
    now = timezone.now()
    return [
        said.Use(
            _("Survey"),
            each.name,
            "survey",
            each.pk,
            each.get_status_display(),
            is_over=bool(each.ends_at and each.ends_at <= now),
        )
        for each in Survey.objects.exclude(status=Survey.Status.CLOSED).filter(reward__contains=reward)
    ]


def _naming(name: str, number: int) -> QuerySet[Survey]:
    """Those of which an option names this, as it is written or as it is asked."""
    options = [{"options": [{name: number}]}]
    kept = Survey.objects.exclude(status=Survey.Status.CLOSED)
    return kept.filter(Q(questions__contains=options) | Q(version__questions__contains=options))
