"""Every file and pull of a small sample through the hub's own decoders: each gets the verdict the manifest expects."""

from typing import Any

import pytest

from schemas.facts import KINDS, KINDS_OF_PERSON

pytestmark = pytest.mark.integration


def test_every_delivery_gets_the_verdict_the_manifest_expects(hub: Any) -> None:
    assert len(hub.outcomes) > 100
    for entry, outcome in hub.outcomes:
        assert outcome.receipt["verdict"] == entry["expect"], (
            entry["file"],
            entry["number"],
            outcome.receipt["counts"],
            [(fault["code"], fault["line"], fault["column"]) for fault in outcome.receipt["faults"]],
        )


def test_the_hub_knows_every_citizen_once(hub: Any) -> None:
    facts = [fact.fact for _, outcome in hub.outcomes for fact in outcome.facts]
    persons = {fact.person for fact in facts if type(fact).__name__ in KINDS_OF_PERSON}

    assert len(persons) == 100


def test_a_changed_number_is_told_before_anybody_uses_it(hub: Any) -> None:
    changes = [change for _, outcome in hub.outcomes for change in outcome.identity_changes]

    assert changes
    assert all(change.merged_person is None for change in changes)


def test_every_kind_of_fact_comes(hub: Any) -> None:
    kinds = {type(fact.fact).__name__ for _, outcome in hub.outcomes for fact in outcome.facts}

    assert kinds == set(KINDS)


def test_rows_wait_are_corrected_and_are_taken_back(hub: Any) -> None:
    waiting = sum(outcome.receipt["counts"]["waiting"] for _, outcome in hub.outcomes)  # type: ignore[index]
    withdrawn = {entry["feed"] for entry, outcome in hub.outcomes for fact in outcome.facts if fact.fact.withdrawn}

    assert waiting > 0
    assert {"akasse-ledighed", "visitation"} <= withdrawn
