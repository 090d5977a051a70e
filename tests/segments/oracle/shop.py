"""The leaves of what people did and bought: their naive SQL, how they are drawn, what changes them."""

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from events import timeline
from events.timeline import NewEvent
from segments import rfm
from segments.rfm import Bounds
from shops.orders import upsert_orders
from shops.products import upsert_products
from tests.segments.worlds import World

ZONE = "Asia/Tokyo"
DAYS_SINCE = f"((%s::timestamptz AT TIME ZONE '{ZONE}')::date - (e.at AT TIME ZONE '{ZONE}')::date)"
DAY_OF = f"(e.at AT TIME ZONE '{ZONE}')::date"
# Every event of a friend: their own, and those that only name the customer they are at present.
OF_FRIEND = """FROM events_event e LEFT JOIN linking_link l
  ON l.customer_id = e.customer_id AND l.unlinked_at IS NULL AND e.friend_id IS NULL
  WHERE coalesce(e.friend_id, l.friend_id) = f.id AND e.type = %s AND {}"""
COMPARED = {
    "equals": "e.properties->>%s = %s",
    "is_not": "(e.properties->>%s = %s) IS NOT TRUE",
    "at_least": "(e.properties->>%s)::numeric >= %s",
    "at_most": "(e.properties->>%s)::numeric <= %s",
    "contains": "position(%s IN e.properties->>%s) > 0",
}


def filters_sql(filters: list[dict] | dict | None) -> tuple[str, list]:
    if isinstance(filters, dict):
        filters = [{"property": name, "op": "equals", "value": value} for name, value in filters.items()]
    told = [one_filter_sql(each) for each in filters or []]
    return " AND ".join(["true", *(text for text, _ in told)]), [p for _, ps in told for p in ps]


def one_filter_sql(each: dict) -> tuple[str, list]:
    if each["op"] == "contains":
        return COMPARED["contains"], [each["value"], each["property"]]
    return COMPARED[each["op"]], [each["property"], each["value"]]


def time_sql(raw: dict, now: datetime) -> tuple[str, list]:
    hours = raw.get("within_hours", 99999)
    sql = f"{DAYS_SINCE} BETWEEN %s AND %s AND e.at > %s::timestamptz - make_interval(hours => %s)"
    dates = f"{DAY_OF} >= %s AND {DAY_OF} <= %s"
    params = [now, raw.get("days_ago_at_least") or -99999, raw.get("within_days", 99999), now, hours]
    return f"{sql} AND {dates}", [*params, raw.get("since", "1900-01-01"), raw.get("until", "2999-01-01")]


def events_of(raw: dict, now: datetime, what: str = "*") -> tuple[str, list]:
    """Of the friend `f`: the events that the leaf asks about."""
    (filters, filter_params), (time, time_params) = filters_sql(raw.get("where")), time_sql(raw, now)
    event = raw.get("event", "bought")
    return f"SELECT {what} {OF_FRIEND.format(f'{filters} AND {time}')}", [event, *filter_params, *time_params]


def asked_of(raw: dict, now: datetime, what: str, least: object, most: object) -> tuple[str, list]:
    sql, params = events_of(raw, now, what)
    return f"(coalesce(({sql}), 0) BETWEEN %s AND %s)", [*params, *between(least, most)]


def between(least: object, most: object) -> list:
    return [Decimal(-(10**15)) if least is None else exact(least), 10**15 if most is None else exact(most)]


def exact(number: object) -> Decimal:
    return Decimal(str(number))


def all_of(*parts: tuple[str, list]) -> tuple[str, list]:
    return " AND ".join(text for text, _ in parts), [value for _, values in parts for value in values]


def number_of(name: str, otherwise: int = 0) -> str:
    held = f"e.properties->'{name}'"
    return f"sum(CASE jsonb_typeof({held}) WHEN 'number' THEN ({held})::numeric ELSE {otherwise} END)"


def events_sql(raw: dict, now: datetime) -> tuple[str, list]:
    parts = [asked_of(raw, now, "count(*)", raw.get("count_at_least"), raw.get("count_at_most"))]
    if asked := raw.get("sum"):
        parts.append(
            asked_of(raw, now, number_of(asked["property"]), asked.get("at_least"), asked.get("at_most"))
        )
    if asked := raw.get("distinct"):
        different = f"count(DISTINCT e.properties->>'{asked['property']}')"
        parts.append(asked_of(raw, now, different, asked.get("at_least"), asked.get("at_most")))
    return all_of(*parts)


