"""The codec: what goes in comes out, what Avro would bend is refused, what cannot be read has a reason."""

import io
import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import fastavro
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import guard, versions
from schemas.codec import VALUE_LIMIT, Codec, FileIds, Unreadable
from schemas.errors import Unavailable, WrongInput

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


def a_codec() -> Codec:
    return Codec(FileIds())


def a_spell(**changes: Any) -> dict[str, Any]:
    return {
        "fact_id": "0190f0a0-0000-4000-8000-000000000001",
        "person": "0190f0a0-0000-4000-8000-000000000002",
        "source": "akasse-ledighed/901",
        "record_key": "S-1",
        "recorded_at": "2020-02-03T06:15:00.000Z",
        "received_at": "2020-02-03T06:20:00.000Z",
        "withdrawn": False,
        "employment": "ORDINARY",
        "first_day": "2020-02-29",
        "last_day": None,
        "weekly_hours": 18.5,
        **changes,
    }


def moment_of(millis: int) -> str:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def values(type_: Any, named: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Every value in JSON form that the contract's types allow."""
    if isinstance(type_, list):
        return st.none() | values(type_[1], named)
    if isinstance(type_, str):
        type_ = named.get(type_.rpartition(".")[2], {"type": type_})
    if "name" in type_:
        named[type_["name"]] = type_
    match type_.get("logicalType", type_["type"]):
        case "record":
            return st.fixed_dictionaries({each["name"]: values(each["type"], named) for each in type_["fields"]})
        case "array":
            return st.lists(values(type_["items"], named), max_size=4)
        case "enum":
            return st.sampled_from(type_["symbols"][:-1])
        case "uuid":
            return st.sampled_from([str(uuid5(NAMESPACE_DNS, str(n))) for n in range(20)])
        case "date":
            return st.dates(FIRST, LAST).map(date.isoformat)
        case "timestamp-millis":
            first, last = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1000 for year in (1900, 2200))
            return st.integers(first, last - 1).map(moment_of)
        case "decimal":
            return st.integers(0, 16800).map(lambda n: n // 100 if n % 100 == 0 else n / 100)
        case "boolean":
            return st.booleans()
        case "int":
            return st.integers(-(2**31), 2**31 - 1)
        case "string":
            letters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
            return st.text(letters, max_size=12)
        case other:
            raise AssertionError(other)


RECORDS = {name: values(schema, {}) for name, schema in versions.newest().items()}
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", sorted(versions.newest()))
@few
@given(data=st.data())
def test_what_is_written_is_read_back(name: str, data: st.DataObject) -> None:
    record = data.draw(RECORDS[name])
    codec = a_codec()
    assert codec.decode(codec.encode(name, record)) == (name, record)


@pytest.mark.parametrize("name", sorted(versions.newest()))
@few
@given(data=st.data())
def test_what_the_guard_lets_pass_fastavro_validates_with_its_logical_types(name: str, data: st.DataObject) -> None:
    schema = versions.newest()[name]
    record = data.draw(RECORDS[name])
    parsed = fastavro.parse_schema(json.loads(json.dumps(schema)))
    written = io.BytesIO(a_codec().encode(name, record)[5:])
    assert fastavro.validate(fastavro.schemaless_reader(written, parsed, None), parsed, raise_errors=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("weekly_hours", 18.555, id="a-decimal-would-be-rounded"),
        pytest.param("weekly_hours", True, id="true-is-no-number"),
        pytest.param("weekly_hours", "18.5", id="text-is-no-number"),
        pytest.param("weekly_hours", 1000, id="more-digits-than-the-precision"),
        pytest.param("weekly_hours", math.nan, id="nan"),
        pytest.param("weekly_hours", math.inf, id="infinity"),
        pytest.param("withdrawn", 1, id="one-is-not-true"),
        pytest.param("recorded_at", "2020-02-03T06:15:00.000", id="naive-moment"),
        pytest.param("recorded_at", "2020-02-03T06:15:00.000001Z", id="microseconds-would-be-cut"),
        pytest.param("recorded_at", "2020-02-03T06:15:00.000+01:00", id="moment-not-in-utc"),
        pytest.param("recorded_at", datetime(2020, 2, 3, tzinfo=UTC), id="a-datetime-is-not-its-json-form"),
        pytest.param("first_day", "2021-02-29", id="a-day-that-does-not-exist"),
        pytest.param("first_day", "20200229", id="another-iso-form"),
        pytest.param("first_day", "1899-12-31", id="before-1900"),
        pytest.param("first_day", "9999-12-31", id="an-end-that-means-open"),
        pytest.param("first_day", None, id="null-where-a-value-is-required"),
        pytest.param("employment", "UNKNOWN", id="unknown-is-never-written"),
        pytest.param("employment", "ordinary", id="an-unknown-symbol"),
        pytest.param("person", "0190F0A0-0000-4000-8000-000000000002", id="uuid-in-upper-case"),
        pytest.param("person", "J01", id="no-uuid"),
        pytest.param("record_key", "x" * 201, id="a-long-text"),
        pytest.param("record_key", "a\0b", id="nul-in-a-text"),
        pytest.param("record_key", "\ud800", id="half-a-surrogate-pair"),
        pytest.param("record_key", 17, id="a-number-for-a-text"),
    ],
)
def test_a_value_that_avro_would_bend_is_refused_by_field(field: str, value: Any) -> None:
    with pytest.raises(guard.Refused) as refused:
        a_codec().encode("EmploymentSpell", a_spell(**{field: value}))
    assert refused.value.path == f"EmploymentSpell.{field}"


