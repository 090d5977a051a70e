"""Commands on an agency's templates."""

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import activity
from accounts.models import User
from agency_library.errors import BadTemplateName
from agency_library.models import AgencyFile, AgencyTemplate, new_code
from composing import content

WRITTEN = ("name", "folder", "note")


@transaction.atomic
def create_template(
    agency_id: int, *, name: str, messages: list[dict], by: User | None, folder: str = "", note: str = ""
) -> AgencyTemplate:
    """Messages for all clients of the agency. Raises InvalidMessages, BadTemplateName."""
    content.check(messages)
    template = AgencyTemplate.objects.create(
        agency_id=agency_id, name=_named(name), folder=folder.strip(), note=note.strip(), messages=messages
    )
    activity.record("agency_template.created", template, by=by, name=template.name)
    return template


@transaction.atomic
def change_template(template: AgencyTemplate, *, by: User | None, **changes: str) -> AgencyTemplate:
    """Another name, folder or note. Raises BadTemplateName."""
    given = {name: changes[name].strip() for name in WRITTEN if name in changes}
    if "name" in given:
        given["name"] = _named(given["name"])
    for name, value in given.items():
        setattr(template, name, value)
    template.changed_at = timezone.now()
    template.save(update_fields=[*given, "changed_at"])
    activity.record("agency_template.changed", template, by=by, fields=sorted(given))
    return template


@transaction.atomic
def delete_template(template: AgencyTemplate, *, by: User | None) -> None:
    """With its files. Clients keep what they have copied."""
    paths = list(template.files.values_list("path", flat=True))
    activity.record("agency_template.deleted", template, by=by, name=template.name)
    template.delete()
    transaction.on_commit(lambda: _drop(paths))


def keep_file(template: AgencyTemplate, file: File, *, name: str, media_type: str) -> AgencyFile:
    """A copy of the file that belongs to the template."""
    code = new_code()
    path = default_storage.save(f"agency/{template.agency_id}/{code}", file)
    kept = {"code": code, "name": name, "media_type": media_type, "path": path}
    return AgencyFile.objects.create(template=template, agency_id=template.agency_id, **kept)


def set_messages(template: AgencyTemplate, messages: list[dict]) -> None:
    """Once its files have addresses of their own. Raises InvalidMessages."""
    content.check(messages)
    template.messages = messages
    template.save(update_fields=["messages"])


def note_use(template: AgencyTemplate) -> None:
    AgencyTemplate.objects.filter(pk=template.pk).update(used_count=F("used_count") + 1)


def _named(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= AgencyTemplate.NAME_LENGTH:
        raise BadTemplateName()
    return name


def _drop(paths: list[str]) -> None:
    for path in paths:
        default_storage.delete(path)