def event_time_sql(raw: dict, now: datetime) -> tuple[str, list]:
    chosen = {"first": "min(e.at)", "last": "max(e.at)"}[raw["which"]]
    found, params = events_of({"event": raw["event"], "where": raw.get("where")}, now, f"{chosen} AS at")
    time, time_params = time_sql(raw, now)
    return f"EXISTS (SELECT FROM ({found}) e WHERE {time})", [*params, *time_params]


def sequence_sql(raw: dict, now: datetime) -> tuple[str, list]:
    began = raw.get("began_within_days", 99999)
    begun = (f"AND {DAYS_SINCE.replace('e.at', 'e0.at')} <= %s", [now, began])
    last = ("", [])
    if raw.get("of") == "last":
        later, params = step_sql(raw, 0, "e9")
        last = f"AND NOT EXISTS ({later} AND e9.at > e0.at {same_as(raw, 'e9', 'e0')})", params
    sql, params = step_sql(raw, 0, "e0")
    more, more_params = following_sql(raw, 1, now)
    return f"EXISTS ({sql} {begun[0]} {last[0]} AND {more})", [*params, *begun[1], *last[1], *more_params]


def step_sql(raw: dict, place: int, e: str) -> tuple[str, list]:
    step = raw["steps"][place]
    filters, params = filters_sql(step.get("where"))
    sql = f"""SELECT FROM events_event {e} LEFT JOIN linking_link {e}l
      ON {e}l.customer_id = {e}.customer_id AND {e}l.unlinked_at IS NULL AND {e}.friend_id IS NULL
      WHERE coalesce({e}.friend_id, {e}l.friend_id) = f.id AND {e}.type = %s
        AND {filters.replace("e.properties", f"{e}.properties")}"""
    return sql, [step["event"], *params]


def same_as(raw: dict, one: str, other: str) -> str:
    name = raw.get("same")
    return f"AND {one}.properties->>'{name}' = {other}.properties->>'{name}'" if name else ""


def following_sql(raw: dict, place: int, now: datetime) -> tuple[str, list]:
    """Whether from the event before, in its turn, the rest of the steps is reached."""
    if place == len(raw["steps"]):
        return "true", []
    (e, before), is_refused = (
        (f"e{place}", f"e{place - 1}"),
        raw["then_not"] and place + 1 == len(raw["steps"]),
    )
    span = {f"{unit}s": count for unit, count in (("hour", 0), ("day", 0))} | (
        raw.get("within") or {"days": 9999}
    )
    length = timedelta(**span)
    sql, params = step_sql(raw, place, e)
    more, more_params = following_sql(raw, place + 1, now)
    later = f"{e}.at > {before}.at AND {e}.at <= {before}.at + %s {same_as(raw, e, before)}"
    found = f"EXISTS ({sql} AND {later} AND {more})"
    found_params = [*params, length, *more_params]
    if not is_refused:
        return found, found_params
    has_value = f"AND {before}.properties->>'{raw['same']}' IS NOT NULL" if raw.get("same") else ""
    if not raw.get("within"):
        return f"(NOT {found} {has_value})", found_params
    return f"(NOT {found} AND {before}.at + %s <= %s {has_value})", [*found_params, length, now]


def bought_sql(raw: dict, now: datetime) -> tuple[str, list]:
    (of, of_params), (time, time_params) = of_sql(raw), time_sql(raw, now)
    found, params = OF_FRIEND.format(f"{of} AND {time}"), ["bought", *of_params, *time_params]
    told = {
        "times": "count(DISTINCT coalesce(e.properties->>'order', 'event ' || e.id))",
        "quantity": number_of("quantity", 1),
        "amount": number_of("amount"),
    }
    return all_of(
        *(
            (
                f"(coalesce((SELECT {what} {found}), 0) BETWEEN %s AND %s)",
                [*params, *between(raw.get(f"{name}_at_least"), raw.get(f"{name}_at_most"))],
            )
            for name, what in told.items()
        )
    )


