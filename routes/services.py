"""Commands on routes and their folders."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import activity
from accounts.models import User
from composing import content
from friends.models import Tag
from routes.errors import BadName, EndsBeforeStart, FolderExists
from routes.models import Folder, Route

FIELDS = {"name", "label", "folder", "media", "messages", "tags_for_all", "starts_at", "ends_at"}


@transaction.atomic
def create_route(*, name: str, by: User | None, tags: Iterable[Tag] = (), **fields: object) -> Route:
    """A route with a link of its own, open at once unless `starts_at` says otherwise.

    Raises BadName, EndsBeforeStart; InvalidMessages for a greeting that LINE would refuse.
    """
    route = Route(name=_name(name, Route.NAME_LENGTH), **fields)
    _check(route)
    route.save()
    route.tags.set(tags)
    activity.record("route.created", route, by=by, name=route.name)
    return route


@transaction.atomic
def change_route(
    route: Route, *, by: User | None, tags: Iterable[Tag] | None = None, **changes: object
) -> Route:
    """Change what a route is called, gives, and when it is open; its link stays. Raises as `create_route`."""
    route = Route.objects.select_for_update().get(pk=route.pk)
    for field in FIELDS & changes.keys():
        setattr(route, field, changes[field])
    route.name = _name(route.name, Route.NAME_LENGTH)
    _check(route)
    route.save(update_fields=sorted(FIELDS))
    if tags is not None:
        route.tags.set(tags)
    activity.record("route.changed", route, by=by, fields=sorted(changes))
    return route


@transaction.atomic
def duplicate(route: Route, *, by: User | None) -> Route:
    """The same with a link of its own, and nobody who came by it yet."""
    name = _("%(name)s (copy)") % {"name": route.name}
    fields = {field: getattr(route, field) for field in FIELDS - {"name"}}
    return create_route(name=name[: Route.NAME_LENGTH], by=by, tags=route.tags.all(), **fields)


@transaction.atomic
def archive(route: Route, *, by: User | None) -> None:
    """Take it off the lists. Its link says that it has ended, and offers the account all the same."""
    if Route.objects.filter(pk=route.pk, archived_at=None).update(archived_at=timezone.now()):
        activity.record("route.archived", route, by=by)


@transaction.atomic
def restore(route: Route, *, by: User | None) -> None:
    """Undo `archive`."""
    if Route.objects.filter(pk=route.pk).exclude(archived_at=None).update(archived_at=None):
        activity.record("route.restored", route, by=by)


@transaction.atomic
def create_folder(name: str, *, by: User | None) -> Folder:
    """Raises BadName, FolderExists."""
    folder = Folder(name=_name(name, _folder_length()))
    _save(folder)
    activity.record("route_folder.created", folder, by=by, name=folder.name)
    return folder


@transaction.atomic
def rename_folder(folder: Folder, name: str, *, by: User | None) -> None:
    """Raises BadName, FolderExists."""
    folder.name = _name(name, _folder_length())
    _save(folder)
    activity.record("route_folder.renamed", folder, by=by, name=folder.name)


@transaction.atomic
def delete_folder(folder: Folder, *, by: User | None) -> None:
    """Its routes stay, in no folder."""
    activity.record("route_folder.deleted", folder, by=by, name=folder.name)
    folder.delete()


def _check(route: Route) -> None:
    if route.messages is not None:
        content.check(route.messages)
    starts, ends = route.starts_at, route.ends_at
    if isinstance(starts, datetime) and isinstance(ends, datetime) and ends <= starts:
        raise EndsBeforeStart


def _name(name: str, longest: int) -> str:
    name = name.strip()
    if not 0 < len(name) <= longest or not name.isprintable():
        raise BadName(longest=longest)
    return name


def _folder_length() -> int:
    return Folder._meta.get_field("name").max_length or 0


def _save(folder: Folder) -> None:
    try:
        with transaction.atomic():
            folder.save()
    except IntegrityError as error:
        raise FolderExists(name=folder.name) from error
