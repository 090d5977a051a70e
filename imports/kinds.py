"""What can be imported from a file. An app registers its kinds at start; the engine knows no table.

A file is uploaded, its columns are named, every row is read, somebody looks and confirms, it is written in
portions.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Row = dict[str, Any]  # what JSON can hold


class Unfit(Exception):
    """Why a row is refused, in words for whoever made the file. `column` is the name of the one meant."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason, self.column = reason, column


@dataclass(frozen=True)
class Column:
    """What a column of a file can be. `known_as`: headers that mean it, as tools and people write them."""

    name: str
    label: "StrOrPromise"
    is_required: bool = False
    known_as: Sequence[str] = ()
    help: "StrOrPromise" = ""
    example: str = ""  # a cell as it should be, for a file to begin with


@dataclass
class Written:
    """What a portion did: counts by outcome (`created`, `updated`, …), and rows that could not go in."""

    counts: dict[str, int] = field(default_factory=dict)
    refused: list[tuple[int, str]] = field(default_factory=list)  # line, reason


class Kind(ABC):
    """One kind of import.

    `permission` is needed to do it, `outcomes` are the counts of `Written`, and `page` is the name of the
    page where what was imported can be seen.
    """

    name: str
    label: "StrOrPromise"
    help: "StrOrPromise" = ""
    permission: str
    page: str = ""
    outcomes: Sequence[tuple[str, "StrOrPromise"]]

    @abstractmethod
    def columns(self) -> list[Column]:
        """What columns there may be; asked anew for every file, since clients have fields of their own."""

    @abstractmethod
    def read(self, cells: Mapping[str, str]) -> Row:
        """A row as it will be written, from stripped cells by column name. Raises Unfit.

        Only named columns are there; an empty cell is "", but required ones are never empty. It asks the
        database nothing: it is called for each row.
        """

    def reader(self) -> Callable[[Mapping[str, str]], Row]:
        """What reads the rows of one file: `read`, or a function that keeps what it asked beforehand."""
        return self.read

    def key(self, row: Row) -> str:
        """What may stand in a file only once, such as a customer number; "" may come again."""
        return ""

    def known(self, keys: Collection[str]) -> set[str] | None:
        """Which of these keys exist already, to say what is new; None: it cannot be told."""
        return None

    @abstractmethod
    def write(self, rows: list[tuple[int, Row]]) -> Written:
        """Write a portion of lines and rows in the caller's transaction; again, it changes nothing.

        An AppError ends the whole import with its message.
        """


_kinds: dict[str, Kind] = {}
_families: list[Callable[[str], Kind | None]] = []


def register(*kinds: Kind) -> None:
    _kinds.update((kind.name, kind) for kind in kinds)


def register_family(find: Callable[[str], Kind | None]) -> None:
    """Kinds of which there are as many as a client has rows, such as one for each survey.

    They are found by name and not listed: the page of the row leads to them.
    """
    _families.append(find)


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def of(name: str) -> Kind | None:
    known = _kinds.get(name)
    return known or next(filter(None, (find(name) for find in _families)), None)
