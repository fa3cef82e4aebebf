"""Person numbers (CPR) as written by partners: cleaning, form, replacement numbers (partners/README.md)."""

import re
from datetime import date
from functools import lru_cache

from stdnum.dk import cpr
from stdnum.exceptions import ValidationError

_TEN_DIGITS = re.compile(r"[0-9]{10}")
_DATE_AND_FOUR = re.compile(r"[0-9]{6}(.{4})")
_SEPARATORS = re.compile("[- \u00a0]")
_NINE_DIGITS = re.compile(r"[0-9]{9}")
_AS_A_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]*)?[eE][+-]?[0-9]+")
_SYNTHETIC_DAYS = 60


def cleaned(text: str) -> str:
    """Without hyphens, spaces, no-break spaces and a leading apostrophe; a change is notice N02."""
    if text.isdecimal():
        return text
    return _SEPARATORS.sub("", text.removeprefix("'")).removeprefix("'")


def birth_date(number: str) -> date | None:
    """The date in a cleaned number by the century table (domain/codes.md); day + 60 is read as the day.

    None if it is not ten digits or there is no such date. Modulus 11 is never looked at.
    """
    if not _TEN_DIGITS.fullmatch(number):
        return None
    return _born(number[:7])


@lru_cache(maxsize=16384)
def _born(seven: str) -> date | None:
    """The date that the first seven digits tell; the last three say nothing of it."""
    day_digits = int(seven[:2])
    if day_digits > _SYNTHETIC_DAYS:
        seven = f"{day_digits - _SYNTHETIC_DAYS:02d}{seven[2:]}"
    try:
        born: date = cpr.get_birth_date(f"{seven}000")
    except (ValidationError, ValueError):
        return None
    return born


def is_synthetic(number: str) -> bool:
    """Day + 60: an invented person, or outside synthetic mode a replacement number."""
    return int(number[:2]) > _SYNTHETIC_DAYS


@lru_cache(maxsize=64)
def fault_code(text: str, synthetic: bool) -> str | None:
    """R03, R04 or R05 for a filled person number field, None if it can identify somebody.

    `synthetic`: the hub runs on invented people, day + 60 is ordinary and everything else is refused.
    """
    number = cleaned(text)
    if number == "0000000000" or _ends_in_letters(number):
        return "R04"
    if birth_date(number) is None:
        return "R03"
    if is_synthetic(number):
        return None if synthetic else "R04"
    return "R05" if synthetic else None


def _ends_in_letters(number: str) -> bool:
    """Six digits, then four letters or digits with a letter among them; digits of other scripts are none."""
    found = _DATE_AND_FOUR.fullmatch(number)
    if found is None:
        return False
    letters = [sign for sign in found[1] if sign not in "0123456789"]
    return bool(letters) and all(sign.isalpha() for sign in letters)


def hint(text: str) -> str | None:
    """Why a number may have lost its form: `zero` (nine digits) or `text` (a spreadsheet's 1,01E+09), else None."""
    if _NINE_DIGITS.fullmatch(cleaned(text)):
        return "zero"
    return "text" if _AS_A_NUMBER.fullmatch(text.strip()) else None
