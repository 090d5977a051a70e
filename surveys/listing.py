"""Surveys as their list shows them: each with how many opened it, are answering and have finished."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from campaigns import services as campaigns
from campaigns.models import Campaign
from surveys.models import Survey

MOST = 100_000  # that is counted of one survey: beyond it a list says “more”

# Index scans that end at MOST rows, so that the list is as fast with millions of answers.
COUNTED = f"""
SELECT survey.id,
  (SELECT count(*) FROM (SELECT 1 FROM surveys_response response
    WHERE response.survey_id = survey.id AND response.state = 'finished' LIMIT {MOST}) counted),
  (SELECT count(*) FROM (SELECT 1 FROM surveys_response response
    WHERE response.survey_id = survey.id AND response.state IN ('open', 'stopped') LIMIT {MOST}) counted)
FROM surveys_survey survey WHERE survey.id = ANY(%s)"""  # noqa: S608  (numbers of ours)


@dataclass(frozen=True)
class Row:
    """`under_way` opened it and have not finished; both counts end at MOST."""

    survey: Survey
    finished: int
    under_way: int
    campaign: Campaign | None = None

    @property
    def opened(self) -> int:
        return self.finished + self.under_way


def found(*, status: str = "", text: str = "") -> QuerySet[Survey]:
    """Of a status, without one those that are not closed; by a part of the name."""
    rows = Survey.objects.filter(status=status) if status else Survey.objects.exclude(status="closed")
    return rows.filter(name__icontains=text) if text else rows


def rows(surveys: Sequence[Survey]) -> list[Row]:
    """As many queries for many as for one."""
    counted = _counted([each.pk for each in surveys])
    belonging = campaigns.of_many(each.ledger_owner for each in surveys)
    return [Row(each, *counted.get(each.pk, (0, 0)), belonging.get(each.ledger_owner)) for each in surveys]


def row(survey: Survey) -> Row:
    return rows([survey])[0]


def _counted(numbers: list[int]) -> dict[int, tuple[int, int]]:
    if not numbers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [numbers])
        return {pk: (finished, under_way) for pk, finished, under_way in cursor.fetchall()}
