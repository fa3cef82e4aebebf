"""Why something is read or decided, as an option: words that may stand in a log, so no person number."""

import re

import click

_PERSON_NUMBER = re.compile(r"[0-9]{6}[- ]?[0-9]{4}")


def plain_words(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """3 to 200 characters without a person number; what is wrong is said without the value."""
    words = value.strip()
    if not 3 <= len(words) <= 200:
        raise click.BadParameter("wants 3 to 200 characters")
    if _PERSON_NUMBER.search(words):
        raise click.BadParameter("must not hold a person number: it is kept in a log")
    return words