def test_a_refusal_does_not_quote_the_value() -> None:
    for field in ("record_key", "person", "first_day", "received_at", "employment", "weekly_hours", "withdrawn"):
        with pytest.raises(guard.Refused) as refused:
            a_codec().encode("EmploymentSpell", a_spell(**{field: "kanariefugl\0"}))
        assert "kanariefugl" not in str(refused.value)


def test_a_field_too_many_or_too_few_is_refused() -> None:
    too_few = a_spell()
    del too_few["weekly_hours"]
    for record in (a_spell(cvr="x"), too_few):
        with pytest.raises(WrongInput, match="must have the schema's fields"):
            a_codec().encode("EmploymentSpell", record)


def test_whole_numbers_keep_their_bits() -> None:
    sample = json.loads((versions.FOLDER.parent / "samples/Milestone-1.json").read_text(encoding="utf-8"))[0]["record"]
    for wrong in (2**31, 1.9, True):
        with pytest.raises(guard.Refused, match=r"Milestone\.position: must be a whole number of 32 bits"):
            a_codec().encode("Milestone", {**sample, "position": wrong})


def test_the_frame_is_confluents() -> None:
    framed = a_codec().encode("EmploymentSpell", a_spell())
    assert framed[0] == 0
    assert int.from_bytes(framed[1:5], "big") == FileIds().id_of("EmploymentSpell")


def test_a_written_record_over_the_limit_is_refused() -> None:
    record = json.loads((versions.FOLDER.parent / "samples/Milestone-1.json").read_text(encoding="utf-8"))[0]["record"]
    with pytest.raises(WrongInput, match=f"at most {VALUE_LIMIT}"):
        a_codec().encode("Milestone", {**record, "facts": [record["person"]] * 30_000})


def poison(reason: str, make: Any) -> Any:
    return pytest.param(make, reason, id=reason)


def _array_claiming_2_to_40_items(good: bytes) -> bytes:
    status = a_codec().encode(
        "Status",
        {
            "person": a_spell()["person"],
            "as_of_day": "2020-01-01",
            "target_groups": ["INSURED"],
            "state": "ELIGIBLE",
            "rule": None,
            "eligible_from": None,
            "expected_from": None,
            "conflict": False,
            "residence": "KNOWN",
            "policy": None,
            "merged_into": None,
        },
    )
    at = 5 + 1 + 36 + 3  # frame, length, uuid, day
    assert status[at : at + 1] == b"\x02"
    return status[:at] + b"\x80\x80\x80\x80\x80\x80\x01" + status[at + 1 :]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        poison("NULL_VALUE", lambda good: None),
        poison("TOO_SHORT", lambda good: good[:5]),
        poison("TOO_LONG", lambda good: good + b"\0" * 10_000_000),
        poison("WRONG_MAGIC", lambda good: b"\1" + good[1:]),
        poison("UNKNOWN_ID", lambda good: b"\0\0\0\xff\xff" + good[5:]),
        poison("UNREADABLE", lambda good: good[:-1]),
        pytest.param(lambda good: good[:5] + b"\xfe\xff\xff\xff\xff\x7f" + good[6:], "UNREADABLE", id="text-of-2**40"),
        pytest.param(_array_claiming_2_to_40_items, "UNREADABLE", id="array-of-2**40"),
        poison("BYTES_LEFT", lambda good: good + b"\0"),
        pytest.param(lambda good: good[:6] + b"X" * 36 + good[42:], "IMPOSSIBLE_VALUE", id="uuid-of-letters"),
    ],
)
def test_a_record_that_cannot_be_used_has_its_own_reason_and_no_payload(make: Any, reason: str) -> None:
    good = a_codec().encode("EmploymentSpell", a_spell())
    with pytest.raises(Unreadable) as unreadable:
        a_codec().decode(make(good))
    assert unreadable.value.reason == reason
    assert "akasse" not in str(unreadable.value)


def test_impossible_values_in_good_avro_are_refused_with_their_field() -> None:
    schema = fastavro.parse_schema({**versions.newest()["DayBegan"], "fields": _without_logical_types("DayBegan")})
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, {"event_id": a_spell()["person"], "day": 2**31 - 1})
    framed = b"\0" + FileIds().id_of("DayBegan").to_bytes(4, "big") + out.getvalue()
    with pytest.raises(Unreadable, match=r"IMPOSSIBLE_VALUE at DayBegan\.day"):
        a_codec().decode(framed)


