"""Between a client and its agency: sharing a template, and taking one over.

Files go along as copies: the agency's names no client and stays when the client goes, and the client's is its
own.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django_tenants.utils import schema_context

from accounts import activity, current
from accounts.models import User
from agency_library import commands as agency_commands
from agency_library.models import AgencyFile, AgencyTemplate
from library import services, sizes
from library.errors import FileGone
from library.message_templates import commands
from library.models import MediaFile, MessageTemplate

OWN_PREVIEW = f"{sizes.PREVIEW}-"  # of a film: a picture that somebody has chosen for it


@dataclass(frozen=True)
class _File:
    """A file of a client's message; `ending` names its size where it becomes a file of its own."""

    path: str
    name: str
    media_type: str
    ending: str


def templates() -> QuerySet[AgencyTemplate]:
    """Those that the present client may use: its agency's, and no other's."""
    return AgencyTemplate.objects.of(current.tenant().agency_id)


@transaction.atomic
def share(template: MessageTemplate, *, by: User | None) -> AgencyTemplate:
    """A copy of the template for all clients of the agency, its files copied with it.

    Raises FileGone, naming a picture, film or sound of ours that is not there any more.
    """
    files = _own_files(template.messages)
    written = {name: getattr(template, name) for name in ("name", "folder", "note", "messages")}
    activity.record("message_template.shared", template, by=by, name=template.name)
    agency_id = current.tenant().agency_id
    with schema_context("public"):
        shared = agency_commands.create_template(agency_id, **written, by=by)
        bases = {base: _kept_by_agency(shared, file) for base, file in files.items()}
        agency_commands.set_messages(shared, _with_bases(template.messages, bases))
    return shared


def take(template: AgencyTemplate, *, by: User | None) -> list[dict]:
    """The messages of an agency's template with files of the present client; counts as a use.

    Raises FileGone.
    """
    files = {file.base: file for file in template.files.all()}
    bases = {base: _kept_by_client(file, by) for base, file in files.items()}
    agency_commands.note_use(template)
    return _with_bases(template.messages, bases)


@transaction.atomic
def copy(template: AgencyTemplate, *, by: User | None) -> MessageTemplate:
    """A template of the client's own, to be changed at will. Raises FileGone."""
    return commands.create_template(
        name=template.name,
        folder=template.folder,
        note=template.note,
        messages=take(template, by=by),
        by=by,
    )


def _own_files(messages: list[dict]) -> dict[str, _File]:
    """Our files in messages, by what stands for them in addresses: all but the size."""
    client = f"{settings.MEDIA_BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}"
    address = re.compile(rf"({re.escape(client)}/media/([A-Za-z0-9_-]{{1,40}}))(?:/(.*))?")
    found: dict[str, _File] = {}
    for text in _texts(messages):
        if match := address.fullmatch(text):
            base, code, size = match.groups()
            is_preview = bool(size) and size.startswith(OWN_PREVIEW)
            found[text if is_preview else base] = _file(code, size if is_preview else "", text)
    return found


def _file(code: str, size: str, address: str) -> _File:
    file = MediaFile.objects.stored().filter(code=code).first()
    kept = file.sizes.filter(name=size).first() if file and size else file
    if file is None or kept is None:
        raise FileGone(address=address)
    return _File(kept.path, file.name, kept.media_type, ending="/full" if size else "")


def _kept_by_agency(template: AgencyTemplate, file: _File) -> str:
    with _opened(file.path, file.name) as content:
        kept = agency_commands.keep_file(template, content, name=file.name, media_type=file.media_type)
    return kept.base + file.ending


def _kept_by_client(file: AgencyFile, by: User | None) -> str:
    with _opened(file.path, file.name) as content:
        upload = SimpleUploadedFile(file.name, content.read(), content_type=file.media_type)
    return services.add_file(upload, by=by, name=file.name).base


def _opened(path: str, name: str) -> File:
    try:
        return default_storage.open(path)
    except FileNotFoundError as error:
        raise FileGone(address=name) from error


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


def _with_bases(messages: list[dict], bases: dict[str, str]) -> list[dict]:
    """The messages with files exchanged; the size that an address names stays."""
    longest = sorted(bases, key=len, reverse=True)

    def exchanged(text: str) -> str:
        base = next((base for base in longest if text == base or text.startswith(f"{base}/")), None)
        return bases[base] + text.removeprefix(base) if base else text

    return _mapped(messages, exchanged)


def _mapped(value, change: Callable[[str], str]):
    if isinstance(value, dict):
        return {key: _mapped(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [_mapped(inner, change) for inner in value]
    return change(value) if isinstance(value, str) else value
