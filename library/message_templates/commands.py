"""Commands on a client's own templates."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import activity
from accounts.models import User
from composing import content
from library.errors import BadName
from library.models import MessageTemplate

WRITTEN = ("name", "folder", "note", "messages")
LONGEST = {"name": MessageTemplate.NAME_LENGTH, "folder": 60, "note": 500}


@transaction.atomic
def create_template(
    *, name: str, messages: list[dict], by: User | None, folder: str = "", note: str = ""
) -> MessageTemplate:
    """Keep messages under a name. Raises InvalidMessages, BadName."""
    given = _checked({"name": name, "folder": folder, "note": note, "messages": messages})
    template = MessageTemplate.objects.create(created_by_id=by.pk if by else None, **given)
    activity.record("message_template.created", template, by=by, name=template.name)
    return template


@transaction.atomic
def change_template(template: MessageTemplate, *, by: User | None, **changes: Any) -> MessageTemplate:
    """Another name, folder, note, or other messages. Raises InvalidMessages, BadName."""
    given = _checked({name: changes[name] for name in WRITTEN if name in changes})
    for name, value in given.items():
        setattr(template, name, value)
    template.changed_at = timezone.now()
    template.save(update_fields=[*given, "changed_at"])
    activity.record("message_template.changed", template, by=by, fields=sorted(given))
    return template


@transaction.atomic
def delete_template(template: MessageTemplate, *, by: User | None) -> None:
    """What was made from it stays."""
    activity.record("message_template.deleted", template, by=by, name=template.name)
    template.delete()


def take(template: MessageTemplate) -> list[dict]:
    """Its messages, to begin something with; counts as a use."""
    now = timezone.now()
    MessageTemplate.objects.filter(pk=template.pk).update(used_count=F("used_count") + 1, used_at=now)
    return template.messages


def _checked(given: dict) -> dict:
    if "messages" in given:
        content.check(given["messages"])
    for name, longest in LONGEST.items():
        if name in given:
            given[name] = given[name].strip()
            if len(given[name]) > longest or (name == "name" and not given[name]):
                raise BadName(longest=longest)
    return given
