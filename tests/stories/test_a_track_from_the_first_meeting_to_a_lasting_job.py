"""A whole sector track: meeting, offer, placement and course in turn, a job that ends it, 26 and 52 weeks in work."""

from tests.stories.citizen import a_citizen

TRACK = {"track": "BS-000001", "branchespor": "IND", "disco3": "722", "override": False}
PLACEMENT = {
    "placement": "P1", "track": "BS-000001", "placement_kind": "PRAKTIK", "cvr": "10000009", "p_number": "1000000009",
    "weekly_hours": 30.0,
}  # fmt: skip
COURSE = {"enrolment": "H0000001", "track": "BS-000001", "institution": "907001", "course": "40001"}


def test_a_track_from_the_first_meeting_to_a_lasting_job():
    citizen = a_citizen().in_group("CASH_JOB_READY", since="2020-02-03", heard="2020-02-03")
    meeting = {"meeting": "m1", "held_on": "2020-02-07", "booked_for": "2020-02-07", "joint": False}
    citizen.says("Meeting", heard="2020-02-07", **meeting).says("CaseOpened", heard="2020-02-07", day="2020-02-07")

    plan = {"plan_first_day": "2020-05-18", "plan_last_day": "2020-08-14"}
    citizen.says("TrackDecision", heard="2020-05-04", decision="OFFERED", day="2020-05-04", **TRACK, **plan)
    citizen.says("Placement", heard="2020-05-06", first_day="2020-05-18", last_day="2020-06-12", **PLACEMENT)
    citizen.says("TrackDecision", heard="2020-05-08", decision="ACCEPTED", day="2020-05-08", **TRACK)
    course = {"first_day": "2020-06-15", "last_day": "2020-06-19", **COURSE}
    citizen.says("Training", "H0000001", heard="2020-05-11", outcome=None, **course)
    citizen.says("Training", "H0000001", heard="2020-06-22", outcome="COMPLETED", **course)
    citizen.takes_a_job("2020-07-01", heard="2020-07-02")

    assert citizen.told("2020-02-01", "2021-12-31") == [
        ("TARGET_GROUP_CHANGED", "2020-02-03", "2020-02-03"),
        ("FIRST_MEETING_HELD", "2020-02-07", "2020-02-07"),
        ("CASEWORK_STARTED", "2020-02-07", "2020-02-07"),
        ("ELIGIBLE", "2020-05-03", "2020-05-03"),
        ("TRACK_OFFERED", "2020-05-04", "2020-05-04"),
        ("TRACK_ACCEPTED", "2020-05-08", "2020-05-08"),
        ("PLACEMENT_AGREED", "2020-05-06", "2020-05-08"),
        ("TRAINING_ENROLLED", "2020-05-11", "2020-05-11"),
        ("PLACEMENT_STARTED", "2020-05-18", "2020-05-18"),
        ("PLACEMENT_ENDED", "2020-06-13", "2020-06-13"),
        ("TRAINING_STARTED", "2020-06-15", "2020-06-15"),
        ("ALTERNATION_REACHED", "2020-06-15", "2020-06-15"),
        ("TRAINING_COMPLETED", "2020-06-19", "2020-06-22"),
        ("ELIGIBILITY_LOST", "2020-07-01", "2020-07-02"),
        ("JOB_STARTED", "2020-07-01", "2020-07-02"),
        ("COURSE_CLOSED", "2020-07-01", "2020-07-02"),
        ("LASTING_ATTACHMENT", "2020-12-30", "2020-12-30"),
        ("LASTING_ATTACHMENT", "2021-06-30", "2021-06-30"),
    ]
