"""What a sender reads of a fault: whole sentences in Danish and in English, with what to do."""

import re
from pathlib import Path

import pytest

from branchespor.intake.offline import checked, delivery_of
from producers.feeds import FEEDS
from schemas.faults import Fault
from validation.codes import CODES
from validation.wording import texts

SAMPLES = Path(__file__).parents[1] / "samples" / "partners"
# Columns of the labour-market balance; names stay as the contract has them.
COLUMNS = re.compile(r"Beskæftigede|Område")


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_whole_sentences_even_where_nothing_fills_the_blanks(code: str) -> None:
    for sentence in texts(Fault(code=code), {}):
        assert sentence.endswith((".", "?"))
        assert "{" not in sentence


def test_texts_say_what_the_contract_wants_in_each_language() -> None:
    da, en = texts(Fault(code="R06", line=2, column="a", detail={"form": "dd-mm-yyyy"}), {})

    assert da == "Datoen har ikke formen dd-mm-åååå eller findes ikke."
    assert en == "Not a date of the form dd-mm-yyyy, or no such day."


def test_a_person_number_that_lost_its_zero_gets_the_hint() -> None:
    da, _ = texts(Fault(code="R03", detail={"hint": "zero"}), {})

    assert da == "Personnummeret har ikke en gyldig form. Er et nul foran forsvundet?"


def test_a_row_of_the_wrong_length_is_told_in_characters_and_one_without_fields_in_words() -> None:
    wide = Fault(code="R01", line=3, detail={"found": 45, "unit": "tegn", "expected": 44})

    assert texts(wide, {}) == ("Rækken har 45 tegn; der skal være 44.", "The row has 45 characters; there must be 44.")
    assert "?" not in "".join(texts(Fault(code="R01", line=3), {"expected": "JSON"}))


def test_a_record_may_be_shorter_so_it_is_told_what_it_may_have_at_most() -> None:
    wide = Fault(code="R01", line=3, detail={"found": 108, "unit": "tegn", "expected": "højst 106"})

    assert texts(wide, {}) == (
        "Rækken har 108 tegn; der skal være højst 106.",
        "The row has 108 characters; there must be at most 106.",
    )


def test_records_of_a_person_without_record_001_are_not_said_to_correct_anything() -> None:
    da, en = texts(Fault(code="R15", line=3, column="RECORDTYPE"), {})

    assert da == "Personens record 001 mangler. Send alle personens records."
    assert en == "The person's record 001 is missing. Send all records of the person."


def test_a_receipt_of_cpr_has_both() -> None:
    receipt = checked(delivery_of("cpr", SAMPLES / "cpr" / "bad" / "D200718.L470701", None), synthetic=True).receipt
    told = {fault["code"]: fault["en"] for fault in receipt["faults"]}  # type: ignore[attr-defined]

    assert told["R01"].endswith("there must be at most 306.")
    assert told["R15"].startswith("The person's record 001 is missing.")


@pytest.mark.parametrize("feed", [feed.name for feed in FEEDS])
def test_the_english_sentences_of_every_sample_are_english(feed: str) -> None:
    files = [
        path for path in (SAMPLES / feed / "bad").iterdir() if path.name not in ("expected.jsonl", "receipts.json")
    ]
    receipts = [checked(delivery_of(feed, path, None), synthetic=True).receipt for path in files]
    sentences = [fault["en"] for receipt in receipts for fault in receipt["faults"]]  # type: ignore[attr-defined]

    assert sentences
    assert not [each for each in sentences if re.search("[æøå]|cifre|række", COLUMNS.sub("", each), re.IGNORECASE)]


def test_every_danish_phrase_that_a_feed_fills_in_has_its_english_one() -> None:
    rooms = [Path(__file__).parents[2] / room for room in ("producers", "validation/expectations")]
    sources = [path for room in rooms for path in room.rglob("*.py")]
    danish = '"([^"]*[æøåÆØÅ][^"]*)"'
    filled = re.compile(rf'"(?:detail|limit|found|list|form|expected)": {danish}|(?:refuse|_wrong_\w+)\([^)]*{danish}')
    phrases = {one or other for path in sources for one, other in filled.findall(path.read_text(encoding="utf-8"))}
    for feed in FEEDS:
        file, columns = feed.agreed.own.file, feed.agreed.by_column.values()
        rules = [rule.implementation for column in columns for rule in column.rules]
        phrases |= {file.expected, file.limit, *(word for rule in rules for word in (rule.form, rule.list) if word)}

    assert len(phrases) > 40
    for phrase in sorted(phrases):
        _, english = texts(Fault(code="F07", detail={"detail": phrase}), {})
        assert not re.search("[æøå]|cifre|poster", english), phrase
