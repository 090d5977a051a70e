"""Days as Japanese files write them, also by era: 平成2年4月1日, S60.4.1."""

import re
import unicodedata

# The year before the first of each era.
ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
LETTERS = dict(zip("MTSHR", ERAS.values(), strict=True))
ERA = "|".join([*ERAS, *LETTERS])
by_era = re.compile(
    rf"({ERA})\s*(元|\d{{1,2}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*日?", re.IGNORECASE
).fullmatch


def western(written: str) -> str:
    """The same day with its western year, such as 1990-04-01; what names no era stays as it is."""
    text = unicodedata.normalize("NFKC", written).strip()
    found = by_era(text)
    if not found:
        return text
    era, year, month, day = found.groups()
    before = ERAS.get(era) or LETTERS[era.upper()]
    return f"{before + (1 if year == '元' else int(year)):04}-{int(month):02}-{int(day):02}"
