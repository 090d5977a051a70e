"""Which figures of clients are told to their agency. The app that counts them registers them at start."""

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Figure:
    """`unit`: count, money or share. `has_cost`: LINE's cost is part of it, so that it has prices.

    `is_rate`: it does not tell how large a client is, so that it may be in a median.
    """

    code: str
    label: Text
    about: Text
    unit: str
    is_up: bool = True  # more is better
    has_cost: bool = False
    is_rate: bool = False


_figures: dict[str, Figure] = {}


def register(*given: Figure) -> None:
    _figures.update({figure.code: figure for figure in given})


def get(code: str) -> Figure | None:
    return _figures.get(code)


def known() -> list[Figure]:
    """In the order in which they were registered."""
    return list(_figures.values())
