"""The webhook bodies that other tests use are of the form LINE describes."""

from pathlib import Path

import pytest

from tests.line import contract

PAYLOADS = Path(__file__).resolve().parents[1] / "line_payloads"
OF_NO_KNOWN_TYPE = "of_a_later_day"

pytestmark = pytest.mark.skipif(
    not contract.SPECS.is_dir(),
    reason="LINE's OpenAPI files are not beside the project (../shared/line-openapi)",
)


@pytest.mark.parametrize("name", sorted(file.stem for file in PAYLOADS.glob("*.json")))
def test_a_payload_is_as_line_describes_it(name):
    faults = contract.webhook_faults((PAYLOADS / f"{name}.json").read_bytes())

    assert bool(faults) == (name == OF_NO_KNOWN_TYPE)
