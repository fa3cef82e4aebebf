"""What one would write first: the checks of a feed in plain pandas, and in plain Great Expectations.

Plain Great Expectations: an expectation a rule over the whole frame, asked for the rows that fail.
"""

import io
import os
import time
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from validation.expectation import Blank, Expectation, Filled, Matches, OneOf, Suite
from validation.rows import compiled

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
_ROW = "row_number"


def pandas_seconds(data: bytes, suite: Suite, header: Mapping[str, str]) -> tuple[float, int]:
    """Seconds and rows found wrong: `read_csv`, each rule over its column, or over the rows where pandas cannot."""
    began = time.perf_counter()
    frame = _frame(data)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    wrong = frame.index != frame.index
    for expectation in suite.expectations:
        applies = _applies(expectation, rows)
        wrong = wrong | (applies & ~_passes(expectation, frame, rows, header))
    return time.perf_counter() - began, int(wrong.sum())


def great_expectations_seconds(data: bytes, suite: Suite, header: Mapping[str, str]) -> tuple[float, int]:
    """Seconds and rows found wrong."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        asset = context.data_sources.add_pandas("plain").add_dataframe_asset("plain")
        whole = asset.add_batch_definition_whole_dataframe("plain")
        began = time.perf_counter()
        frame = _frame(data)
        rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
        frame = frame.assign(**{_ROW: range(len(frame))}, **dict(_answers(suite, rows, header)))
        batch = whole.get_batch(batch_parameters={"dataframe": frame})
        asked = gx.ExpectationSuite(name="plain", expectations=[_built_in(each) for each in suite.expectations])
        wanted = {"result_format": "COMPLETE", "unexpected_index_column_names": [_ROW]}
        results = batch.validate(asked, result_format=wanted).results
        found = (each[_ROW] for result in results for each in result.result.get("unexpected_index_list") or ())
        wrong = len(set(found))
    return time.perf_counter() - began, wrong


def _frame(data: bytes) -> Any:
    import pandas as pd

    text = io.BytesIO(data)
    frame = pd.read_csv(text, sep=";", encoding="cp1252", dtype=str, keep_default_na=False, na_values=[""])
    return frame.iloc[:-1]  # without the trailer


def _applies(expectation: Expectation, rows: list[dict[str, str | None]]) -> Any:
    import numpy as np

    when = expectation.when
    return np.full(len(rows), True) if when is None else np.fromiter(map(when, rows), dtype=bool, count=len(rows))


def _passes(expectation: Expectation, frame: Any, rows: list[dict[str, str | None]], header: Mapping[str, str]) -> Any:
    import numpy as np

    column = frame[expectation.column]
    match expectation.test:
        case Filled():
            return column.notna()
        case Blank():
            return column.isna()
        case Matches(pattern):
            return column.isna() | column.str.fullmatch(pattern).fillna(value=False).astype(bool)
        case OneOf(codes):
            return column.isna() | column.isin(codes)
        case _:
            passed = compiled(expectation)
            return np.fromiter((passed(row, header) for row in rows), dtype=bool, count=len(rows))


def _answers(suite: Suite, rows: list[dict[str, str | None]], header: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """A column of cells per rule: its text, or the answer of a check that Great Expectations does not have."""
    for expectation in suite.expectations:
        when, column, test = expectation.when, expectation.column, expectation.test
        if isinstance(test, Matches | OneOf):
            yield expectation.rule, [row[column] if when is None or when(row) else None for row in rows]
        else:
            passed = compiled(expectation)
            yield expectation.rule, ["yes" if passed(row, header) else "no" for row in rows]


def _built_in(expectation: Expectation) -> Any:
    from great_expectations import expectations as gxe

    match expectation.test:
        case Matches(pattern):
            return gxe.ExpectColumnValuesToMatchRegex(column=expectation.rule, regex=rf"\A(?:{pattern})\Z")
        case OneOf(codes):
            return gxe.ExpectColumnValuesToBeInSet(column=expectation.rule, value_set=sorted(codes))
        case _:
            return gxe.ExpectColumnValuesToBeInSet(column=expectation.rule, value_set=["yes"])
