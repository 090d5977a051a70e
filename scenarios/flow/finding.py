"""One thing that is wrong, or doubtful."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`stops`: it cannot run like this; else a hint.

    `path` is the place in the flow, `step` the id of the step there; "" is the whole.
    """

    code: str
    text: str
    path: str = ""
    stops: bool = True
    step: str = ""
