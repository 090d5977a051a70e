"""Commands on the A/B test of a broadcast while it is written: each change withdraws an approval."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import NotFound
from accounts.models import User
from broadcasts.approving import edits
from broadcasts.choosing import variants
from broadcasts.choosing.errors import FirstTextStays, NoSplitTest, TooManyTexts
from broadcasts.errors import ChangedMeanwhile, WrongStatus
from broadcasts.models import Broadcast, SplitTest, Variant
from composing import content


@transaction.atomic
def set_test(
    broadcast: Broadcast, *, by: User | None, version: int | None = None, **settings: object
) -> SplitTest:
    """Give it an A/B test, or change that of one that has it; `settings` are any of `variants.SETTINGS`.

    A new one begins with text B the same as text A, to be changed. Raises WrongStatus unless the broadcast is
    still being written, ChangedMeanwhile if `version` is given and no longer the present one.
    """
    broadcast = _locked(broadcast, version)
    test, is_new = SplitTest.objects.update_or_create(broadcast=broadcast, defaults=settings)
    if is_new:
        Variant.objects.create(broadcast=broadcast, letter=Variant.LETTERS[0], messages=[])
        Variant.objects.create(broadcast=broadcast, letter=Variant.LETTERS[1], messages=broadcast.messages)
    edits.changed(broadcast, by=by, fields=["split_test"])
    return test


@transaction.atomic
def end_test(broadcast: Broadcast, *, by: User | None, version: int | None = None) -> None:
    """All get the same again, what the broadcast says. Raises as `set_test`; NoSplitTest if it has none."""
    broadcast = _locked(broadcast, version)
    _check_has_test(broadcast)
    broadcast.variants.all().delete()
    SplitTest.objects.filter(broadcast=broadcast).delete()
    edits.changed(broadcast, by=by, fields=["split_test"])


@transaction.atomic
def add_variant(broadcast: Broadcast, *, by: User | None, version: int | None = None) -> Variant:
    """One more text, which begins as text A. Raises as `end_test`, and TooManyTexts."""
    broadcast = _locked(broadcast, version)
    _check_has_test(broadcast)
    used = set(broadcast.variants.values_list("letter", flat=True))
    letter = next((letter for letter in Variant.LETTERS if letter not in used), None)
    if letter is None:
        raise TooManyTexts(most=variants.MOST)
    made = Variant.objects.create(broadcast=broadcast, letter=letter, messages=broadcast.messages)
    edits.changed(broadcast, by=by, fields=["variants"])
    return made


@transaction.atomic
def change_variant(
    broadcast: Broadcast,
    letter: str,
    messages: list[dict],
    *,
    by: User | None,
    version: int | None = None,
) -> Variant:
    """What one text says; one that is not there yet is made, if it is the next.

    Raises as `end_test`, FirstTextStays for A, TooManyTexts for a letter beyond the next, InvalidMessages.
    """
    content.check(messages)
    broadcast = _locked(broadcast, version)
    _check_has_test(broadcast)
    _check_letter(broadcast, letter)
    found, _is_new = Variant.objects.update_or_create(
        broadcast=broadcast, letter=letter, defaults={"messages": messages}
    )
    edits.changed(broadcast, by=by, fields=["variants"])
    return found


@transaction.atomic
def remove_variant(broadcast: Broadcast, letter: str, *, by: User | None, version: int | None = None) -> None:
    """One text less; those after it move up. Where one alone would be left the test ends.

    Raises as `end_test`, FirstTextStays for A, NotFound if there is no such text.
    """
    broadcast = _locked(broadcast, version)
    _check_has_test(broadcast)
    _check_letter(broadcast, letter)
    if not broadcast.variants.filter(letter=letter).exists():
        raise NotFound(what=_("Text"), name=letter)
    if broadcast.variants.count() <= variants.FEWEST:
        end_test(broadcast, by=by)
        return
    broadcast.variants.filter(letter=letter).delete()
    for text, after in zip(broadcast.variants.order_by("letter"), Variant.LETTERS, strict=False):
        Variant.objects.filter(pk=text.pk).update(letter=after)
    edits.changed(broadcast, by=by, fields=["variants"])


def _locked(broadcast: Broadcast, version: int | None) -> Broadcast:
    found = edits.locked(broadcast)
    if not found.is_editable:
        raise WrongStatus(status=found.get_status_display())
    if version not in {None, found.version}:
        raise ChangedMeanwhile()
    return found


def _check_has_test(broadcast: Broadcast) -> None:
    if variants.test_of(broadcast) is None:
        raise NoSplitTest()


def _check_letter(broadcast: Broadcast, letter: str) -> None:
    """Raise FirstTextStays or TooManyTexts unless it is one of the texts, or the next."""
    if letter == Variant.LETTERS[0]:
        raise FirstTextStays()
    possible = Variant.LETTERS[: variants.count(broadcast) + 1]
    if letter not in possible:
        raise TooManyTexts(most=variants.MOST)
