"""Pages and endpoints of results: what they show, as files, to whom, and what they refuse."""

import csv
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Activity, User
from imports.models import ImportRun
from segments.models import FriendList
from surveys.models import Answer, Response, Survey, WinnerDraw
from surveys.results import counting, exports
from tests.api.conftest import EVERYTHING, Caller, caller, make_key
from tests.factories import make_customer, make_friend, make_link, make_segment, make_tag
from tests.imports.factories import make_import
from tests.surveys.factories import make_response, make_survey
from tests.surveys.test_results_totals import ALL

FORMULA = '=HYPERLINK("https://evil.example/")'


@pytest.fixture
def page(tenant, visit):
    """An account manager's browser."""
    return visit("account_manager")


@pytest.fixture
def call(tenant) -> Caller:
    """A program that may do everything."""
    return caller(make_key(tenant, *EVERYTHING))


def make_answered(**fields) -> Survey:
    survey = make_survey(questions=ALL, **fields)
    for place in range(8):
        make_response(
            survey,
            make_friend(f"friend-{place}"),
            q1={"options": ["a" if place % 2 else "b"]},
            q2={"number": 9},
            q3={"text": "香りが好き"},
            q4={"options": ["x", "other"], "text": "香水"},
            q5={"options": ["東京都"]},
        )
    return survey


def rows_of(content: bytes, encoding: str = "utf-8-sig") -> list[dict]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding))))


