"""A survey made from a file of answers: closed, with one version, and the file on its way into it."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import activity
from accounts.errors import AppError
from accounts.models import User
from imports import services as imports
from imports.errors import ImportMoved
from imports.models import ImportRun
from surveys import services
from surveys.incoming import guessing, kinds
from surveys.incoming.guessing import Seen
from surveys.models import Survey
from surveys.questions.language import written


class NothingAsked(AppError):
    code = "nothing_asked"

    def text(self) -> str:
        return _("Say of at least one column which question it answers.")


@transaction.atomic
def make(
    name: str, run: ImportRun, seen: Sequence[Seen], chosen: Sequence[str], *, by: User | None
) -> Survey:
    """The survey; its answers are checked at once and wait for somebody to confirm them.

    Raises NothingAsked, SurveyNameTaken, SurveyNotReady, ColumnTwice, ImportMoved, FileGone.
    """
    asked = guessing.questions(seen, chosen)
    if not asked:
        raise NothingAsked
    survey = services.create(name, questions=written(asked), by=by)
    services.publish(survey, revision=survey.revision, by=by)
    services.close(survey, by=by)
    numbers = iter(asked)
    own = {column.name for column in kinds.OWN}
    columns = [
        meaning if meaning in own else kinds.column_of(next(numbers)) if meaning else "" for meaning in chosen
    ]
    _give(run, survey)
    imports.begin(run, columns, by=by)
    activity.record("survey.made_from_file", survey, by=by, file=run.name)
    return survey


def _give(run: ImportRun, survey: Survey) -> None:
    kind = f"{kinds.PREFIX}{survey.pk}"
    waiting = ImportRun.objects.filter(pk=run.pk, kind=kinds.NEW, state=ImportRun.State.UPLOADED)
    if not waiting.update(kind=kind):
        raise ImportMoved
    run.kind = kind
