"""docs/segments.md shows every condition, and what it shows can be asked."""

import json
import re
from pathlib import Path

from segments import leaves, tree

GUIDE = Path(__file__).parents[2] / "docs" / "segments.md"


def examples() -> list[dict]:
    """The objects in the blocks of JSON, several to a block."""
    found = []
    for block in re.findall(r"```json\n(.*?)```", GUIDE.read_text(), re.DOTALL):
        rest = block.strip()
        while rest:
            example, end = json.JSONDecoder().raw_decode(rest)
            found.append(example)
            rest = rest[end:].strip()
    return found


def test_every_example_can_be_asked():
    trees = [example for example in examples() if "code" not in example]

    assert len([tree.parse(example) for example in trees]) > 30


def test_no_condition_is_left_out():
    shown = {example["type"] for example in examples() if "type" in example}

    assert shown == {leaf.type for leaf in leaves.all_types()}
