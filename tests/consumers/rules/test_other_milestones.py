"""M01 groups, M08 training, M10 jobs: each step once, on its day, and what a correction makes of it."""

from tests.stories.citizen import a_citizen

TRAINING = {
    "enrolment": "E1", "track": None, "institution": "907001", "course": "47136", "first_day": "2020-03-02",
    "last_day": "2020-03-06",
}  # fmt: skip


def of(citizen, prefix, first="2020-02-01", last="2020-12-31"):
    return [each for each in citizen.told(first, last) if each[0].startswith(prefix)]


def test_a_change_of_groups_is_told_with_the_day_since_which_they_are_so():
    citizen = a_citizen().in_group("INSURED", "2020-02-10", until="2020-03-31", heard="2020-02-12")
    citizen.in_group("CASH_JOB_READY", "2020-04-01", heard="2020-04-06")
    assert of(citizen, "TARGET") == [
        ("TARGET_GROUP_CHANGED", "2020-02-10", "2020-02-12"),
        ("TARGET_GROUP_CHANGED", "2020-04-01", "2020-04-01"),
        ("TARGET_GROUP_CHANGED", "2020-04-01", "2020-04-06"),
    ]


def test_two_spells_that_adjoin_are_one_stay_in_the_group():
    citizen = a_citizen().in_group("INSURED", "2020-02-10", until="2020-03-31")
    citizen.in_group("INSURED", "2020-04-01")
    assert of(citizen, "TARGET") == [("TARGET_GROUP_CHANGED", "2020-02-10", "2020-02-10")]


def test_a_withdrawn_group_is_told_with_the_day_that_was_announced():
    citizen = a_citizen().in_group("INSURED", "2020-02-10", record_key="s", heard="2020-02-12")
    citizen.in_group("INSURED", "2020-02-10", record_key="s", withdrawn=True, heard="2020-05-05")
    assert of(citizen, "TARGET")[1:] == [("TARGET_GROUP_CHANGED", "2020-02-10", "2020-05-05")]


def test_a_course_is_enrolled_started_and_completed_once_each():
    citizen = a_citizen().says("Training", "t", heard="2020-02-20", outcome="ONGOING", **TRAINING)
    citizen.says("Training", "t", heard="2020-03-09", outcome="COMPLETED", **TRAINING)
    citizen.says("Training", "t", heard="2020-03-16", outcome="COMPLETED", **TRAINING)
    assert of(citizen, "TRAINING") == [
        ("TRAINING_ENROLLED", "2020-02-20", "2020-02-20"),
        ("TRAINING_STARTED", "2020-03-02", "2020-03-02"),
        ("TRAINING_COMPLETED", "2020-03-06", "2020-03-09"),
    ]


def test_a_cancelled_course_is_never_started():
    citizen = a_citizen().says("Training", "t", heard="2020-02-20", outcome=None, **TRAINING)
    citizen.says("Training", "t", heard="2020-02-25", outcome="CANCELLED", **TRAINING)
    assert of(citizen, "TRAINING") == [
        ("TRAINING_ENROLLED", "2020-02-20", "2020-02-20"),
        ("TRAINING_NOT_COMPLETED", "2020-02-25", "2020-02-25"),
    ]


def test_a_training_without_its_own_fields_is_passed_over():
    citizen = a_citizen().says("Training", "t", outcome="COMPLETED", first_day=3)
    assert of(citizen, "TRAINING") == []


def test_a_job_starts_only_after_unemployment_and_counts_once_through_adjoining_jobs():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03", heard="2020-02-04")
    citizen.takes_a_job("2020-06-01", "2020-06-30", heard="2020-06-05")
    citizen.takes_a_job("2020-07-01", "2020-07-31", heard="2020-07-05")
    citizen.takes_a_job("2020-09-01", weekly_hours=15, heard="2020-09-05")
    citizen.takes_a_job("2020-10-01", weekly_hours=37, heard="2020-10-05")
    assert of(citizen, "JOB") == [
        ("JOB_STARTED", "2020-06-01", "2020-06-05"),
        ("JOB_STARTED", "2020-10-01", "2020-10-05"),
    ]


def test_a_job_without_unemployment_before_it_is_no_milestone():
    assert of(a_citizen().takes_a_job("2020-06-01"), "JOB") == []
