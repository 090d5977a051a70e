"""A send that this worker may push to LINE, and nobody else until its lease ends."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a push needs of its row."""

    pk: int
    text_id: int
    step: str
    friend_id: int
    line_user_id: str
    values: str
    retry_key: UUID