def of_sql(raw: dict) -> tuple[str, list]:
    if codes := raw.get("products"):
        product = """(e.properties->>'product' = ANY(%s) OR EXISTS (SELECT FROM shops_product p
          JOIN shops_product w ON w.id = p.parent_id
          WHERE p.code = e.properties->>'product' AND w.code = ANY(%s)))"""
        return product, [codes, codes]
    if category := raw.get("category"):
        told = """coalesce(e.properties->>'category', (SELECT coalesce(nullif(p.category, ''), w.category)
          FROM shops_product p LEFT JOIN shops_product w ON w.id = p.parent_id
          WHERE p.code = e.properties->>'product'))"""
        return f"({told} || ' > ' LIKE %s || ' > %%')", [category]
    return "true", []


def run_out_sql(raw: dict, now: datetime) -> tuple[str, list]:
    of, of_params = of_sql(raw)
    lines, params = OF_FRIEND.format(of), ["bought", *of_params]
    used_up = f"{DAY_OF} + floor(pieces * %s)::int - (%s::timestamptz AT TIME ZONE '{ZONE}')::date"
    sql = f"""EXISTS (SELECT FROM (SELECT e.at, {number_of("quantity", 1)} AS pieces {lines} GROUP BY e.at
      ORDER BY e.at DESC LIMIT 1) e WHERE {used_up} BETWEEN %s AND %s)"""
    return sql, [*params, exact(raw["lasts_days"]), now, raw["from_days"], raw["to_days"]]


ORDERS = """(SELECT {} FROM shops_order e JOIN linking_link l ON l.customer_id = e.customer_id
  AND l.unlinked_at IS NULL WHERE l.friend_id = f.id AND e.status NOT IN ('cancelled', 'returned')
  AND NOT e.is_test AND {})"""


def orders_sql(raw: dict, now: datetime) -> tuple[str, list]:
    time, params = time_sql(raw, now)
    time, since = time.replace("e.at", "e.placed_at"), DAYS_SINCE.replace("e.at", "{}(e.placed_at)")
    told = {
        "orders": ("count(*)", []),
        "amount": ("coalesce(sum(e.total - e.refunded), 0)", []),
        "average": ("sum(e.total - e.refunded) / nullif(count(*), 0)", []),
        "last_days": (since.format("max"), [now]),
        "first_days": (since.format("min"), [now]),
    }
    return all_of(
        *(
            (
                f"coalesce({ORDERS.format(what, time)} BETWEEN %s AND %s, false)",
                [*own, *params, *between(raw.get(f"{name}_at_least"), raw.get(f"{name}_at_most"))],
            )
            for name, (what, own) in told.items()
            if f"{name}_at_least" in raw or f"{name}_at_most" in raw
        )
    )


def rfm_sql(raw: dict, now: datetime) -> tuple[str, list]:
    bounds = rfm.present()
    since = f"(%s::timestamptz AT TIME ZONE '{ZONE}')::date - (max(e.placed_at) AT TIME ZONE '{ZONE}')::date"
    scores = {
        "recency": (since, "<", bounds.recency_days),
        "frequency": ("count(*)", ">=", bounds.orders),
        "money": ("sum(e.total - e.refunded)", ">=", bounds.amounts),
    }
    wanted = {name: raw[name] for name in scores if name in raw}
    cells = [wanted]
    if name := raw.get("class"):
        cells = [wanted | {"recency": [r], "frequency": [f]} for r, f in rfm.CLASSES[name].cells()]
    told = [
        all_of(*(score_sql(scores[name], which, bounds.within_days, now) for name, which in cell.items()))
        for cell in cells
    ]
    return f"({' OR '.join(text for text, _ in told)})", [value for _, values in told for value in values]


def score_sql(how: tuple, wanted: list[int], within_days: int, now: datetime) -> tuple[str, list]:
    what, sign, bounds = how
    score = " + ".join(["1", *(f"({what} {sign} %s)::int" for _bound in bounds)])
    params = [value for bound in bounds for value in ([now, bound] if "%s" in what else [bound])]
    time, time_params = time_sql({"within_days": within_days}, now)
    found = ORDERS.format(f"CASE WHEN count(*) > 0 THEN {score} END", time.replace("e.at", "e.placed_at"))
    return f"coalesce({found} = ANY(%s), false)", [*params, *time_params, wanted]


SQL = {
    "events": events_sql,
    "event_time": event_time_sql,
    "sequence": sequence_sql,
    "bought": bought_sql,
    "run_out": run_out_sql,
    "orders": orders_sql,
    "rfm": rfm_sql,
}

