"""A survey with a million answered forms of ten questions: its results, its words, its file, one friend.

ANSWERS_FORMS makes it smaller, to try it out. Django's models are imported inside functions: they can be only
once the servers are known.
"""

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import memory
from benchmarks.looking import browser_of, get
from benchmarks.planning_data import figure, seconds
from benchmarks.segments_data import Size, client

SLUG = "bench-answers"
FORMS = int(os.environ.get("ANSWERS_FORMS", "1000000"))
TIMES = 5
SQL = Path(__file__).with_name("answers_data.sql")
TABLES = ["surveys_response", "surveys_answer"]
EMPTY = [
    "RESET ROLE",
    "SET session_replication_role = replica",
    "SET maintenance_work_mem = '512MB'",
    "UPDATE pg_index SET indisready = false WHERE indrelid = ANY(%(tables)s::regclass[])",
]
FULL = [
    "UPDATE pg_index SET indisready = true WHERE indrelid = ANY(%(tables)s::regclass[])",
    *(f"REINDEX TABLE {table}" for table in TABLES),
    *(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}" for table in TABLES),
    "RESET maintenance_work_mem",
    "RESET synchronous_commit",
    "SET session_replication_role = origin",
    f"VACUUM ANALYZE {', '.join(TABLES)}",
]
LETTERS = "abcdef"
# The least that must be read and counted, in one statement each.
TOTALS_BARE = """
SELECT question, options, number, date_trunc('month', date), text <> '', count(*)
FROM surveys_answer WHERE survey_id = %s GROUP BY 1, 2, 3, 4, 5"""
CROSS_BARE = """
SELECT below.options, beside.number, count(*)
FROM surveys_answer below JOIN surveys_answer beside USING (response_id)
WHERE below.survey_id = %s AND below.question = 'q1' AND beside.question = 'q3' GROUP BY 1, 2"""
FRIEND_BARE = """
SELECT * FROM surveys_response response JOIN surveys_answer answer ON answer.response_id = response.id
WHERE response.friend_id = %s"""
COPY_BARE = (
    "COPY (SELECT * FROM surveys_answer WHERE survey_id = %s ORDER BY response_id) TO STDOUT (FORMAT csv)"
)
SAMPLE = """
SELECT text FROM surveys_answer WHERE survey_id = %s AND question = 'q8' AND text <> ''
ORDER BY id LIMIT %s"""


