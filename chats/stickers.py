"""Stickers that LINE lets every account send.

Source: https://developers.line.biz/en/docs/messaging-api/sticker-list/
"""

from typing import NamedTuple


class Package(NamedTuple):
    """Stickers numbered one after the other."""

    id: int
    title: str  # LINE's own
    first: int
    last: int


PACKAGES = [
    Package(446, "ムーン スペシャル", 1988, 2027),
    Package(789, "サリー スペシャル", 10855, 10894),
    Package(6136, "謝罪のプロ！LINEキャラクターズ", 10551376, 10551399),
    Package(8515, "ゆる敬語★LINEキャラクターズ", 16581242, 16581265),
]


def message_of(choice: str) -> dict | None:
    """The message object for `package:sticker`; None for what is none of these."""
    package_id, _colon, sticker_id = choice.partition(":")
    for package in PACKAGES:
        is_ours = str(package.id) == package_id and sticker_id.isascii() and sticker_id.isdecimal()
        if is_ours and package.first <= int(sticker_id) <= package.last:
            return {"type": "sticker", "packageId": package_id, "stickerId": sticker_id}
    return None


def choices() -> list[tuple[str, list[tuple[str, int]]]]:
    """For the picker: each package's title, and its stickers as `package:sticker` with their place in it."""
    return [
        (
            package.title,
            [(f"{package.id}:{number}", place) for place, number in enumerate(_numbers(package), 1)],
        )
        for package in PACKAGES
    ]


def _numbers(package: Package) -> range:
    return range(package.first, package.last + 1)
