"""SQL in every text of every type of condition: refused, or harmless; never a part of a statement."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from friends.models import Friend
from segments import leaves, services
from segments.errors import InvalidTree
from segments.tree import Json
from tests.factories import make_friend
from tests.segments.injections import every_text

TYPES = pytest.mark.parametrize("leaf", leaves.all_types(), ids=lambda leaf: leaf.type)
MARK = "zqx"
LINKED = {"type": "linked", "is": True}


class Statements:
    """Every statement that is run, without its parameters."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        self.texts.append(str(sql))
        return execute(sql, params, many, context)


def path_of_refusal(raw: Json) -> str:
    """ "" if the tree was counted."""
    try:
        services.count(raw)
    except InvalidTree as refused:
        return refused.path
    return ""


@TYPES
@pytest.mark.parametrize(
    "text",
    [
        f"{MARK}'; DROP TABLE friends_friend; --",
        f'{MARK}") OR 1=1 --',
        f"{MARK} %s %(x)s {{0}} {{}}",
        f"{MARK}\\' $$ $1 :x ? @.a",
        f"attributes.{MARK}'||pg_sleep(9)||'",
        f"fields.{MARK}') UNION SELECT 1 --",
    ],
)
def test_a_text_is_a_parameter_or_refused_at_its_leaf(tenant, leaf, text):
    make_friend("aoi")
    statements = Statements()

    with connection.execute_wrapper(statements):
        paths = {path_of_refusal({"all": [LINKED, raw]}) for raw in every_text(leaf, text)}

    assert not [sql for sql in statements.texts if MARK in sql]
    assert all(path == "" or path.startswith("all[1]") for path in paths)
    assert Friend.objects.count() == 1


@TYPES
def test_words_carry_a_text_as_it_is_into_no_statement(tenant, leaf):
    text = f"{MARK}'; DROP TABLE friends_friend; --"
    statements = Statements()
    said = []

    with connection.execute_wrapper(statements):
        for raw in every_text(leaf, text):
            try:
                said.append(services.validate(raw).words)
            except InvalidTree as refused:
                said.append(refused.message)

    assert said
    assert not [sql for sql in statements.texts if MARK in sql]


@pytest.mark.parametrize(
    "type_",
    ["customer", "friend", "date", "events", "event_time", "sequence", "bought", "run_out", "clicked"],
)
def test_texts_do_get_as_far_as_the_parameters(tenant, type_):
    [leaf] = [leaf for leaf in leaves.all_types() if leaf.type == type_]
    given: list = []

    def noted(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        given.append(str(params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        for text in (MARK, f"attributes.{MARK}", f"fields.{MARK}"):
            for raw in every_text(leaf, text):
                path_of_refusal(raw)

    assert any(MARK in params for params in given)
