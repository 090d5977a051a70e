"""Commands on audiences that are kept at LINE."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import activity, board
from accounts.models import User
from adplatforms.errors import (
    AudienceNameTaken,
    LineAudienceGone,
    LineHasThem,
    LineNameUnreadable,
    NoAudienceName,
    NobodyForLine,
    NotAFormerOne,
    TooManyForLine,
    VersionUnderWay,
)
from adplatforms.line_audiences import sizes
from adplatforms.line_audiences.sizes import Outlook
from adplatforms.models import LineAdAudience, LineAdVersion
from segments.models import Segment
from segments.reaching import audiences
from segments.reaching.audiences import USED_AGAIN_FOR

KIND = "line_ad_audiences"  # on the work board
PURPOSE = "line_ad_audience"  # of audiences at LINE: `line_ad_audience:7/3`
MOST = 1_500_000  # people in an audience at LINE
BUSY_FOR = timedelta(hours=1)  # until the next comparison, while a version is being made
State, Rhythm = LineAdVersion.State, LineAdAudience.Rhythm


@transaction.atomic
def create(
    name: str,
    segment: Segment,
    rhythm: str = Rhythm.NEVER,
    *,
    only_agreed: bool = True,
    keeps_former: bool = False,
    by: User | None,
) -> LineAdAudience:
    """Nothing goes to LINE yet. Raises NoAudienceName, LineNameUnreadable, AudienceNameTaken."""
    name = " ".join(name.split())
    if not name:
        raise NoAudienceName
    if not name.isprintable():
        raise LineNameUnreadable
    try:
        with transaction.atomic():
            made = LineAdAudience.objects.create(
                name=name, segment=segment, rhythm=rhythm, only_agreed=only_agreed, keeps_former=keeps_former
            )
    except IntegrityError as error:
        raise AudienceNameTaken(name=name) from error
    activity.record("line_ad_audience.created", made, by=by, name=name)
    return made


@transaction.atomic
def change(
    audience: LineAdAudience, *, rhythm: str | None = None, keeps_former: bool | None = None, by: User | None
) -> LineAdAudience:
    """How often it is brought up to date; not before it was pushed once. Raises LineAudienceGone."""
    locked = _locked(audience)
    locked.rhythm = locked.rhythm if rhythm is None else rhythm
    locked.keeps_former = locked.keeps_former if keeps_former is None else keeps_former
    if locked.versions.exists():
        locked.due_at = locked.after(locked.compared_at or timezone.now())
        if locked.due_at:
            board.call(KIND, locked.due_at)
    locked.save(update_fields=["rhythm", "keeps_former", "due_at"])
    activity.record("line_ad_audience.changed", locked, by=by, name=locked.name)
    return locked


def push(audience: LineAdAudience, *, by: User | None) -> LineAdVersion:
    """Have LINE hold those in the segment now who may go; from now on it is kept in its rhythm.

    Raises VersionUnderWay, NobodyForLine, TooManyForLine, LineHasThem, LineAudienceGone, JudgedByLine,
    InvalidTree.
    """
    drop_unwelcome(audience, states=[State.FORMER])
    outlook = checked(sizes.of(audience))
    with transaction.atomic():
        locked = _locked(audience)
        if locked.versions.filter(state=State.NEXT).exists():
            raise VersionUnderWay
        made = None if _holds(locked, outlook) else _begin(locked, outlook, by)
        if made is None:
            _compared(locked)
        else:
            activity.record("line_ad_audience.pushed", locked, by=by, name=locked.name, people=made.out)
    if made is None:
        raise LineHasThem
    return made


def renew(audience: LineAdAudience, outlook: Outlook) -> None:
    """What is done when its time has come: a new version, if LINE does not have exactly these people.

    Two workers at once make one.
    """
    with transaction.atomic():
        due = LineAdAudience.objects.select_for_update().filter(pk=audience.pk, due_at__lte=timezone.now())
        locked = due.first()
        if locked is None:
            return
        if locked.versions.filter(state=State.NEXT).exists():
            locked.due_at = timezone.now() + BUSY_FOR
            locked.save(update_fields=["due_at"])
        elif _holds(locked, outlook):
            _compared(locked)
        else:
            _begin(locked, outlook, None)


def postpone(audience: LineAdAudience, problem: str) -> None:
    """Keep why its time came in vain; it is tried again in its rhythm."""
    due = LineAdAudience.objects.filter(pk=audience.pk, due_at__lte=timezone.now())
    now = timezone.now()
    due.update(problem=problem[:60], compared_at=now, due_at=audience.after(now))


def drop_unwelcome(audience: LineAdAudience, *, states: list[str]) -> None:
    """Have those of its versions deleted at LINE that hold somebody who may not go any more."""
    for version in audience.versions.select_related("made", "audience").filter(state__in=states):
        if sizes.unwelcome(version):
            leave(version)


@transaction.atomic
def leave(version: LineAdVersion) -> None:
    """Have it deleted at LINE, unless its place has changed meanwhile."""
    same = LineAdVersion.objects.filter(pk=version.pk, state=version.state)
    if same.update(state=State.GONE, look_at=None):
        audiences.drop(version.made)


def checked(outlook: Outlook) -> Outlook:
    """Raises NobodyForLine, TooManyForLine."""
    if not outlook.out:
        raise NobodyForLine
    if len(outlook.out) > MOST:
        raise TooManyForLine(most=f"{MOST:,}", count=f"{len(outlook.out):,}")
    return outlook


@transaction.atomic
def remove(audience: LineAdAudience, *, by: User | None) -> None:
    """It is deleted at LINE, with all its versions, and here."""
    locked = LineAdAudience.objects.select_for_update().filter(pk=audience.pk).first()
    if locked is None:
        return
    for version in locked.versions.light().exclude(state=State.GONE):
        audiences.drop(version.made)
    activity.record("line_ad_audience.removed", locked, by=by, name=locked.name)
    locked.delete()


@transaction.atomic
def remove_former(version: LineAdVersion, *, by: User | None) -> None:
    """Have the one before deleted at LINE, which was kept. Raises NotAFormerOne."""
    former = LineAdVersion.objects.filter(pk=version.pk, state=State.FORMER)
    if not former.update(state=State.GONE, look_at=None):
        raise NotAFormerOne
    audiences.drop(version.made)
    activity.record("line_ad_audience.former_removed", version.audience, by=by, name=version.audience.name)


def _locked(audience: LineAdAudience) -> LineAdAudience:
    found = LineAdAudience.objects.select_for_update().filter(pk=audience.pk).first()
    if found is None:
        raise LineAudienceGone
    return found


def _begin(locked: LineAdAudience, outlook: Outlook, by: User | None) -> LineAdVersion:
    number = (locked.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    made = audiences.keep(outlook.out, f"{PURPOSE}:{locked.pk}/{number}", name=locked.name)
    version = LineAdVersion.objects.create(
        audience=locked,
        number=number,
        made=made,
        total=outlook.total,
        out=len(outlook.out),
        refused=len(outlook.refused),
        never_asked=len(outlook.never_asked),
        not_linked=len(outlook.not_linked),
        by_id=by.pk if by else None,
    )
    _compared(locked)
    board.call(KIND)
    return version


def _compared(locked: LineAdAudience) -> None:
    now = timezone.now()
    locked.compared_at, locked.due_at, locked.problem = now, locked.after(now), ""
    locked.save(update_fields=["compared_at", "due_at", "problem"])
    if locked.due_at:
        board.call(KIND, locked.due_at)


def _holds(locked: LineAdAudience, outlook: Outlook) -> bool:
    """Whether LINE has exactly these people, and keeps them for a while yet."""
    current = locked.versions.filter(state=State.CURRENT).select_related("made").first()
    if current is None or current.is_lost or current.made.created_at < _young():
        return False
    return current.members == outlook.out


def _young() -> datetime:
    return timezone.now() - USED_AGAIN_FOR
