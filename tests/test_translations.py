"""Every text of the interface is there in Japanese."""

import io
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2)}
KEYWORDS |= {"ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2)}
LEFT_OUT = {".venv", ".data", "tests", "benchmarks", "demo", "locale"}


def sources(pattern: str) -> list[Path]:
    return [path for path in ROOT.rglob(pattern) if not LEFT_OUT & set(path.relative_to(ROOT).parts)]


def texts(path: Path) -> set[str]:
    """Texts marked for translation in a module or a template."""
    source = path.read_text()
    if path.suffix == ".html":
        source = templatize(source, origin=str(path))
    found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS)
    return {one for _line, text, *_ in found for one in [text if isinstance(text, str) else text[0]] if one}


@pytest.fixture(scope="module")
def japanese() -> set[str]:
    with (ROOT / "locale/ja/LC_MESSAGES/django.po").open("rb") as file:
        messages = list(read_po(file, locale="ja"))
    ids = [each.id if isinstance(each.id, tuple) else (each.id,) for each in messages if each.string]
    return {text for id_ in ids for text in id_}


@pytest.mark.parametrize(
    "path", sources("*.py") + sources("*.html"), ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_text_is_translated(path, japanese):
    assert not texts(path) - japanese
