"""Settings of the test run itself."""

import pytest

from config import settings_test


@pytest.mark.parametrize(("worker", "database"), [("gw0", "1"), ("gw14", "15"), ("master", "0"), ("", "0")])
def test_each_worker_empties_a_redis_of_its_own(monkeypatch, worker, database):
    monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)

    assert (
        settings_test.own_redis("redis://:secret@127.0.0.1:6379/0")
        == f"redis://:secret@127.0.0.1:6379/{database}"
    )


def test_more_workers_than_redis_has_databases_are_refused(monkeypatch):
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw15")

    with pytest.raises(RuntimeError, match="-n 15 at most"):
        settings_test.own_redis("redis://127.0.0.1:6379/0")
