"""Arrays written by hand arrive in PostgreSQL as they were."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.stores.arrays import array, columns

TEXTS = st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=20)


@pytest.mark.integration
def test_texts_survive_whatever_they_hold(database):
    conn = database.connect("status")

    @settings(max_examples=200, deadline=None)
    @given(st.lists(TEXTS | st.none(), max_size=5))
    def check(values):
        assert conn.execute("SELECT %s::text[]", (array(values),)).fetchone() == (values,)

    check()
    hard = ['{"a": "b\\"c"}', "NULL", "", "{}", "a,b", "\\", '"', "Ø\n"]
    assert conn.execute("SELECT %s::text[]", (array(hard),)).fetchone() == (hard,)


@pytest.mark.integration
def test_other_values_arrive_as_they_were(database):
    rows = [
        (1, True, date(2020, 2, 1), datetime(2020, 2, 1, 12, tzinfo=UTC), b"\x00\\\xff"),
        (-2, False, None, None, b""),
    ]
    query = "SELECT * FROM unnest(%s::bigint[], %s::boolean[], %s::date[], %s::timestamptz[], %s::bytea[])"
    assert database.connect("status").execute(query, columns(rows)).fetchall() == rows


def test_nul_is_refused_and_never_makes_two_of_one():
    with pytest.raises(ValueError, match="NUL"):
        array(["a\0b", "c"])
