"""A flow as it is walked through: each step by its id, and what follows it by each way."""

from dataclasses import dataclass, field

from scenarios.flow.base import NEXT, Step
from scenarios.flow.reading import Flow

END = ""  # where a flow ends


@dataclass
class Program:
    """`first` is the id of the first step, `after[id, way]` that of the one that follows; END: none does."""

    flow: Flow
    first: str = END
    steps: dict[str, Step] = field(default_factory=dict)
    after: dict[tuple[str, str], str] = field(default_factory=dict)


def of(flow: Flow) -> Program:
    program = Program(flow)
    program.first = _lay(program, flow.steps, END)
    return program


def _lay(program: Program, steps: tuple[Step, ...], then: str) -> str:
    """Lay out steps behind which `then` follows; the id of the first of them, or `then`."""
    following = then
    for step in reversed(steps):
        program.steps[step.id] = step
        program.after[step.id, NEXT] = END if step.type == "end" else following
        for way in step.ways:
            program.after[step.id, way.key] = _lay(program, way.steps, following)
        following = step.id
    return following
