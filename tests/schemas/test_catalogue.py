"""The catalogue: a topic for each kind of fact, prefixes that end with a dot, no partner near another."""

import pytest

from schemas import catalogue, facts, versions

KNOWN = catalogue.load()


@pytest.mark.parametrize("kind", [*facts.KINDS, "IdentityChange"])
def test_every_kind_of_fact_has_its_topic(kind: str) -> None:
    assert KNOWN.topics[catalogue.fact_topic(kind)].record == kind


def test_a_topics_name_is_the_kind_in_kebab_case() -> None:
    assert catalogue.fact_topic("TargetGroupSpell") == "branchespor.facts.target-group-spell.v1"


def test_every_record_has_a_topic_and_every_topic_a_record() -> None:
    assert {topic.record for topic in KNOWN.topics.values()} == set(versions.newest())


def test_a_partner_may_read_its_own_topic_and_nothing_else_may_be_written_by_it() -> None:
    for partner in KNOWN.partners:
        user = KNOWN.users[f"partner-{partner}"]
        assert [topic for topic in KNOWN.topics if user.may("read", topic)] == [catalogue.partner_topic(partner)]
        assert not [topic for topic in KNOWN.topics if user.may("write", topic)]
        assert user.quota


def test_a_prefix_ends_with_the_dot_and_so_misses_the_longer_name() -> None:
    user = KNOWN.users["partner-akasse-901"]
    assert not user.may("read", "partner.akasse-9010.events.v1")
    for each in KNOWN.users.values():
        for name in (*each.reads, *each.writes):
            assert name in KNOWN.topics or name.endswith(".")


def test_only_the_relay_writes_what_partners_read() -> None:
    for topic in KNOWN.topics:
        writers = {user.name for user in KNOWN.users.values() if user.may("write", topic)}
        wanted = (
            {"intake"} if topic.startswith(("branchespor.facts.", catalogue.CLOCK, catalogue.SOURCES)) else {"relay"}
        )
        assert writers == wanted


def test_an_erased_value_does_not_stay_in_the_active_segment() -> None:
    settings = KNOWN.topics[catalogue.STATUS].settings
    assert settings["cleanup.policy"] == "compact"
    assert int(settings["delete.retention.ms"]) >= 7 * catalogue.DAY_MS
    assert int(settings["segment.ms"]) <= catalogue.DAY_MS
    assert int(settings["max.compaction.lag.ms"]) <= 7 * catalogue.DAY_MS


def test_production_keeps_three_copies_and_wants_two() -> None:
    assert KNOWN.profiles["production"] == catalogue.Profile(replication=3, min_insync=2)
