"""Numbers of companies (CVR) and occupations (DISCO-08), as several feeds write them (domain/codes.md)."""

import re

from stdnum.dk import cvr

_CVR = re.compile(r"[1-9][0-9]{7}")
P_NUMBER = r"[0-9]{10}"

# List D3 of partners/arbejdsmarkedsbalance.md: the groups of three digits, as ranges.
_GROUPS = (
    "011 021 031 111-112 121-122 131-134 141-143 211-216 221-226 231-235 241-243 251-252 261-265 311-315 321-325 "
    "331-335 341-343 351-352 411-413 421-422 431-432 441 511-516 521-524 531-532 541 611-613 621-622 631-634 711-713 "
    "721-723 731-732 741-742 751-754 811-818 821 831-835 911-912 921 931-933 941 951-952 961-962"
)


def _groups() -> frozenset[str]:
    ends = [each.partition("-") for each in _GROUPS.split()]
    return frozenset(f"{number:03}" for first, _, last in ends for number in range(int(first), int(last or first) + 1))


DISCO_GROUPS = _groups()


def is_cvr(text: str | None) -> bool:
    """Eight digits, the first not 0, that satisfy modulus 11; nothing is cleaned."""
    return text is not None and _CVR.fullmatch(text) is not None and cvr.checksum(text) == 0


def is_disco(text: str | None) -> bool:
    """Six digits, the first three a group of list D3."""
    return text is not None and re.fullmatch(r"[0-9]{6}", text) is not None and text[:3] in DISCO_GROUPS
