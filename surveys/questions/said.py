"""What somebody answers to one question."""

from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  (a field is called so)


@dataclass(frozen=True, slots=True)
class Said:
    """An answer; with nothing in it, the question was passed over.

    `options` are ids of options or names of prefectures; `text` is also what was written beside “other”.
    """

    options: tuple[str, ...] = ()
    number: int | None = None
    text: str = ""
    date: Date | None = None

    @property
    def is_empty(self) -> bool:
        return self == Said()