def _without_logical_types(name: str) -> list[dict[str, Any]]:
    return [{"name": each["name"], "type": each["type"]["type"]} for each in versions.newest()[name]["fields"]]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.data(),
    start=st.integers(0, 150),
    splice=st.binary(max_size=12),
    cut=st.integers(0, 20),
)
def test_no_bytes_at_all_raise_anything_but_a_reason(data: st.DataObject, start: int, splice: bytes, cut: int) -> None:
    name = data.draw(st.sampled_from(sorted(versions.newest())))
    codec = a_codec()
    good = codec.encode(name, data.draw(RECORDS[name]))
    try:
        read, record = codec.decode(good[:start] + splice + good[start + cut :])
    except Unreadable:
        return
    assert codec.encode(read, record)


class OneMore:
    """A registry that knows one schema beyond our own files, or is away."""

    def __init__(self, schema: Mapping[str, Any] | None = None, away: bool = False) -> None:
        self.schema, self.away, self.asked = schema, away, 0

    def id_of(self, name: str) -> int:
        return FileIds().id_of(name)

    def schema_of(self, schema_id: int) -> Mapping[str, Any] | None:
        self.asked += 1
        if self.away:
            raise Unavailable("the schema registry is away")
        return self.schema if schema_id == 99 else FileIds().schema_of(schema_id)


def a_newer_schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(json.dumps(versions.newest()["EmploymentSpell"]))
    schema["fields"].append({"name": "sector", "type": ["null", "string"], "default": None})
    symbols = next(each for each in schema["fields"] if each["name"] == "employment")["type"]["symbols"]
    symbols.insert(2, "FLEX")
    return schema


def newer_bytes(employment: str) -> bytes:
    schema = fastavro.parse_schema(_physical(a_newer_schema()))
    record = {**a_spell(), "recorded_at": 0, "received_at": 0, "first_day": 0, "weekly_hours": b"\x07\x3a"}
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, {**record, "employment": employment, "sector": "x"})
    return b"\0\0\0\0\x63" + out.getvalue()


def _physical(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_physical(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _physical(value)
        for key, value in schema.items()
        if key not in ("logicalType", "precision", "scale", "classification", "purpose", "basis")
    }


def test_an_old_reader_drops_a_newer_field() -> None:
    name, record = Codec(OneMore(a_newer_schema())).decode(newer_bytes("ORDINARY"))
    expected = a_spell(recorded_at="1970-01-01T00:00:00.000Z", received_at="1970-01-01T00:00:00.000Z")
    assert (name, record) == ("EmploymentSpell", {**expected, "first_day": "1970-01-01"})


def test_a_newer_symbol_is_held_and_not_guessed() -> None:
    with pytest.raises(Unreadable, match=r"NEWER_SYMBOL at EmploymentSpell\.employment"):
        Codec(OneMore(a_newer_schema())).decode(newer_bytes("FLEX"))


def test_a_schema_of_others_is_not_read() -> None:
    foreign = {"type": "record", "name": "elsewhere.EmploymentSpell", "fields": [{"name": "x", "type": "int"}]}
    with pytest.raises(Unreadable, match="FOREIGN_SCHEMA"):
        Codec(OneMore(foreign)).decode(b"\0\0\0\0\x63\x02")


def test_a_registry_that_answers_no_schema_is_away() -> None:
    with pytest.raises(Unavailable):
        Codec(OneMore({"type": "record", "name": "branchespor.Training"})).decode(b"\0\0\0\0\x63\x02")


def test_with_the_registry_away_known_ids_go_on_and_unknown_ones_wait() -> None:
    ids = OneMore()
    codec = Codec(ids)
    framed = codec.encode("EmploymentSpell", a_spell())
    codec.decode(framed)
    ids.away = True
    assert codec.decode(framed)[1] == a_spell()
    with pytest.raises(Unavailable):
        codec.decode(b"\0\0\0\0\x63" + framed[5:])
    assert ids.asked == 2  # one for the known id, once for life


def test_moments_before_1970_and_with_milliseconds_keep_their_text() -> None:
    codec = a_codec()
    for moment in ("1969-12-31T23:59:59.999Z", "1900-01-01T00:00:00.001Z", "2199-12-31T23:59:59.999Z"):
        framed = codec.encode("EmploymentSpell", a_spell(received_at=moment))
        assert codec.decode(framed)[1]["received_at"] == moment


def test_days_are_counted_from_1970() -> None:
    record = {"event_id": a_spell()["person"], "day": (date(1970, 1, 1) + timedelta(days=64)).isoformat()}
    assert a_codec().encode("DayBegan", record)[-2:] == b"\x80\x01"  # zigzag of 64