EVENTS = st.sampled_from(["bought", "viewed", "carted"])
PRODUCTS = ["lotion", "lotion-l", "cream", "soap"]
CATEGORIES = ["Skin", "Skin > Care", "Skinny", "Bath"]
days = st.integers(0, 4)
bounds = st.sampled_from([(1, None), (None, 0), (None, 1), (1, 2), (2, None), (0, 0), (2, 3)])
amounts = st.sampled_from(
    [(0.1, None), (0.3, None), (None, 0.3), (100, 300), (None, 0), (0, None), (50.5, None)]
)


def given_only(**values: object) -> dict:
    return {name: value for name, value in values.items() if value is not None}


def bounded(name: str, pair: tuple) -> dict:
    return given_only(**{f"{name}_at_least": pair[0], f"{name}_at_most": pair[1]})


@st.composite
def windows(draw, *, hours: bool = False) -> dict:
    kinds = [
        {},
        {"within_days": draw(days)},
        {"days_ago_at_least": draw(days)},
        {"days_ago_at_least": 1, "within_days": draw(st.integers(1, 4))},
        {"since": "2026-06-14"},
        {"since": "2026-06-13", "until": "2026-06-14"},
    ]
    return draw(
        st.sampled_from([*kinds, {"within_hours": draw(st.sampled_from([1, 24, 50]))}] if hours else kinds)
    )


filters = st.sampled_from(
    [
        None,
        {"product": "lotion"},
        [{"property": "product", "op": "equals", "value": "cream"}],
        [{"property": "product", "op": "is_not", "value": "cream"}],
        [{"property": "product", "op": "contains", "value": "tion"}],
        [{"property": "price", "op": "at_least", "value": 150}],
        [
            {"property": "price", "op": "at_most", "value": 150},
            {"property": "product", "op": "equals", "value": "soap"},
        ],
    ]
)


@st.composite
def event_conditions(draw) -> dict:
    sum_, distinct = (
        draw(amounts),
        draw(st.sampled_from([(1, None), (2, None), (None, 1), (None, 0), (1, 1)])),
    )
    kinds = [
        bounded("count", draw(bounds.filter(lambda pair: pair[0] != 0))),
        {"sum": {"property": "amount"} | given_only(at_least=sum_[0], at_most=sum_[1])},
        {"distinct": {"property": "product"} | given_only(at_least=distinct[0], at_most=distinct[1])},
    ]
    asked = draw(st.sampled_from([*kinds, kinds[0] | kinds[1], kinds[0] | kinds[2]]))
    return (
        given_only(type="events", event=draw(EVENTS), where=draw(filters)) | asked | draw(windows(hours=True))
    )


@st.composite
def event_time_conditions(draw) -> dict:
    which = draw(st.sampled_from(["first", "last"]))
    time = draw(windows().filter(bool))
    return given_only(type="event_time", event=draw(EVENTS), which=which, where=draw(filters)) | time


@st.composite
def sequences(draw) -> dict:
    steps = draw(
        st.lists(
            st.builds(lambda e, w: given_only(event=e, where=w), EVENTS, filters), min_size=2, max_size=4
        )
    )
    return given_only(
        type="sequence",
        steps=steps,
        then_not=draw(st.booleans()),
        within=draw(st.sampled_from([None, {"hours": 1}, {"hours": 24}, {"days": 2}])),
        same=draw(st.sampled_from([None, None, "product"])),
        of=draw(st.sampled_from(["any", "last"])),
        began_within_days=draw(st.none() | days),
    )


@st.composite
def purchase_conditions(draw) -> dict:
    asked = draw(
        st.one_of(
            bounds.filter(lambda pair: pair[0] != 0).map(lambda pair: bounded("times", pair)),
            bounds.map(lambda pair: bounded("quantity", pair)),
            amounts.map(lambda pair: bounded("amount", pair)),
            st.just({"times_at_least": 1, "amount_at_least": 0.3, "quantity_at_most": 3}),
        )
    )
    of = draw(
        st.sampled_from(
            [
                {},
                {"products": ["lotion"]},
                {"products": ["cream", "lotion-l"]},
                *({"category": c} for c in CATEGORIES),
            ]
        )
    )
    return {"type": "bought"} | of | asked | draw(windows())


