"""Receipts: sorted, counted, in two languages, and without a value."""

from typing import Any

from schemas.faults import Fault
from validation.receipt import danish_text, receipt


def a_receipt(*faults: Fault, **changed: Any) -> dict[str, Any]:
    columns = ["a", "b"]
    fields: dict[str, Any] = {
        "receipt_id": "r",
        "verdict": "accepted_with_faults",
        "feed": "amu",
        "partner": "907001",
        "contract": "amu/1.0",
        "file_name": "x.csv",
        "sha256": "0" * 64,
        "size": 10,
        "period": None,
        "sequence": None,
        "counts": {"rows": 3, "accepted": 2, "rejected": 1},
        "faults": faults,
        "position": lambda column: columns.index(column) if column in columns else -1,
        "words": {},
    }
    return receipt(**(fields | changed))


def test_faults_are_sorted_by_severity_then_line_then_column() -> None:
    shuffled = [
        Fault(code="N02", line=3, column="b"),
        Fault(code="N02", line=3, column="a"),
        Fault(code="N01", line=3),
        Fault(code="R06", line=9, column="a"),
        Fault(code="R02", line=2, column="b"),
        Fault(code="F10"),
    ]
    found = [(fault["code"], fault["line"], fault["column"]) for fault in a_receipt(*shuffled)["faults"]]

    assert found == [
        ("F10", None, None),
        ("R02", 2, "b"),
        ("R06", 9, "a"),
        ("N01", 3, None),
        ("N02", 3, "a"),
        ("N02", 3, "b"),
    ]


def test_only_a_held_receipt_is_not_final() -> None:
    verdicts = ["accepted", "accepted_with_faults", "refused", "held", "duplicate"]

    assert [verdict for verdict in verdicts if not a_receipt(verdict=verdict)["final"]] == ["held"]


def test_the_danish_text_says_the_same_for_people() -> None:
    shown = danish_text(a_receipt(Fault(code="R02", line=7, column="a"), contact="data@norddjurs.example"))

    assert "Resultat: modtaget, men nogle rækker er lagt til side" in shown
    assert "R02 REQUIRED (linje 7, kolonne a): Feltet skal udfyldes." in shown
    assert "Rækker: 3: 2 indlæst, 0 uændret, 0 gentaget, 1 afvist, 0 venter" in shown
