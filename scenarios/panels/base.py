"""What all panels have in common."""

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from scenarios.errors import InvalidFlow

PLACE = "n"  # how the names of its fields begin


class Incomplete(Exception):
    """Something is not filled in; the panel says what."""


class Panel(Protocol):
    """A form about one part of a flow. `template` draws its fields; it is given the panel as `panel`."""

    template: str

    def act(self, act: str) -> None:
        """Do what a button within it does: one row more, another order."""

    def value(self) -> Any:
        """What it says, in JSON. Raises Incomplete, and from then on shows what is missing."""

    def blame(self, error: "InvalidFlow") -> None:
        """Show what is wrong at the field that the error names, or above all."""
