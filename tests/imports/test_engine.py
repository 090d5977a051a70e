"""A file of any kind: good rows in, bad rows reported by line."""

import pytest

from friends.models import Tag
from imports.engine import import_file
from imports.models import ImportRow
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
