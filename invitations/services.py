"""Commands on entry points and invitations."""

import re

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from invitations.errors import BadEntryPoint, BadInvitation, EntryPointExists, TooManyInvitations
from invitations.models import CODE, COLOUR, EntryPoint, Invitation

MOST_SHOWN = 4  # at once: the more take turns, the longer until any of them is known to be better
RESERVED = {"new", "funnel"}  # other addresses beside those of entry points
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@transaction.atomic
def create_entry_point(
    code: str, *, name: str, place: str = EntryPoint.Place.PAGE, note: str = "", by: User | None = None
) -> EntryPoint:
    """A place of the client's own. Raises BadEntryPoint, EntryPointExists."""
    entry_point = EntryPoint(code=code, name=_name(name), place=place, note=note.strip())
    if not re.match(CODE, code) or code in RESERVED:
        raise BadEntryPoint(longest=EntryPoint.NAME_LENGTH)
    try:
        with transaction.atomic():
            entry_point.save()
    except IntegrityError as error:
        raise EntryPointExists(entry=code) from error
    activity.record("entry_point.created", entry_point, by=by, code=code)
    return entry_point


@transaction.atomic
def change_entry_point(
    entry_point: EntryPoint, *, name: str, place: str, note: str, by: User | None = None
) -> EntryPoint:
    """Its code stays, and so do name and place of one that every client has. Raises BadEntryPoint."""
    if entry_point.is_own:
        entry_point.name, entry_point.place = _name(name), EntryPoint.Place(place)
    entry_point.note = note.strip()
    entry_point.save(update_fields=["name", "place", "note"])
    activity.record("entry_point.changed", entry_point, by=by)
    return entry_point


@transaction.atomic
def archive(entry_point: EntryPoint, *, by: User | None = None) -> None:
    """Take it off the list and its invitation off the pages. What was counted stays."""
    if EntryPoint.objects.open().filter(pk=entry_point.pk).update(archived_at=timezone.now()):
        activity.record("entry_point.archived", entry_point, by=by)


@transaction.atomic
def restore(entry_point: EntryPoint, *, by: User | None = None) -> None:
    """Undo `archive`."""
    archived = EntryPoint.objects.exclude(archived_at=None)
    if archived.filter(pk=entry_point.pk).update(archived_at=None):
        activity.record("entry_point.restored", entry_point, by=by)


@transaction.atomic
def add_invitation(
    entry_point: EntryPoint,
    *,
    text: str,
    button: str,
    colour: str = "#06c755",
    weight: int = 1,
    by: User | None = None,
) -> Invitation:
    """A wording that takes turns with the others from now on. Raises BadInvitation, TooManyInvitations."""
    EntryPoint.objects.select_for_update().get(pk=entry_point.pk)
    if entry_point.invitations.shown().count() >= MOST_SHOWN:
        raise TooManyInvitations(most=MOST_SHOWN)
    invitation = Invitation(
        entry_point=entry_point,
        code=_next_code(entry_point),
        text=text.strip(),
        button=button.strip(),
        colour=colour,
        weight=weight,
        shown_since=timezone.now(),
    )
    _check(invitation)
    invitation.save()
    activity.record("invitation.added", invitation, by=by, entry=entry_point.code)
    return invitation


@transaction.atomic
def reword(
    invitation: Invitation, *, text: str, button: str, colour: str, weight: int, by: User | None = None
) -> Invitation:
    """The same place in the turns with other words, under a code of its own. Raises BadInvitation.

    Who only changes the weight keeps the invitation with its numbers.
    """
    if (text.strip(), button.strip(), colour) == (invitation.text, invitation.button, invitation.colour):
        invitation.weight = weight
        _check(invitation)
        invitation.save(update_fields=["weight"])
        activity.record("invitation.changed", invitation, by=by, weight=weight)
        return invitation
    _retire([invitation])
    return add_invitation(
        invitation.entry_point, text=text, button=button, colour=colour, weight=weight, by=by
    )


@transaction.atomic
def stop(invitation: Invitation, *, by: User | None = None) -> None:
    """Show it no more. Its numbers stay."""
    _retire([invitation])
    activity.record("invitation.stopped", invitation, by=by)


@transaction.atomic
def resume(invitation: Invitation, *, by: User | None = None) -> None:
    """Show it again, counted from now on. Raises TooManyInvitations."""
    EntryPoint.objects.select_for_update().get(pk=invitation.entry_point_id)
    if invitation.entry_point.invitations.shown().count() >= MOST_SHOWN:
        raise TooManyInvitations(most=MOST_SHOWN)
    again = {"retired_at": None, "shown_since": timezone.now()}
    if Invitation.objects.filter(pk=invitation.pk).exclude(retired_at=None).update(**again):
        activity.record("invitation.resumed", invitation, by=by)


@transaction.atomic
def settle_on(invitation: Invitation, *, by: User | None = None) -> None:
    """End the comparison: only this one is shown from now on."""
    others = invitation.entry_point.invitations.shown().exclude(pk=invitation.pk)
    _retire(list(others))
    activity.record("invitation.chosen", invitation, by=by)


def _retire(invitations: list[Invitation]) -> None:
    shown = Invitation.objects.shown().filter(pk__in=[invitation.pk for invitation in invitations])
    shown.update(retired_at=timezone.now())


def _next_code(entry_point: EntryPoint) -> str:
    """a, b, …, z, a2, b2, …: never one that was used before."""
    round_, place = divmod(entry_point.invitations.count(), len(LETTERS))
    return LETTERS[place] + (str(round_ + 1) if round_ else "")


def _check(invitation: Invitation) -> None:
    texts = ((invitation.text, Invitation.TEXT_LENGTH), (invitation.button, Invitation.BUTTON_LENGTH))
    is_good = all(0 < len(text) <= longest and text.isprintable() for text, longest in texts)
    if not is_good or not re.match(COLOUR, invitation.colour) or not 1 <= invitation.weight <= 100:
        raise BadInvitation(text=Invitation.TEXT_LENGTH, button=Invitation.BUTTON_LENGTH)


def _name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= EntryPoint.NAME_LENGTH or not name.isprintable():
        raise BadEntryPoint(longest=EntryPoint.NAME_LENGTH)
    return name
