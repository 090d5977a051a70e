"""Where people live, in LINE's codes, with the names its statistics use.

Source: https://developers.line.biz/en/reference/messaging-api/#narrowcast-demographic-filter
"""

_JAPAN = """
北海道 青森 岩手 宮城 秋田 山形 福島 茨城 栃木 群馬 埼玉 千葉 東京 神奈川 新潟 富山 石川 福井
山梨 長野 岐阜 静岡 愛知 三重 滋賀 京都 大阪 兵庫 奈良 和歌山 鳥取 島根 岡山 広島 山口 徳島
香川 愛媛 高知 福岡 佐賀 長崎 熊本 大分 宮崎 鹿児島 沖縄
"""
_TAIWAN = """
台北市 新北市 桃園市 台中市 台南市 高雄市 基隆市 新竹市 嘉義市 新竹県 苗栗県 彰化県 南投県
雲林県 嘉義県 屏東県 宜蘭県 花蓮県 台東県 澎湖県 金門県 連江県
"""
_THAILAND = "Bangkok Pattaya Northern Central Southern Eastern NorthEastern Western"

NAMES = {
    f"{country}_{number:02}": name
    for country, names in (("jp", _JAPAN), ("tw", _TAIWAN), ("th", _THAILAND))
    for number, name in enumerate(names.split(), 1)
}

_TEN_THOUSANDS = [
    *(522, 124, 121, 230, 96, 107, 183, 287, 193, 194, 734, 628, 1405, 924, 220, 103, 113, 77, 81, 205, 198),
    *(363, 754, 177, 141, 258, 884, 547, 132, 92, 55, 67, 189, 280, 134, 72, 95, 133, 69, 514, 81, 131, 174),
    *(112, 107, 159, 147),
]
BY_POPULATION = [f"jp_{number:02}" for number, people in enumerate(_TEN_THOUSANDS, 1) for _ in range(people)]
"""Japan's prefectures, each as often as ten thousand people live there."""
