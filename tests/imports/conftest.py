"""A kind of import that is registered in tests only: what it writes is kept in the tags of friends."""

import io
from collections.abc import Collection, Mapping

import pytest

from accounts.errors import AppError
from friends.models import Tag
from imports import kinds, services
from imports.kinds import Column, Kind, Row, Unfit, Written
from imports.models import ImportRun


class Labels(Kind):
    """Words with a colour; the word may stand in a file once."""

    name = "test_labels"
    label = "Labels"
    help = "Words with a colour."
    permission = "friends.add_tag"
    outcomes = (("created", "New labels"), ("updated", "Labels changed"))

    def columns(self) -> list[Column]:
        return [
            Column(
                "word", "Word", is_required=True, known_as=("label", "ラベル"), help="At most 60 characters"
            ),
            Column("color", "Colour", known_as=("色",)),
            Column("order", "Order"),
        ]

    def read(self, cells: Mapping[str, str]) -> Row:
        if len(cells["word"]) > 60:
            raise Unfit("The word is too long.", "word")
        return {"name": cells["word"], "color": cells.get("color") or "#3b6ef6"}

    def key(self, row: Row) -> str:
        return row["name"]

    def known(self, keys: Collection[str]) -> set[str]:
        return set(Tag.objects.filter(name__in=keys).values_list("name", flat=True))

    def write(self, rows: list[tuple[int, Row]]) -> Written:
        written = Written({"created": 0, "updated": 0})
        for line, row in rows:
            if row["name"] == "forbidden":
                written.refused.append((line, "This word is forbidden."))
                continue
            if row["name"] == "full":
                raise AppError("There is no room left.")
            if row["name"] == "bug":
                raise ZeroDivisionError
            _tag, is_new = Tag.objects.update_or_create(name=row["name"], defaults={"color": row["color"]})
            written.counts["created" if is_new else "updated"] += 1
        return written


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def labels(monkeypatch) -> Labels:
    kind = Labels()
    monkeypatch.setattr(kinds, "_kinds", {kind.name: kind})
    return kind


def csv(*lines: str, header: str = "word,color", encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\r\n".join([header, *lines, ""]).encode(encoding))


def upload(*lines: str, name: str = "labels.csv", **given: str) -> ImportRun:
    return services.upload(Labels(), csv(*lines, **given), name=name)
