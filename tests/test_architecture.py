"""Imports point one way, also inside functions; the order is that of docs/architecture.md."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORDER = [
    {"line"},
    {"accounts"},
    {"composing"},
    {"agency_library"},
    {"agency_figures"},
    {"contracts"},
    {"billing"},
    {"invoices"},
    {"channels"},
    {"relays"},
    {"events"},
    {"imports"},
    {"library"},
    {"friends"},
    {"taps"},
    {"routes"},
    {"autoreplies"},
    {"chats"},
    {"customers"},
    {"linking"},
    {"invitations"},
    {"cards"},
    {"shops"},
    {"connectors"},
    {"segments"},
    {"campaigns"},
    {"broadcasts"},
    {"richmenus", "coupons"},
    {"prizes"},
    {"surveys"},
    {"referrals"},
    {"scenarios"},
    {"touchpoints"},
    {"attribution"},
    {"adplatforms"},
    {"insights"},
    {"costs"},
    {"acquisition"},
    {"planning"},
    {"reports"},
    {"api", "dashboard"},
    {"config"},
    {"demo", "benchmarks"},
]
PLACE = {app: place for place, apps in enumerate(ORDER) for app in sorted(apps)}
FILES = [path for app in PLACE for path in sorted((ROOT / app).rglob("*.py"))]


def imported_apps(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
    return {name.split(".")[0] for name in names} & PLACE.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_only_from_its_left(path):
    own = path.relative_to(ROOT).parts[0]

    wrong = {app for app in imported_apps(path) if app != own and PLACE[app] >= PLACE[own]}

    assert not wrong
