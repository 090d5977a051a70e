import pytest
import yaml
from drf_spectacular.drainage import GENERATOR_STATS
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.schema import Generator
from tests.api.conftest import caller, make_key


def test_the_document_is_valid_openapi_3_1(document):
    OpenAPIV31SpecValidator(document).validate()

    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "http://testserver/c/apparel/api/v1"}]


def test_it_is_the_same_as_yaml(call, document):
    answer = call().get("schema/", Accept="application/yaml")

    assert answer.headers["Content-Type"].startswith("application/yaml")
    assert yaml.safe_load(answer.content) == document


def test_another_client_reads_the_same_with_its_own_address(other_tenant, document):
    theirs = caller(make_key(other_tenant, "*"), other_tenant.slug).get("schema/").json()

    assert theirs["servers"] == [{"url": "http://testserver/c/cosmetics/api/v1"}]
    assert theirs | {"servers": document["servers"]} == document


def test_in_another_language_it_is_another_document(call, document):
    japanese = call().get("schema/?lang=ja").json()

    assert japanese["paths"].keys() == document["paths"].keys()
    assert japanese != document
    assert call().get("schema/").json() == document


def test_nothing_is_doubtful_in_it_such_as_two_bodies_of_one_name(call, capfd):
    GENERATOR_STATS.reset()  # it says everything once
    Generator.drawn_up.clear()

    call().get("schema/")

    told = capfd.readouterr().err.splitlines()
    assert not [line for line in told if "Warning" in line or "Error" in line]


@pytest.mark.parametrize(
    "path",
    [
        "/broadcasts/{id}/approval/",
        "/broadcasts/{id}/check/",
        "/broadcasts/{id}/reviews/",
        "/broadcasts/{id}/schedule/",
        "/broadcasts/{id}/pause/",
        "/broadcasts/{id}/comments/{comment}/settlement/",
        "/series/{id}/pause/",
        "/series/{id}/dates/{day}/",
    ],
)
def test_what_is_taken_back_is_answered_with_how_it_stands(document, path):
    answers = document["paths"][path]["delete"]["responses"]

    assert "200" in answers
    assert "204" not in answers


def test_an_operation_names_its_scope_and_its_refusals(document):
    schedule = document["paths"]["/broadcasts/{id}/schedule/"]["put"]

    assert schedule["summary"] == "Have it sent at a time"
    assert "Scope: `broadcasts.send_broadcast`" in schedule["description"]
    assert set(schedule["responses"]) == {"200", "400", "401", "403", "404", "409", "422", "429"}


def test_the_parameters_of_a_list_are_explained(document):
    events = document["paths"]["/events/"]["get"]["parameters"]

    assert [parameter["name"] for parameter in events] == ["limit", "after", "friend", "customer_id", "type"]
    assert all(parameter["description"] for parameter in events)


def test_segments_have_the_schema_of_their_conditions(document):
    tree = document["components"]["schemas"]["Segment"]["properties"]["tree"]
    kinds = document["components"]["schemas"]["SegmentTree"]["anyOf"]

    assert tree["$ref"] == "#/components/schemas/SegmentTree"
    assert {"tag", "linked", "friend_for", "customer", "events"} <= {
        kind["properties"].get("type", {}).get("const") for kind in kinds
    }