def texts_of(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def streamed(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_page_answers_each_question_in_its_title(page):
    survey = make_answered()

    shown = page.read(f"surveys/{survey.pk}/results/")

    assert "Everybody who opened it finished" in shown
    assert "NPS +100, on average 9.0 of 10" in shown
    assert "Most are from Kanto: 100%" in shown
    assert "8 answered, of 8 who were asked (100.0%)" in shown


def test_totals_take_as_many_queries_however_many_answered(page, django_assert_max_num_queries):
    survey = make_answered()

    with django_assert_max_num_queries(24):
        page.read(f"surveys/{survey.pk}/results/")


def test_a_survey_that_nobody_opened_says_what_to_do_next(page):
    survey = make_survey()

    for address in (
        "results/",
        "results/cross/",
        "results/winners/",
        "results/words/q3/",
        "results/texts/q3/",
    ):
        assert "empty" in page.read(f"surveys/{survey.pk}/{address}") or "words" in address


@pytest.mark.parametrize(
    "asked",
    [
        {"segment": "999999"},
        {"first": "2026-02-31", "last": "soon"},
        {"channel": "fax", "finished": "👩‍👩‍👧"},
        {"row": "question:zz", "column": "\0"},
        {"row": "question:q1", "column": "question:q1"},
    ],
)
def test_nonsense_narrows_nothing_and_breaks_nothing(page, asked):
    survey = make_answered()

    assert "8 answered" in page.read(f"surveys/{survey.pk}/results/", asked)
    assert page.get(f"surveys/{survey.pk}/results/cross/", asked).status_code == 200


def test_a_cross_table_says_whether_it_is_chance_and_is_a_file_too(page):
    survey, tag = make_answered(), make_tag("VIP")
    asked = {"row": "question:q1", "column": f"tag:{tag.pk}", "shown": "counts"}

    shown = page.read(f"surveys/{survey.pk}/results/cross/", asked)
    file = page.get(f"surveys/{survey.pk}/results/cross/file/", asked | {"kind": "xlsx"})
    rows = rows_of(page.get(f"surveys/{survey.pk}/results/cross/file/", asked | {"kind": "utf-8"}).content)

    assert "There is nothing to compare" in shown
    assert "Share of the row" in texts_of(file.content)
    assert [row["People"] for row in rows] == ["4", "4", "8"]


def test_totals_are_a_file(page):
    survey = make_answered()

    rows = rows_of(page.get(f"surveys/{survey.pk}/results/file/", {"kind": "utf-8"}).content)
    book = texts_of(page.get(f"surveys/{survey.pk}/results/file/").content)

    [dry] = [row for row in rows if row["Answer given"] == "乾燥"]
    assert (dry["People"], dry["Share of those who answered"]) == ("4", "0.5000")
    assert "How far people came" in book
    assert page.get(f"surveys/{survey.pk}/results/file/", {"kind": "pdf"}).status_code == 404


@pytest.mark.parametrize(("kind", "encoding"), [("utf-8", "utf-8-sig"), ("cp932", "cp932")])
def test_all_answers_are_a_file_of_a_row_for_each_response(page, kind, encoding):
    survey = make_answered()
    aoi = make_friend("葵")
    make_link(aoi, make_customer("A-1"))
    make_response(survey, aoi, q3={"text": FORMULA})
    Response.objects.filter(friend=aoi).update(customer_id=aoi.links.get().customer_id)

    rows = rows_of(streamed(page.get(f"surveys/{survey.pk}/results/answers/file/", {"kind": kind})), encoding)

    assert len(rows) == 9
    assert (rows[0]["お肌のお悩みは？"], rows[0]["欲しいものは？"]) == ("毛穴", "化粧水|Other: 香水")
    assert (rows[8]["Customer number"], rows[8]["Friend number"]) == ("A-1", str(aoi.pk))
    assert rows[8]["ご意見をどうぞ"] == "'" + FORMULA
    assert set(Activity.objects.filter(verb__startswith="survey.").values_list("verb", flat=True)) >= {
        "survey.answers_exported",
        "survey.export_finished",
    }


def test_the_file_of_answers_is_in_the_language_of_whoever_asked(page):
    survey = make_answered()
    with schema_context("public"):
        User.objects.update(language="ja")

    rows = rows_of(streamed(page.get(f"surveys/{survey.pk}/results/answers/file/", {"kind": "utf-8"})))

    assert "お客様番号" in rows[0]
    assert "回答済み" in rows[0].values()


def test_answers_in_codes_have_ids_as_programs_know_them(page):
    survey = make_answered()
    asked = {"kind": "utf-8", "codes": "on", "finished": "on"}

    rows = rows_of(streamed(page.get(f"surveys/{survey.pk}/results/answers/file/", asked)))

    assert (rows[0]["q1"], rows[0]["q4"]) == ("b", "x|other")


def test_a_file_of_several_portions_has_everybody_once(page, monkeypatch):
    survey = make_answered()
    monkeypatch.setattr(exports, "PORTION", 3)

    rows = rows_of(streamed(page.get(f"surveys/{survey.pk}/results/answers/file/", {"kind": "utf-8"})))

    assert len({row["Response"] for row in rows}) == len(rows) == 8


def test_more_rows_than_excel_takes_are_refused_with_the_way_out(page, monkeypatch):
    survey = make_answered()
    assert "香水" in texts_of(
        page.get(f"surveys/{survey.pk}/results/answers/file/", {"kind": "xlsx"}).content
    )
    monkeypatch.setattr(exports, "MOST_IN_EXCEL", 7)

    refused = page.get(f"surveys/{survey.pk}/results/answers/file/", {"kind": "xlsx"})

    assert refused.status_code == 400
    assert "Take the CSV file instead" in refused.content.decode()


def test_words_are_counted_by_the_job_and_lead_to_the_answers(page):
    survey = make_answered()

    waiting = page.read(f"surveys/{survey.pk}/results/words/q3/")
    counting.work(lambda: True)
    shown = page.read(f"surveys/{survey.pk}/results/words/q3/", {"kind": "noun"})
    answers = page.read(f"surveys/{survey.pk}/results/texts/q3/", {"word": "香り"})

    assert "are being counted" in waiting
    assert "“香り” is said most: in 8 answers" in shown
    assert answers.count("香りが好き") == 8
    assert "好き" in answers
    assert "No answer has this word" in page.read(
        f"surveys/{survey.pk}/results/texts/q3/", {"word": "\0無い"}
    )


def test_free_answers_are_escaped_and_only_for_questions_that_have_some(page):
    survey = make_answered()
    Answer.objects.filter(question="q3").update(text="<script>alert(1)</script>")

    assert "<script>alert(1)" not in page.read(f"surveys/{survey.pk}/results/texts/q3/")
    assert page.get(f"surveys/{survey.pk}/results/words/q1/").status_code == 404
    assert "香水" in page.read(f"surveys/{survey.pk}/results/texts/q4/")


def test_winners_are_announced_drawn_and_made_a_list(page):
    survey = make_answered()

    announced = page.send(f"surveys/{survey.pk}/results/winners/", {"name": "美容液", "winner_count": "3"})
    draw = WinnerDraw.objects.get()
    drawn = page.send(f"surveys/winners/{draw.pk}/draw/", {})
    page.send(f"surveys/winners/{draw.pk}/list/", {})
    rows = rows_of(page.get(f"surveys/winners/{draw.pk}/file/", {"kind": "utf-8"}).content)

    draw.refresh_from_db()
    assert draw.seal in announced
    assert draw.seed not in announced
    assert draw.seed in drawn
    assert [row["Place drawn"] for row in rows] == ["1", "2", "3"]
    assert FriendList.objects.get().members.count() == 3
    assert "already" in page.send(f"surveys/winners/{draw.pk}/draw/", {})


def test_who_may_not_draw_may_look(tenant, visit):
    survey = make_answered()
    told = {"name": "美容液", "winner_count": "3"}

    refused = visit("viewer").post(f"surveys/{survey.pk}/results/winners/", told)

    assert refused.status_code == 403
    assert visit("viewer").get(f"surveys/{survey.pk}/results/winners/").status_code == 200
    assert not WinnerDraw.objects.exists()


@pytest.mark.parametrize("count", ["0", "-1", "100001", "三", "9" * 40, ""])
def test_no_number_of_winners_is_refused_on_the_form(page, count):
    survey = make_answered()

    page.send(f"surveys/{survey.pk}/results/winners/", {"name": "美容液", "winner_count": count})

    assert not WinnerDraw.objects.exists()


def test_a_survey_is_made_from_a_file_and_its_answers_go_in(page):
    aoi = make_friend("aoi")
    text = "LINE user ID,満足度,好きな色,お住まい,誕生日,ご意見\n" + "".join(
        f"{aoi.line_user_id if place == 0 else ''},{place % 6},{'赤' if place % 2 else '青、赤'},"
        f"{'東京都' if place % 3 else '大阪'},2000/1/{place + 1},意見{place}は長い\n"
        for place in range(12)
    )
    file = SimpleUploadedFile("広告アンケート.csv", text.encode("cp932"))

    asked = page.send("surveys/from-file/", {"file": file})
    run = ImportRun.objects.get()
    chosen = ["line_user_id", "scale", "multiple", "prefecture", "date", "text"]
    page.send(f"surveys/from-file/{run.pk}/", {"name": "広告", "column": chosen})
    run.refresh_from_db()

    assert asked.count(" selected") == 6
    survey = Survey.objects.get(name="広告")
    assert [question["type"] for question in survey.version.questions] == chosen[1:]
    assert (survey.status, run.kind, run.state) == ("closed", f"survey-{survey.pk}", "checking")


def test_columns_are_guessed_from_their_cells(page):
    text = "LINE user ID,満足度,好きな色,お住まい,誕生日,ご意見,空\n" + "".join(
        f",{place % 6},{'赤' if place % 2 else '青'},東京都,2000/1/{place + 1},意見{place}は長い,\n"
        for place in range(25)
    )
    page.send("surveys/from-file/", {"file": SimpleUploadedFile("a.csv", text.encode())})

    shown = page.read(f"surveys/from-file/{ImportRun.objects.get().pk}/")

    kinds = [part.split('"')[0] for part in shown.split(" selected")[0:0]] or [
        line.rsplit('value="', 1)[1].split('"')[0] for line in shown.split(" selected")[:-1]
    ]
    assert kinds == ["line_user_id", "scale", "single", "prefecture", "date", "text", ""]


def test_a_file_in_which_nothing_is_asked_makes_no_survey(page):
    page.send("surveys/from-file/", {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")})
    run = ImportRun.objects.get()

    refused = page.send(f"surveys/from-file/{run.pk}/", {"name": "x", "column": ["", "zz"]})

    assert "which question it answers" in refused
    assert not Survey.objects.exists()


def test_answers_of_a_survey_lead_to_the_import_of_its_kind(page):
    survey, draft = make_survey(), make_survey("下書き", is_running=False)

    assert page.get(f"surveys/{survey.pk}/results/import/").url.endswith(f"/imports/new/survey-{survey.pk}/")
    assert "once the survey has been published" in page.read(f"surveys/{draft.pk}/results/import/")


def test_programs_read_totals_tables_words_and_answers(call):
    survey = make_answered()
    counting.report_of(survey, "q3")
    counting.work(lambda: True)
    base = f"surveys/{survey.pk}"

    totals = call.get(f"{base}/totals/?channel=page&finished=true").json()
    crossed = call.get(f"{base}/cross/?row=question:q1&column=question:q4").json()
    words = call.get(f"{base}/words/q3/?kind=noun").json()
    rows = rows_of(streamed(call.get(f"{base}/answers/file/?codes=true")))

    assert (totals["opened"], totals["totals"][0]["answers"][0]["count"]) == (8, 4)
    assert (crossed["people"], crossed["rows"][0]["words"]) == (8, "乾燥")
    assert words["words"][0] == {"word": "香り", "kind": "noun", "count": 8}
    assert rows[0]["q1"] == "b"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("cross/?row=question:q1&column=question:q1", 422),
        ("cross/?row=question:q1&column=nothing", 422),
        ("cross/", 400),
        ("words/q1/", 422),
        ("words/q3/?most=0", 400),
        ("totals/?first=soon", 400),
        ("totals/?segment=999999", 400),
    ],
)
def test_programs_are_told_what_they_cannot_ask(call, address, status):
    survey = make_answered()

    answer = call.get(f"surveys/{survey.pk}/{address}")

    assert answer.status_code == status, answer.content


def test_another_clients_surveys_are_not_found(page, call, other_tenant):
    with tenant_context(other_tenant):
        theirs = make_survey()
        for _more in range(3):
            make_survey(str(_more))
        number = Survey.objects.order_by("-pk").first().pk
        draw = WinnerDraw.objects.create(survey=theirs, name="x", winner_count=1, seed="0", seal="0").pk
        segment, run = make_segment().pk, make_import("survey-new").pk

    for address in ("", "cross/", "winners/", "answers/", "words/q3/", "texts/q3/", "import/", "file/"):
        assert page.get(f"surveys/{number}/results/{address}").status_code == 404
    assert page.get(f"surveys/winners/{draw}/").status_code == 404
    assert page.get(f"surveys/from-file/{run}/").status_code == 404
    assert call.get(f"surveys/{number}/totals/").status_code == 404
    own = make_answered()
    assert "8 answered" in page.read(f"surveys/{own.pk}/results/", {"segment": str(segment)})
