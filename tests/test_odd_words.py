"""What no page of ours sends: odd words under every name that a page reads are answered, never with a 500.

Names are found by looking on as the page reads its address and form.
"""

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from tests.one_of_each import one_of_each
from tests.test_permissions import PAGES, ask, browser, make_almighty

ODD = ("a\0b", "9" * 5_000, "9999-12-31", "[" * 2_000)
READS = ("__getitem__", "get", "getlist", "__contains__")


@pytest.fixture
def asked(monkeypatch) -> Iterator[set[str]]:
    """The names that were looked for in an address or a form."""
    names: set[str] = set()
    for method in READS:
        _watch(monkeypatch, method, names)
    return names


def _watch(monkeypatch, method: str, names: set[str]) -> None:
    original = getattr(QueryDict, method)

    def read(self, name, *more, **given):
        names.add(str(name))
        return original(self, name, *more, **given)

    monkeypatch.setattr(QueryDict, method, read)


def test_odd_words_under_every_name_are_answered(tenant, asked):
    things, client = one_of_each(tenant), browser(make_almighty())
    client.raise_request_exception = False
    rows = [row for row in PAGES if row[0] == "GET" and row[3] == HTTPStatus.OK]

    broken = []
    for place, row in enumerate(rows):
        path = f"/c/apparel/{row[1].format(**things)}"
        asked.clear()
        ask(client, "GET", path)
        names = sorted(asked - {"csrfmiddlewaretoken"})
        odd = ODD[place % len(ODD)]
        there = f"{path}{'&' if '?' in path else '?'}{urlencode(dict.fromkeys(names, odd))}"
        if names and ask(client, "GET", there).status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            broken.append((row[1], odd[:10]))

    assert broken == []
