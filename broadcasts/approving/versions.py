"""What a broadcast said in each of its versions."""

import json
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.forms.models import model_to_dict

from accounts.models import User
from broadcasts.models import Broadcast, Review, SplitTest, Stage, Version
from contracts.sight import Sight

SERIES = ("every", "interval", "weekdays", "month_day", "at", "starts_on", "ends_on")
SPLIT_TEST = ("sample_percent", "metric", "waits", "asks_person")


def keep(broadcast: Broadcast, *, by: User | None) -> Version:
    """Write down what its present version says; called again for the same version, what it says by now."""
    said = {"content": content_of(broadcast), "by_id": getattr(by, "pk", None)}
    version, _made = Version.objects.update_or_create(
        broadcast=broadcast, number=broadcast.version, defaults=said
    )
    return version


def present(broadcast: Broadcast) -> Version:
    """Its present version; one from before versions were kept is written down now."""
    found = broadcast.versions.filter(number=broadcast.version).first()
    return (
        found
        or Version.objects.get_or_create(
            broadcast=broadcast, number=broadcast.version, defaults={"content": content_of(broadcast)}
        )[0]
    )


def approved(broadcast: Broadcast) -> Version | None:
    """The version that the client approved last, be it withdrawn or not; None if there is none."""
    said = broadcast.reviews.filter(verdict=Review.Verdict.APPROVED).exclude(stage=Stage.INTERNAL)
    numbers = said.values("version")
    return broadcast.versions.filter(number__in=numbers).order_by("-number").first()


def before(broadcast: Broadcast, after: Version) -> Version:
    """What to compare a version with: the one approved last before it, else the one before, else itself."""
    known = approved(broadcast)
    if known and known.number < after.number:
        return known
    earlier = broadcast.versions.filter(number__lt=after.number)
    return earlier.order_by("-number").first() or after


def authors(broadcast: Broadcast) -> set[int]:
    """The people who wrote any of it."""
    written = broadcast.versions.exclude(by_id=None).values_list("by_id", flat=True)
    return {pk for pk in (broadcast.created_by_id, *written) if pk}


def content_of(broadcast: Broadcast) -> dict[str, Any]:
    """All that people write of it, as JSON: by field, and its variants, A/B test and series."""
    said: dict[str, Any] = {name: getattr(broadcast, name) for name in Broadcast.WRITTEN if name != "segment"}
    said["segment"] = {"id": broadcast.segment_id, "name": broadcast.segment.name}
    said["variants"] = dict(broadcast.variants.values_list("letter", "messages"))
    said["split_test"] = _split_test(broadcast)
    said["series"] = model_to_dict(broadcast.series, SERIES) if broadcast.series else None
    return json.loads(json.dumps(said, cls=DjangoJSONEncoder))


def as_seen(content: dict[str, Any], seen: Sight | None) -> dict[str, Any]:
    """The content of a version with its limit of cost as the reader sees amounts; None: not at all."""
    kept = content.get("most_amount")
    if kept is None or (seen and seen.shows_net):
        return content
    limit = seen.limit(Decimal(kept)) if seen else None
    return content | {"most_amount": None if limit is None else str(round(limit, 2))}


def _split_test(broadcast: Broadcast) -> dict[str, Any] | None:
    found = SplitTest.objects.filter(broadcast=broadcast).first()
    return model_to_dict(found, SPLIT_TEST) if found else None
