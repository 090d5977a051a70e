"""LINE's words for what is wrong with a message, as its `details` give them."""

from line.simulator.exchange import Refusal
from line.validation import Problem

_WORDS = {
    "required": "May not be empty",
    "too_long": "Length must be between 0 and {limit}",
    "too_many": "Size must be between 1 and {limit}",
    "too_few": "Size must be greater than or equal to {limit}",
    "too_large": "The content is larger than {limit} bytes",
    "bad_url": "invalid uri",
    "out_of_range": "must be between {limit}",
    "not_one_of": "Must be one of the following values: [{limit}]",
}


def refusal(problems: list[Problem]) -> Refusal:
    """400 with a detail for each problem."""
    return faulty(*map(detail, problems))


def faulty(*details: dict[str, str]) -> Refusal:
    return Refusal(400, f"The request body has {len(details)} error(s)", list(details))


def detail(problem: Problem) -> dict[str, str]:
    words = _WORDS.get(problem.code, "invalid property")
    if problem.path == "messages" and problem.code in ("too_few", "too_many"):
        words = "Size must be between 1 and 5"
    return {"message": words.format(limit=problem.limit), "property": problem.path}
