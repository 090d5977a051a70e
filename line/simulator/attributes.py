"""What LINE believes to know about people: a guess that the user id decides, unless the test knows better."""

from dataclasses import dataclass
from datetime import date
from hashlib import blake2s

from line.simulator import areas
from line.simulator.channels import Channel, Person

YOUNGEST, OLDEST = 15, 75
GENDERS = ("male", "female")
APP_TYPES = ("ios", "android")
AGES = {f"age_{age}": age for age in range(15, 75, 5)}
PERIODS = {f"day_{days}": days for days in (7, 30, 90, 180, 365)}
KNOWABLE = ("gender", "age", "area", "app_type")


@dataclass(frozen=True, slots=True)
class Attributes:
    """None: LINE does not know. `age` in years, `area` as a code, `days` since the account was added."""

    gender: str | None
    age: int | None
    area: str | None
    app_type: str | None
    days: int | None


def of(channel: Channel, person: Person, today: str) -> Attributes:
    """What `person.known` leaves open is guessed: one in twelve has a gender, an age, or a place unknown."""
    dice = blake2s(person.user_id.encode()).digest()
    guess = {
        "gender": "female" if dice[0] < 128 else "male" if dice[0] < 236 else None,
        "age": YOUNGEST + dice[1] * (OLDEST - YOUNGEST) // 236 if dice[1] < 236 else None,
        "area": _area(int.from_bytes(dice[2:6])),
        "app_type": "ios" if dice[6] < 150 else "android" if dice[6] < 250 else None,
    }
    since = channel.friend_since.get(person.user_id)
    return Attributes(**guess | person.known, days=_days(since, today) if since else None)


def fits(demographic: dict, known: Attributes) -> bool:
    """Whether one filter object of a narrowcast fits. Who is unknown fits none."""
    match demographic["type"]:
        case "gender":
            return known.gender in demographic["oneOf"]
        case "appType":
            return known.app_type in demographic["oneOf"]
        case "area":
            return known.area in demographic["oneOf"]
        case "age":
            return _within(demographic, AGES, known.age)
        case _:
            return _within(demographic, PERIODS, known.days)


def _within(demographic: dict, names: dict[str, int], value: int | None) -> bool:
    least, below = names.get(demographic.get("gte", "")), names.get(demographic.get("lt", ""))
    return value is not None and (least is None or value >= least) and (below is None or value < below)


def _area(number: int) -> str | None:
    unknown = number % 12 == 0
    return None if unknown else areas.BY_POPULATION[number % len(areas.BY_POPULATION)]


def _days(since: str, today: str) -> int:
    return (date.fromisoformat(today) - date.fromisoformat(since)).days
