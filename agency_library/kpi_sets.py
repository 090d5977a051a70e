"""Commands on an agency's KPI sets. Run them in the public schema."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import activity
from accounts.models import User
from agency_library.errors import BadSetName
from agency_library.models import KpiSet, KpiSetVersion


@transaction.atomic
def save(
    agency_id: int, *, name: str, tree: list[dict], purpose: str = "", note: str = "", by: User | None
) -> KpiSet:
    """A set for all clients of the agency; a new version of it if there is one of this name.

    Raises BadSetName.
    """
    name = name.strip().replace("\0", "")
    if not tree or not 1 <= len(name) <= KpiSet.NAME_LENGTH:
        raise BadSetName
    facts = {"tree": tree, "purpose": purpose, "note": note.strip()[:500]}
    made, is_new = KpiSet.objects.select_for_update().get_or_create(
        agency_id=agency_id, name=name, defaults=facts
    )
    if not is_new:
        made.version += 1
        made.changed_at = timezone.now()
        for field, value in facts.items():
            setattr(made, field, value)
        made.save()
    KpiSetVersion.objects.create(kpi_set=made, agency_id=agency_id, number=made.version, tree=tree)
    activity.record("kpi_set.saved", made, by=by, name=name, version=made.version)
    return made


@transaction.atomic
def delete(kpi_set: KpiSet, *, by: User | None) -> None:
    """With its versions. Clients keep the indicators that they have."""
    activity.record("kpi_set.deleted", kpi_set, by=by, name=kpi_set.name)
    kpi_set.delete()


def note_use(kpi_set: KpiSet) -> None:
    KpiSet.objects.filter(pk=kpi_set.pk).update(used_count=F("used_count") + 1)


def walk(nodes: list[dict], depth: int = 0) -> list[tuple[dict, int]]:
    """The indicators of a tree from the top, with how deep each is."""
    found = []
    for node in nodes:
        found.append((node, depth))
        found += walk(node.get("below", []), depth + 1)
    return found
