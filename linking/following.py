"""Keeping what a client wants to follow from a link."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import activity, current
from accounts.models import User
from channels.models import Channel
from channels.services import client_for
from composing import content
from friends.models import Tag
from line import wire
from line.errors import LineError
from linking import after
from linking.models import LinkSettings


def menus() -> tuple[list[tuple[str, str]], str]:
    """The rich menus that can be shown, by id with their names; and why LINE did not tell of any."""
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    if channel is None:
        return [], _("Connect the LINE channel first.")
    try:
        found = wire.run(client_for(channel).get_rich_menu_list())
    except LineError as error:
        return [], _("LINE does not tell of its rich menus: %(reason)s") % {"reason": error.message}
    return [(menu["richMenuId"], menu.get("name") or menu["richMenuId"]) for menu in found], ""


@transaction.atomic
def save(
    *,
    welcome: list[dict],
    welcome_by_push: bool,
    tags: Iterable[Tag],
    linked_menu: str,
    menu_for_all: bool,
    unclear: str,
    by: User | None,
) -> LinkSettings:
    """Raises InvalidMessages. `menu_for_all` brings the menu of everybody who is linked up to date."""
    if welcome:
        content.check(welcome)
    wanted, _is_new = LinkSettings.objects.select_for_update().get_or_create(pk=1)
    wanted.welcome, wanted.welcome_by_push = welcome, welcome_by_push
    wanted.linked_menu, wanted.unclear = linked_menu, unclear
    wanted.save(update_fields=["welcome", "welcome_by_push", "linked_menu", "unclear", "updated_at"])
    wanted.tags.set(tags)
    activity.record("link_settings.after_changed", wanted, by=by, menu=linked_menu, unclear=unclear)
    if menu_for_all:
        after.owe_menus_to_all()
    return wanted
