"""Who exists: people by id, and names for those that were not given one."""

from line.simulator.channels import Channel, Person
from line.simulator.exchange import Refusal

_SURNAMES = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤"]
_GIVEN_NAMES = ["葵", "蓮", "陽菜", "湊", "結衣", "悠真", "凛", "大和", "美咲", "陽翔", "さくら"]


def person(channel: Channel, user_id: str) -> Person:
    """Someone of this channel; in an open channel anyone comes into being when first met."""
    found = channel.people.get(user_id)
    if found is None and channel.knows(user_id):
        found = channel.people[user_id] = Person(user_id, name_of(len(channel.people)))
    if found is None:
        raise Refusal(404, f"No person {user_id} in channel {channel.id}")
    return found


def name_of(number: int) -> str:
    """A hundred and ten names, then again from the start."""
    return f"{_SURNAMES[number % len(_SURNAMES)]} {_GIVEN_NAMES[number % len(_GIVEN_NAMES)]}"
