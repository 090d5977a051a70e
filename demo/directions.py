"""Where the demo's visitors look: addresses, and who signs in there."""

from demo import cast
from demo.scene import Scene

SIDE_BY_SIDE = 6  # phones on one page


def where_to_look(scene: Scene, line_url: str) -> str:
    """Lines for the terminal."""
    url, client, agency = scene.installation.url, cast.COSMETICS, cast.AGENCY[0]
    owner, marketer = f"owner@{agency}.example", client.mail("marketer")
    manager = f"manager@{agency}.example"
    home = f"{url}/c/{client.slug}"
    rows = [
        ("Agency console", f"{url}/agency/", owner),
        ("Agency admin", f"{url}/admin/", owner),
        ("Contracts", f"{url}/agency/contracts/", owner),
        ("Figures", f"{url}/agency/figures/", owner),
        ("Invoices", f"{url}/agency/invoices/", owner),
        ("Dashboard", f"{home}/", marketer),
        ("Cost", f"{home}/cost/", marketer),
        ("Campaigns", f"{home}/campaigns/", marketer),
        ("Plan and actual", f"{home}/planning/", marketer),
        ("Touchpoints", f"{home}/touchpoints/", marketer),
        ("Reports", f"{home}/reports/", manager),
        ("Acquisition", f"{home}/acquisition/", marketer),
        ("Insights", f"{home}/insights/cross/", marketer),
        ("Conversions", f"{home}/conversions/", marketer),
        ("Surveys", f"{home}/surveys/", marketer),
        ("Referrals", f"{home}/referrals/", marketer),
        ("Ad platforms", f"{home}/ad-platforms/", manager),
        ("Coupons", f"{home}/coupons/", marketer),
        ("Chats", f"{home}/chats/", marketer),
        ("Friends", f"{home}/friends/", marketer),
        ("Imports", f"{home}/imports/", manager),
        ("Estimates", f"{home}/friends/attributes/", marketer),
        ("Routes", f"{home}/routes/", marketer),
        ("Early blocks", f"{home}/routes/early-blocks/", marketer),
        ("Customers", f"{home}/customers/", marketer),
        ("Segments", f"{home}/segments/", marketer),
        ("Classes of buyers", f"{home}/segments/rfm/", marketer),
        ("Lists", f"{home}/segments/lists/", marketer),
        ("Scenarios", f"{home}/scenarios/", marketer),
        ("Ready-made", f"{home}/scenarios/ready/", marketer),
        ("ID linking", f"{home}/entry-points/", marketer),
        ("Links", f"{home}/id-links/", marketer),
        ("Shop", f"{home}/shop/", marketer),
        ("Shop connections", f"{home}/connections/", manager),
        ("Auto-replies", f"{home}/auto-replies/", marketer),
        ("Approver", f"{home}/broadcasts/", client.mail("approver")),
        ("Channel", f"{home}/channel/", manager),
        ("Webhook log", f"{home}/channel/events/", manager),
        ("Relays", f"{home}/relays/", manager),
        ("Client's admin", f"{home}/admin/", manager),
        ("API docs", f"{home}/api/v1/docs/", "(any of them)"),
        ("LINE's phones", f"{line_url}/phone", ""),
    ]
    lines = [f"  {name:<16} {address:<52} {who}".rstrip() for name, address, who in rows]
    title = f"\nWhere to look (password of all: {cast.PASSWORD})"
    return "\n".join([title, *lines, *_phones(scene, line_url)])


def _phones(scene: Scene, line_url: str) -> list[str]:
    """People of this story, the newest first."""
    places = list(dict.fromkeys(reversed(scene.phones)))[:SIDE_BY_SIDE]
    if not places:
        return []
    return ["  … of people above, side by side:", f"  {line_url}/phone#{','.join(places)}"]
