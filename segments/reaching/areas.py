"""Where people live, in LINE's codes, with names for people.

Source: https://developers.line.biz/en/reference/messaging-api/#narrowcast-demographic-filter
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from segments.reaching.platform import AREAS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_JAPAN = """
Hokkaido Aomori Iwate Miyagi Akita Yamagata Fukushima Ibaraki Tochigi Gunma Saitama Chiba Tokyo
Kanagawa Niigata Toyama Ishikawa Fukui Yamanashi Nagano Gifu Shizuoka Aichi Mie Shiga Kyoto Osaka Hyogo Nara
Wakayama Tottori Shimane Okayama Hiroshima Yamaguchi Tokushima Kagawa Ehime Kochi Fukuoka Saga Nagasaki
Kumamoto Oita Miyazaki Kagoshima Okinawa
"""
_TAIWAN = [
    *("Taipei City", "New Taipei City", "Taoyuan City", "Taichung City", "Tainan City", "Kaohsiung City"),
    *("Keelung City", "Hsinchu City", "Chiayi City", "Hsinchu County", "Miaoli County", "Changhua County"),
    *("Nantou County", "Yunlin County", "Chiayi County", "Pingtung County", "Yilan County"),
    *("Hualien County", "Taitung County", "Penghu County", "Kinmen County", "Lienchiang County"),
]
_THAILAND = [
    *("Bangkok", "Pattaya", "Northern Thailand", "Central Thailand", "Southern Thailand"),
    *("Eastern Thailand", "Northeastern Thailand", "Western Thailand"),
]
NAMES: "dict[str, StrOrPromise]" = {
    code: _(name) for code, name in zip(AREAS, [*_JAPAN.split(), *_TAIWAN, *_THAILAND], strict=True)
}
