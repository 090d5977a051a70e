"""The ways by which people come to the cosmetics maker's account, and what they are called and give."""

from dataclasses import dataclass, field

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
PC = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"


@dataclass(frozen=True, eq=False)
class Door:
    """One route. `share` is its part of those whose route is known, `leaving` that of those who left."""

    name: str
    folder: str
    label: str
    tag: str
    greeting: str
    share: int
    leaving: int
    utm: dict[str, str] = field(default_factory=dict)
    click_id: str = ""
    referrer: str = ""


DOORS = (
    Door(
        name="店頭QR 銀座店",
        folder="店舗",
        label="サンプル1包プレゼント",
        tag="流入：店頭",
        greeting="{{display_name|お客様}}さま、銀座店へのご来店ありがとうございました。"
        "次回、この画面のご提示でサンプルを1包お渡しします。",
        share=30,
        leaving=10,
    ),
    Door(
        name="レシート",
        folder="店舗",
        label="アンケートで50ポイント",
        tag="流入：レシート",
        greeting="お買い上げありがとうございました。アンケートにお答えいただくと50ポイントを差し上げます。",
        share=18,
        leaving=8,
    ),
    Door(
        name="Instagram広告",
        folder="広告",
        label="初回20％OFFクーポン",
        tag="流入：Instagram",
        greeting="{{display_name|お客様}}さま、はじめまして。初回20％OFFクーポンはこちらです。コード：HIYORI20",
        share=24,
        leaving=34,
        utm={"source": "instagram", "medium": "paid_social", "campaign": "autumn_lotion"},
        click_id="fbclid",
        referrer="l.instagram.com",
    ),
    Door(
        name="LINE広告",
        folder="広告",
        label="現品が当たるキャンペーン",
        tag="流入：LINE広告",
        greeting="キャンペーンへのご参加ありがとうございます。抽選の結果は月末にこのトークでお知らせします。",
        share=20,
        leaving=44,
        utm={"source": "line", "medium": "cpf", "campaign": "present_nov"},
        click_id="ldtag_cl",
    ),
    Door(
        name="紹介カード",
        folder="紹介",
        label="ご紹介で双方に500円",
        tag="流入：紹介",
        greeting="ご紹介でお越しの{{display_name|お客様}}さま、ありがとうございます。"
        "次回のお買い物で使える500円券をお送りしました。",
        share=8,
        leaving=4,
        utm={"source": "card", "medium": "referral", "campaign": "friends"},
    ),
)


@dataclass(frozen=True)
class Newcomer:
    """Somebody who comes while we look: by which door, and with which words of the ad."""

    name: str
    door: Door
    campaign: str
    click: str


_SHOP, _RECEIPT, _INSTAGRAM, _LINE_AD, _CARD = DOORS
NEWCOMERS = (
    Newcomer("白石 ひなた", _INSTAGRAM, "autumn_lotion", "IwAR1demo-hinata"),
    Newcomer("岡田 蓮", _LINE_AD, "present_nov", "ldt1demo-ren"),
    Newcomer("村上 由美", _INSTAGRAM, "look_again", "IwAR1demo-yumi"),
)
AT_THE_SHOP = Newcomer("藤井 律", _SHOP, "", "")