def run() -> list[dict]:
    """Rows of docs/benchmarks.md."""
    with client(SLUG, Size(friends=FORMS + FORMS // 20, events=1_000)) as tenant:
        survey = _fill()
        browser = browser_of(tenant)
        get(browser, f"/c/{SLUG}/surveys/")  # so that the first page is not that of a new process
        pages = [*_totals(browser, survey), *_crossed(browser, survey), *_friend(browser)]
        return [*pages, *_file(survey), *_words(browser, survey)]


def _fill() -> Any:
    from django.db import connection

    from friends.prefectures import NAMES

    survey = _survey()
    numbers = {"forms": FORMS, "survey": survey.pk, "version": survey.version_id}
    filling = re.sub(r"{(\w+)}", lambda name: str(numbers[name[1]]), SQL.read_text().partition("\n\n")[2])
    prefectures = "{" + ",".join(NAMES) + "}"
    with connection.cursor() as cursor:
        for statement in EMPTY:
            cursor.execute(statement, {"tables": TABLES})
        cursor.execute(filling.replace("%(prefectures)s", f"'{prefectures}'"))
        for statement in FULL:
            cursor.execute(statement, {"tables": TABLES})
    return survey


def _survey() -> Any:
    from django.utils import timezone

    from surveys.models import Survey, SurveyVersion

    asked = [
        _question(1, "single", 4),
        _question(2, "multiple", 6),
        {"id": "q3", "type": "scale", "title": "おすすめ度は？", "low": 0, "high": 10},
        {"id": "q4", "type": "scale", "title": "満足度は？", "low": 1, "high": 5},
        _question(5, "single", 3),
        {"id": "q6", "type": "prefecture", "title": "お住まいは？"},
        {"id": "q7", "type": "date", "title": "最近のご来店日は？"},
        {"id": "q8", "type": "text", "title": "ご意見をどうぞ", "long": True},
        _question(9, "single", 6),
        _question(10, "multiple", 6),
    ]
    survey = Survey.objects.create(name="お客様アンケート", questions=asked)
    survey.version = SurveyVersion.objects.create(survey=survey, number=1, questions=asked)
    survey.status, survey.published_at = Survey.Status.RUNNING, timezone.now()
    survey.save()
    return survey


def _question(number: int, kind: str, options: int) -> dict:
    offered = [{"id": letter, "words": f"答え{letter.upper()}"} for letter in LETTERS[:options]]
    return {"id": f"q{number}", "type": kind, "title": f"質問{number}", "options": offered}


def _totals(browser: Any, survey: Any) -> list[dict]:
    from segments.models import Segment

    page = f"/c/{SLUG}/surveys/{survey.pk}/results/"
    floor = seconds(lambda: _bare(TOTALS_BARE, [survey.pk]), 3)
    return [
        *_page(browser, page, floor, "survey results", "what is counted, by one bare query"),
        *_page(
            browser,
            f"{page}?finished=on&channel=page&segment={Segment.objects.latest('pk').pk}",
            floor,
            "survey results of a segment",
            "as above",
        ),
    ]


def _crossed(browser: Any, survey: Any) -> list[dict]:
    page = f"/c/{SLUG}/surveys/{survey.pk}/results/cross/?row=question:q1&column=question:q3"
    floor = seconds(lambda: _bare(CROSS_BARE, [survey.pk]), 3)
    return _page(browser, page, floor, "cross table with significance", "the cells by one bare query")


def _friend(browser: Any) -> list[dict]:
    page = f"/c/{SLUG}/surveys/friends/{FORMS // 2}/"
    floor = seconds(lambda: _bare(FRIEND_BARE, [FORMS // 2]), TIMES)
    return _page(browser, page, floor, "what one friend answered", "their rows by one bare query")


def _page(browser: Any, address: str, floor: float, name: str, bare: str) -> list[dict]:
    """Until the page stands, and until its figures do, which it asks for by itself: at first, and again."""
    first = 1_000 * seconds(lambda: get(browser, address, HX_REQUEST="true"))
    warm = 1_000 * seconds(lambda: get(browser, address, HX_REQUEST="true"), TIMES)
    stands = 1_000 * seconds(lambda: get(browser, address), TIMES)
    note = f"{FORMS:,} forms of 10 questions; in process; floor: {bare}"
    floor *= 1_000
    return [
        figure(f"{name}, the page", stands, None, "ms", f"median of {TIMES}"),
        figure(f"{name}, figures for the first time", first, floor, "ms", note),
        figure(f"{name}, figures again", warm, floor, "ms", f"median of {TIMES}"),
    ]


def _words(browser: Any, survey: Any) -> list[dict]:
    """As the worker counts them; the floor is the dictionary alone, on a part of the answers."""
    from surveys.results import counting, wording

    counted = f"/c/{SLUG}/surveys/{survey.pk}/results/words/q8/"
    report = counting.report_of(survey, "q8")
    memory.forget()
    ours, most = seconds(lambda: counting.work(lambda: True)), memory.peak()
    report.refresh_from_db()
    sample = [text for (text,) in _bare(SAMPLE, [survey.pk, 20_000])]
    tokenizer = wording._tokenizer()

    def tokenize() -> None:
        for text in sample:
            tokenizer.tokenize(text)

    alone = seconds(tokenize)
    floor = alone * report.answer_count / len(sample)
    note = f"{report.answer_count:,} answers; floor: the dictionary alone, of 20,000 answers by that many"
    page = 1_000 * seconds(lambda: get(browser, counted), TIMES)
    return [
        figure("words of free answers counted", ours, floor, "s", note),
        figure("words of free answers counted, memory", most, None, "MB", "of the worker"),
        figure("page of words", page, None, "ms", f"100 words; median of {TIMES}"),
    ]


def _file(survey: Any) -> list[dict]:
    from django.db import connection

    from surveys.results import exports
    from surveys.results.narrowing import Narrowing

    export = exports.begin(Narrowing(survey), encoding="utf-8", by=None)
    memory.forget()
    began = time.perf_counter()
    for _block in export:
        pass
    ours, most = time.perf_counter() - began, memory.peak()
    if export.rows != FORMS + FORMS // 20:
        raise AssertionError(f"exported {export.rows}")

    def copied() -> None:
        with connection.cursor() as cursor, cursor.copy(COPY_BARE, [survey.pk]) as copy:
            for _block in copy:
                pass

    note = "a row for each form, as it is streamed; floor: COPY of the answers in the order of their forms"
    return [
        figure(f"CSV of {FORMS:,} forms", ours, seconds(copied), "s", note),
        figure(f"CSV of {FORMS:,} forms, memory", most, None, "MB", "the process that streams it"),
    ]


def _bare(query: str, given: list) -> list[tuple]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
