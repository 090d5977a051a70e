"""What a section is made of. Pages, PDF and Excel draw the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

TEXT, COUNT, MONEY, EACH, SHARE, TIMES = "text", "count", "money", "each", "share", "times"
SIGNED, DAY, MOMENT, LIGHT = "signed", "day", "moment", "light"
NUMBERS = {COUNT, MONEY, EACH, SHARE, TIMES, SIGNED}

Cell = str | int | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True)
class Tile:
    """One large figure. `note` says what it is set against."""

    label: str
    value: Cell
    kind: str = COUNT
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    tiles: Sequence[Tile]


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is how its cells are written; `width` its share of the table."""

    label: str
    kind: str = COUNT
    width: float = 1


@dataclass(frozen=True, slots=True)
class Table:
    """`kinds` are of rows whose numbers differ in kind. Details are for pages and Excel, not for paper."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    title: str = ""
    foot: Sequence[Cell] | None = None
    kinds: dict[int, str] = field(default_factory=dict)
    is_detail: bool = False

    def kind(self, row: int, column: int) -> str:
        """How this cell is written: a row may have numbers of a kind of its own."""
        own = self.columns[column].kind
        return self.kinds.get(row, own) if own in NUMBERS else own


@dataclass(frozen=True, slots=True)
class Series:
    label: str
    values: Sequence[Decimal | int | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines or bars over labels. Its title is the question that it answers."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    kind: str = COUNT
    is_bars: bool = False
    from_zero: bool = True


@dataclass(frozen=True, slots=True)
class Paragraphs:
    texts: Sequence[str]
    is_quiet: bool = False
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Send:
    """A send with a picture of its messages beside what came of it."""

    name: str
    at: datetime | None
    messages: Sequence[dict]
    facts: Sequence[Tile]
    note: str = ""


Block = Tiles | Table | Chart | Paragraphs | Send


@dataclass(frozen=True, slots=True)
class Section:
    """`title` is a heading, `lead` the sentence that says what is to be seen."""

    code: str
    title: str
    blocks: list[Block]
    lead: str = ""
