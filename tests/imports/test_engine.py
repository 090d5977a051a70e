"""A file of any kind: good rows in, bad rows reported by line."""

import csv as csv_module
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django_tenants.utils import schema_context
from hypothesis import given, settings
from hypothesis import strategies as st

from friends.models import Tag
from imports import engine, sheets, staging
from imports.engine import import_file
from imports.errors import (
    ColumnTwice,
    FileTooLarge,
    ImportFailed,
    LineTooLong,
    MissingColumn,
    NotText,
    UnknownKind,
    UnreadableFile,
)
from imports.models import ImportFault, ImportRow, ImportRun
from tests.factories import make_tag
from tests.imports.conftest import csv


def names() -> set[str]:
    return set(Tag.objects.values_list("name", flat=True))


def test_good_rows_go_in_and_bad_ones_are_named_by_line(tenant):
    make_tag("spring")

    report = import_file(
        "test_labels",
        csv(
            "spring,#aa0000",  # line 2
            ",#bb0000",
            "x" * 61,
            "",
            ",,",
            "summer,#cc0000",  # line 7
            "spring,#dd0000",
            '"two\nlines",',
            "a,b,c",  # line 11
            "forbidden,",
        ),
    )

    assert report.counts == {"created": 2, "updated": 1}
    assert (report.rows, report.refused_count) == (8, 5)
    assert report.refused == [
        (3, "Word is missing."),
        (4, "The word is too long."),
        (8, "The same stands in line 2 already."),
        (11, "The row has more cells than the first line. Does a cell with a comma lack quotes?"),
        (12, "This word is forbidden."),
    ]
    assert names() == {"spring", "summer", "two\nlines"}
    assert not ImportRow.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_files_are_read_as_excel_and_others_write_them(tenant, encoding, delimiter):
    row, header = delimiter.join(['"髙橋①, ""葵"""', "#aa0000"]), delimiter.join(["ラベル", "色"])

    import_file("test_labels", csv(row, header=header, encoding=encoding))

    assert Tag.objects.values_list("name", "color").get() == ('髙橋①, "葵"', "#aa0000")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", UnreadableFile),
        (b"\r\n\r\n", UnreadableFile),
        (b",,,\n", UnreadableFile),
        (b"color\nred\n", MissingColumn),
        (b"word|color\nspring|red\n", MissingColumn),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", NotText),
        (b"PK\x03\x04\x14\x00", NotText),
        (b"word\x00,color\nspring,\n", NotText),
        (b"word,color\n" + b"a," * 600_000, LineTooLong),
    ],
)
def test_what_is_no_such_file_is_refused_before_anything_is_kept(tenant, body, error):
    with pytest.raises(error):
        import_file("test_labels", io.BytesIO(body))

    assert not ImportRun.objects.exists()


def test_a_missing_column_is_named_with_those_that_are_there(tenant):
    with pytest.raises(MissingColumn) as refusal:
        import_file("test_labels", csv("spring", header="season,colour"))

    assert refusal.value.message == (
        "No column of the file is read as “Word”. Its first line names: season, colour."
    )


def test_a_kind_that_nobody_knows_is_refused_with_those_that_there_are(tenant):
    with pytest.raises(UnknownKind) as refusal:
        import_file("labels", csv("spring,"))

    assert refusal.value.message == "“labels” cannot be imported. What can be: test_labels."


def test_a_file_that_is_too_large_is_refused(tenant, settings):
    settings.IMPORT_MOST_BYTES = 20

    with pytest.raises(FileTooLarge):
        import_file("test_labels", csv("spring,#aa0000"))


def test_a_column_that_stands_twice_is_read_once_and_refused_if_both_are_wanted(tenant):
    import_file("test_labels", csv("spring,ignored", header="word,label"))

    assert names() == {"spring"}
    with pytest.raises(ColumnTwice):
        engine.services.submit(
            engine.services.kind_named("test_labels"),
            csv("a,b", header="one,two"),
            name="x.csv",
            meanings={"one": "word", "two": "word"},
        )


def test_a_header_alone_brings_nothing_in(tenant):
    report = import_file("test_labels", csv())

    assert (report.rows, report.counts) == (0, {"created": 0, "updated": 0})