@st.composite
def order_conditions(draw) -> dict:
    asked = draw(
        st.one_of(
            bounds.map(lambda pair: bounded("orders", pair)),
            amounts.map(lambda pair: bounded("amount", pair)),
            amounts.map(lambda pair: bounded("average", pair)),
            bounds.map(lambda pair: bounded("last_days", pair)),
            bounds.map(lambda pair: bounded("first_days", pair)),
            st.just({"orders_at_least": 1, "last_days_at_least": 1}),
        )
    )
    return {"type": "orders"} | asked | draw(windows())


@st.composite
def other_conditions(draw) -> dict:
    some = st.lists(st.sampled_from([1, 2, 3, 4, 5]), min_size=1, max_size=4, unique=True)
    begin, length = draw(st.integers(-3, 3)), draw(st.integers(0, 3))
    used_up = {
        "from_days": begin,
        "to_days": begin + length,
        "lasts_days": draw(st.sampled_from([1, 0.5, 2])),
    }
    kinds = [
        {"type": "run_out", "products": [draw(st.sampled_from(PRODUCTS))]} | used_up,
        {"type": "rfm", "class": draw(st.sampled_from(sorted(rfm.CLASSES)))},
        {"type": "rfm", "recency": draw(some), "frequency": draw(some)},
        {"type": "rfm", "money": draw(some)},
    ]
    return draw(st.sampled_from(kinds))


CONDITIONS = st.one_of(
    event_conditions(),
    event_time_conditions(),
    sequences(),
    purchase_conditions(),
    order_conditions(),
    other_conditions(),
)


def with_real_rows(leaf: dict, _world: World) -> dict:
    """Products are named by codes of their own."""
    return leaf


def live(world: World, who: int, what: int) -> None:
    """A friend, or a customer, did something with a product some hours ago."""
    whose = {"friend_id": world.friend(who).pk} if what % 2 else {"customer_id": world.customer(who).pk}
    sold = [100, 0.1, 200.5, "100", None, 0.2][what]
    properties = given_only(
        product=PRODUCTS[(who + what) % 4], amount=sold, price=100 + 20 * who, quantity=[2, None][what % 2]
    )
    at = world.now - timedelta(hours=7 * ((who + 2 * what) % 9))
    timeline.record(
        [NewEvent(["viewed", "carted", "bought"][(who * what) % 3], at=at, properties=properties, **whose)]
    )


def follow_up(world: World, who: int, what: int) -> None:
    """Somebody views, puts in the cart and buys, one after the other."""
    begun = world.now - timedelta(hours=10 * what)
    steps = zip(["viewed", "carted", "bought"], [0, who, 23], strict=True)
    timeline.record(
        NewEvent(
            type_,
            at=begun + timedelta(hours=hours),
            friend_id=world.friend(who).pk,
            properties={"product": PRODUCTS[what % 4]},
        )
        for type_, hours in steps
    )


def order(world: World, who: int, what: int) -> None:
    line = {
        "product": PRODUCTS[what % 4],
        "quantity": 1 + what % 2,
        "amount": "0.1",
        "category": ["", "Skin > Care"][what // 3],
    }
    row = {
        "number": f"R-{who}-{what}",
        "customer": world.customer(who).number,
        "placed_at": (world.now - timedelta(hours=9 * what)).isoformat(),
        "total": 50.5 * what,
        "lines": [line, line | {"product": PRODUCTS[who % 4], "amount": 100}],
    }
    assert not upsert_orders([row]).errors


def cancel(world: World, who: int, what: int) -> None:
    status = ["cancelled", "returned", "placed"][what % 3]
    upsert_orders([{"number": f"R-{who}-{what}", "status": status}])


def sell(world: World, who: int, what: int) -> None:
    """What the shop tells of its products changes: variants, categories."""
    variants = [{"code": "lotion-l"}] if who % 2 else []
    rows = [
        {"code": "lotion", "category": CATEGORIES[what % 4], "variants": variants},
        {"code": "cream", "category": CATEGORIES[who % 4]},
    ]
    assert not upsert_products(rows).errors


def set_bounds(world: World, who: int, what: int) -> None:
    rfm.change(Bounds(5 + who, [1, 2, 3, 4], [1 + what, 7, 8, 9], [1, 50, 100 + what, 300]))


STEPS = [live, live, live, follow_up, follow_up, order, order, cancel, sell, set_bounds]
