"""Written forms: one agreed form each, strictly, and never an exception."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import forms, person_numbers

# Nights in which Danish clocks changed, also long ago.
CHANGES = [(1894, 1, 1), (1916, 5, 14), (1940, 5, 15), (1945, 8, 15), (1980, 4, 6), (1996, 10, 27), (2026, 3, 29)]


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("01-07-2020", "dd-mm-yyyy", date(2020, 7, 1)),
        ("2020-07-01", "yyyy-mm-dd", date(2020, 7, 1)),
        ("20200701", "yyyymmdd", date(2020, 7, 1)),
        ("29-02-2020", "dd-mm-yyyy", date(2020, 2, 29)),
        pytest.param("20240229", "yyyy-mm-dd", None, id="python-would-take-it"),
        pytest.param("2024-W09-4", "yyyy-mm-dd", None, id="python-would-take-the-week-too"),
        ("29-02-2021", "dd-mm-yyyy", None),
        ("00-00-0000", "dd-mm-yyyy", None),
        ("01-07-20", "dd-mm-yyyy", None),
        ("01-07-2020\n", "dd-mm-yyyy", None),
        ("٠١-07-2020", "dd-mm-yyyy", None),
        (None, "dd-mm-yyyy", None),
    ],
)
def test_a_day_has_one_form(text: str | None, form: str, expected: date | None) -> None:
    assert forms.day(text, form) == expected


@pytest.mark.parametrize(
    ("local", "instants"),
    [
        pytest.param("2020-03-29T02:30", [], id="does-not-exist"),
        pytest.param("2020-10-25T02:30", ["2020-10-25T00:30", "2020-10-25T01:30"], id="exists-twice"),
        pytest.param("2020-07-01T12:00", ["2020-07-01T10:00"], id="summer"),
        pytest.param("2020-01-01T12:00", ["2020-01-01T11:00"], id="winter"),
    ],
)
def test_danish_clocks_show_a_time_never_once_or_twice(local: str, instants: list[str]) -> None:
    found = forms.danish_instants(datetime.fromisoformat(local))

    assert [each.strftime("%Y-%m-%dT%H:%M") for each in found] == instants


@given(seconds=st.integers(0, 9_000_000_000), before=st.integers(0, 2_000_000_000))
def test_every_instant_is_among_those_its_danish_time_can_mean(seconds: int, before: int) -> None:
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds - before)

    assert instant in forms.danish_instants(instant.astimezone(forms.DENMARK).replace(tzinfo=None, fold=0))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-03-02T09:15:30.120+01:00", "2020-03-02T08:15:30.120000+00:00"),
        ("2020-03-02T09:15:30Z", "2020-03-02T09:15:30+00:00"),
        ("2020-03-02T09:15:30.1Z", "2020-03-02T09:15:30.100000+00:00"),
        ("2020-03-02T09:15:30", None),
        ("2020-03-02T09:15:30.1234Z", None),
        ("2020-03-02T24:00:00Z", None),
        ("2020-03-02 09:15:30Z", None),
        ("2020-03-02T09:15:30+0100", None),
        ("2020-03-02T09:15:30+24:00", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("9999-12-31T23:59:59-23:00", None),
    ],
)
def test_a_moment_carries_its_zone(text: str, expected: str | None) -> None:
    found = forms.rfc3339(text)

    assert (None if found is None else found.isoformat()) == expected


@given(text=st.text())
def test_no_text_makes_a_form_raise(text: str) -> None:
    for form in forms.DAY_FORMS:
        forms.day(text, form)
    forms.rfc3339(text)
    forms.danish_moment(text)
    forms.compact_local_time(text)
    person_numbers.fault_code(text, True)
    person_numbers.hint(text)


@given(
    local=st.datetimes(datetime(1880, 1, 1), datetime(2200, 1, 1))  # noqa: DTZ001 - local by intent
    | st.builds(
        lambda night, into: night + into,
        st.sampled_from([datetime(*day) for day in CHANGES]),  # noqa: DTZ001
        st.timedeltas(timedelta(0), timedelta(hours=4)),
    ),
    offset=st.sampled_from(["", "+01:00", "+02:00"]),
)
def test_a_danish_moment_has_the_instants_at_which_clocks_show_it(local: datetime, offset: str) -> None:
    local = local.replace(microsecond=0)
    found = forms.danish_moment(local.strftime("%d-%m-%Y %H:%M:%S") + offset)
    assert found is not None
    assert found.local == local
    utc = local.replace(tzinfo=UTC)
    shown = {each: each.astimezone(forms.DENMARK) for each in (utc - timedelta(minutes=m) for m in (120, 60, 50, 0))}
    wanted = [
        each
        for each, clocks in shown.items()
        if clocks.replace(tzinfo=None) == local and (not offset or clocks.isoformat().endswith(offset))
    ]
    if local.year > 1894:
        assert list(found.instants) == wanted
    else:
        assert set(found.instants) >= set(wanted)


@given(day=st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_written_is_the_day_read(day: date) -> None:
    assert forms.day(day.strftime("%d-%m-%Y"), "dd-mm-yyyy") == day
    assert forms.possible(day)
    assert not forms.possible(date(1900, 1, 1) - timedelta(days=1))


@pytest.mark.parametrize(
    ("number", "born"),
    [
        ("6101903000", date(1990, 1, 1)),
        ("6101364000", date(2036, 1, 1)),
        ("6101374000", date(1937, 1, 1)),
        ("6101369000", date(2036, 1, 1)),
        ("6101379000", date(1937, 1, 1)),
        ("6101575000", date(2057, 1, 1)),
        ("6101585000", date(1858, 1, 1)),
        ("8902005000", date(2000, 2, 29)),
        ("8902010000", None),
        ("9201904000", None),
        ("0001904000", None),
        ("610190300", None),
    ],
)
def test_the_seventh_digit_gives_the_century(number: str, born: date | None) -> None:
    assert person_numbers.birth_date(number) == born


@pytest.mark.parametrize(
    ("text", "synthetic", "outside"),
    [
        ("6101900018", None, "R04"),
        ("0101900018", "R05", None),
        ("0000000000", "R04", "R04"),
        ("610190AB12", "R04", "R04"),
        ("010190åB12", "R04", "R04"),
        ("010190ABCD", "R04", "R04"),
        ("010190A12", "R03", "R03"),
        ("3202900018", "R03", "R03"),
        ("1,01165E+09", "R03", "R03"),
        ("61019000188", "R03", "R03"),
        ("٦101900018", "R03", "R03"),
    ],
)
def test_a_person_number_has_a_form_and_says_whether_it_is_invented(
    text: str, synthetic: str | None, outside: str | None
) -> None:
    assert (person_numbers.fault_code(text, True), person_numbers.fault_code(text, False)) == (synthetic, outside)


def test_a_lost_zero_and_a_column_saved_as_numbers_are_hinted_at() -> None:
    assert [person_numbers.hint(text) for text in ("101900018", "6,1E+09", "x")] == ["zero", "text", None]