def test_rows_that_cannot_be_decoded_or_kept_are_refused_alone(tenant):
    body = "word,color\nspring,\n".encode("cp932") + b"\x81\x20\xff,\na\x00b,\nsummer,\n"

    report = import_file("test_labels", io.BytesIO(body))

    assert report.refused == [
        (3, "Word has characters that cannot be read."),
        (4, "Word has characters that cannot be read."),
    ]
    assert names() == {"spring", "summer"}


def test_a_quotation_mark_that_is_never_closed_costs_no_more_than_its_row(tenant):
    body = 'word,color\nspring,\n"' + "x" * 140_000 + "\nsummer,\n"

    report = import_file("test_labels", io.BytesIO(body.encode()))

    assert report.refused[0] == (3, "The row has a quotation mark that is never closed.")
    assert "spring" in names()


def test_rows_swallowed_by_a_quotation_mark_at_the_end_are_not_taken_for_a_cell(tenant):
    report = import_file("test_labels", io.BytesIO(b'word,color\nspring,\n"summer,\nautumn,\n'))

    assert report.refused == [(3, "The row has a quotation mark that is never closed.")]
    assert names() == {"spring"}


def test_an_apostrophe_that_excel_needs_is_no_part_of_the_cell(tenant):
    import_file("test_labels", csv("'=1+1,", "'＋plus,", "'tis,"))

    assert names() == {"=1+1", "＋plus", "'tis"}


def test_all_refused_rows_are_counted_but_no_more_are_kept_than_fit(tenant, monkeypatch):
    monkeypatch.setattr(staging, "MOST_FAULTS", 3)

    report = import_file("test_labels", csv(",#1", ",#2", "a,", "a,", "a,", "forbidden,"))

    assert report.refused_count == 5
    assert [line for line, _reason in report.refused] == [2, 3, 5]
    assert ImportFault.objects.count() == 3


def test_a_refusal_of_the_kind_ends_the_import_with_its_words(tenant, monkeypatch):
    monkeypatch.setattr(engine, "PORTION", 2)

    with pytest.raises(ImportFailed) as refusal:
        import_file("test_labels", csv("spring,", "summer,", "full,", "autumn,"))

    run = ImportRun.objects.get()
    assert refusal.value.message == run.problem == "There is no room left."
    assert (run.state, run.done) == (ImportRun.State.FAILED, 2)
    assert names() == {"spring", "summer"}
    assert not ImportRow.objects.exists()


def test_the_same_file_again_changes_nothing_more(tenant):
    import_file("test_labels", csv("spring,#aa0000"))

    report = import_file("test_labels", csv("spring,#aa0000"))

    assert report.counts == {"created": 0, "updated": 1}
    assert Tag.objects.count() == 1


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd"), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=20), st.sampled_from(["\r\n", "\n"]))
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_cells_is_read_as_it_was_written(rows, line_end):
    text = io.StringIO()
    csv_module.writer(text, lineterminator=line_end, quoting=csv_module.QUOTE_ALL).writerows(
        [["word", "color"], *rows]
    )
    file = io.BytesIO(text.getvalue().encode())
    outline = sheets.outline(file, most_bytes=1_000_000)

    read = [cells for _line, cells in sheets.rows_of(file, outline.encoding)]

    assert read == [["word", "color"], *rows]


def test_an_operator_imports_by_command(tenant, tmp_path, capsys):
    file = tmp_path / "labels.csv"
    file.write_text("word,color\nspring,\n,red\n")

    with schema_context("public"):
        call_command("import_csv", "apparel", "test_labels", str(file))

    assert capsys.readouterr().out.splitlines() == [
        "rows 2 · created 1 · updated 0 · refused 1",
        "  line 3: Word is missing.",
    ]


@pytest.mark.parametrize(
    ("kind", "file", "code"),
    [("test_labels", "nothing.csv", "unreadable_file"), ("nothing", "labels.csv", "unknown_kind")],
)
def test_the_command_says_what_is_wrong(tenant, tmp_path, capsys, kind, file, code):
    (tmp_path / "labels.csv").write_text("word\nspring\n")

    with schema_context("public"), pytest.raises(CommandError):
        call_command("import_csv", "apparel", kind, str(tmp_path / file), "--json")

    assert json.loads(capsys.readouterr().out)["code"] == code
