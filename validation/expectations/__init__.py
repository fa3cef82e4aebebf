"""Expectations, one module per feed."""

import importlib
from typing import cast

from validation.expectation import Suite


def suite(module: str) -> Suite:
    """The suite of a feed by the module name in the table of feeds, for example `akasse_ledighed`."""
    return cast(Suite, importlib.import_module(f"validation.expectations.{module}").SUITE)
