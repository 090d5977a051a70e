"""Who is in the demo: an agency, three clients, and people whose names are put together by chance."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

AGENCY = ("sakura", "さくらデジタル")
AGENCY_PEOPLE = {"owner": "桜井 健太", "manager": "大野 由美"}
CLIENT_PEOPLE = {"approver": "三浦 千尋", "marketer": "原 美月"}
PASSWORD = "musubi-demo-2026"  # noqa: S105  (printed for whoever tries the demo on their own machine)
FAMILY = [
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "松本",
    "井上",
    "木村",
    "清水",
    "斎藤",
    "森",
    "池田",
    "橋本",
]
GIVEN = [
    "葵",
    "蓮",
    "陽菜",
    "湊",
    "凛",
    "樹",
    "結菜",
    "悠真",
    "紬",
    "大翔",
    "咲良",
    "律",
    "美月",
    "朝陽",
    "芽依",
    "蒼",
    "千尋",
    "直樹",
    "彩香",
    "健太",
    "由美",
    "翼",
    "真央",
    "亮",
]
PREFECTURES = [
    "東京都",
    "神奈川県",
    "大阪府",
    "愛知県",
    "埼玉県",
    "千葉県",
    "兵庫県",
    "北海道",
    "福岡県",
    "京都府",
]
RANKS = ["ゴールド", "シルバー", "レギュラー"]


@dataclass(frozen=True)
class Client:
    """One client of the agency, and how much of everything it has."""

    slug: str
    name: str
    channel_id: str
    color: str
    plan: str
    friends: int
    customers: int
    linked: int  # before the demo's own linking
    products: tuple[str, ...]
    tags: tuple[str, ...]
    past_broadcasts: tuple[str, ...]
    friends_before: int = 0  # people who had added the account before it was connected

    @property
    def secret(self) -> str:
        return _secret(f"channel of {self.slug}")

    @property
    def provider_id(self) -> str:
        return f"10{self.channel_id[2:]}"

    @property
    def login_channel_id(self) -> str:
        return f"16{self.channel_id[2:]}"

    @property
    def login_secret(self) -> str:
        return _secret(f"login of {self.slug}")

    def mail(self, who: str) -> str:
        return f"{who}@{self.slug}.example"


APPAREL = Client(
    slug="nagi",
    name="アトリエ凪",
    channel_id="2000000001",
    color="#2f6f5e",
    plan="standard",
    friends=2000,
    customers=3500,
    linked=700,
    products=("リネンシャツ", "ワイドパンツ", "カシミヤニット", "トートバッグ"),
    tags=("新作情報", "メンズ", "レディース", "VIP"),
    past_broadcasts=("秋の新作入荷", "会員限定プレセール", "週末ポップアップのご案内"),
    friends_before=1200,
)
COSMETICS = Client(
    slug="hiyori",
    name="ひより化粧品",
    channel_id="2000000002",
    color="#c2487a",
    plan="standard",
    friends=2000,
    customers=3000,
    linked=800,
    products=("うるおい化粧水", "朝用美容液", "リップバーム", "クレンジングオイル"),
    tags=("スキンケア", "メイク", "敏感肌", "VIP"),
    past_broadcasts=("季節のスキンケア便り", "新色リップのご案内", "定期便のお知らせ"),
)
RESTAURANT = Client(
    slug="marugoto",
    name="まるごと食堂",
    channel_id="2000000003",
    color="#b7791f",
    plan="light",
    friends=1000,
    customers=1500,
    linked=250,
    products=("日替わり定食", "唐揚げ弁当", "季節の丼", "豚汁"),
    tags=("ランチ", "ディナー", "お弁当", "誕生月"),
    past_broadcasts=("今月の限定メニュー", "雨の日クーポン"),
)
CLIENTS = (APPAREL, COSMETICS, RESTAURANT)


def _secret(seed: str) -> str:
    """As long as LINE's are."""
    return sha256(seed.encode()).hexdigest()[:32]


def names(count: int, *, seed: int) -> list[str]:
    """Display names as LINE users choose them."""
    chance = random.Random(seed)
    return [f"{chance.choice(FAMILY)} {chance.choice(GIVEN)}" for _ in range(count)]


def customers(client: Client) -> list[dict]:
    """Rows for `customers.services.upsert_customers`."""
    chance = random.Random(client.slug)
    return [
        {
            "number": f"{client.slug[0].upper()}{n:06}",
            "name": f"{chance.choice(FAMILY)} {chance.choice(GIVEN)}",
            "birthday": (date(1960, 1, 1) + timedelta(days=chance.randrange(17_000))).isoformat(),
            "attributes": {"rank": chance.choice(RANKS), "prefecture": chance.choice(PREFECTURES)},
        }
        for n in range(1, client.customers + 1)
    ]
