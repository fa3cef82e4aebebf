"""M02, M05 to M13: each step once, on its day, held while it waits, corrected and taken back."""

from datetime import date

from branchespor.simulation import play
from consumers.policy_file import load
from consumers.rules.detection import detect, playback
from consumers.rules.shortage import Balance
from tests.stories.citizen import a_citizen

OFFER = {"track": "T1", "branchespor": "IND", "disco3": "722", "override": False}
PLACED = {
    "placement": "P1", "track": "T1", "placement_kind": "PRAKTIK", "cvr": "10000009", "p_number": "1000000009",
    "weekly_hours": 37.0,
}  # fmt: skip
TRAINED = {"enrolment": "E1", "track": "T1", "institution": "907001", "course": "47136"}


def offered(citizen, day, heard=None, decision="OFFERED", key=None, **changes):
    own = OFFER | {"plan_first_day": None, "plan_last_day": None} | changes
    return citizen.says(
        "TrackDecision", key or f"{decision}-{own['track']}", heard=heard or day, decision=decision, day=day, **own
    )


def accepted(citizen, day, **changes):
    return offered(citizen, day, decision="ACCEPTED", **changes)


def declined(citizen, day, **changes):
    return offered(citizen, day, decision="DECLINED", **changes)


def placed(citizen, first, last, heard, key="p", **changes):
    return citizen.says("Placement", key, heard=heard, first_day=first, last_day=last, **(PLACED | changes))


def trained(citizen, first, last, heard, outcome="ONGOING", **changes):
    own = TRAINED | changes
    return citizen.says(
        "Training", own["enrolment"], heard=heard, first_day=first, last_day=last, outcome=outcome, **own
    )


def covered():
    """Job-ready since 3 February 2020, so covered from 3 May 2020 on."""
    return a_citizen().in_group("CASH_JOB_READY", "2020-02-03", heard="2020-02-03")


def steps(citizen, *prefixes, until="2021-12-31"):
    return [each for each in citizen.told("2020-02-01", until) if each[0].startswith(prefixes)]


def milestones(citizen, type_, balance=None, until="2021-12-31"):
    played = play(citizen.facts, date(2020, 2, 1), date.fromisoformat(until), load(), balance)
    return [each for each in played if each.type == type_]


def taken_back(citizen):
    found = milestones(citizen, "MILESTONE_WITHDRAWN")
    return [(each.details["withdraws"], each.details["corrects"], each.detected_day) for each in found]


def held(citizen, day):
    on = date.fromisoformat(day)
    told = playback(play(citizen.facts, date(2020, 2, 1), on, load()))
    return [
        (each.type, each.effective_day, each.reason, each.waits_for)
        for each in detect(told, citizen.facts, on, load()).held
    ]


# M02


def test_the_first_held_meeting_counts_and_an_appointment_does_not():
    citizen = covered()
    citizen.says("Meeting", "m1", heard="2020-02-10", meeting="m1", held_on=None, booked_for="2020-02-17", joint=False)
    citizen.says(
        "Meeting", "m1", heard="2020-02-17", meeting="m1", held_on="2020-02-17", booked_for="2020-02-17", joint=True
    )
    citizen.says(
        "Meeting", "m2", heard="2020-03-02", meeting="m2", held_on="2020-03-02", booked_for="2020-03-02", joint=False
    )
    assert steps(citizen, "FIRST_MEETING") == [("FIRST_MEETING_HELD", "2020-02-17", "2020-02-17")]
    assert milestones(citizen, "FIRST_MEETING_HELD")[0].details["joint"] is True


def test_an_earlier_meeting_told_later_corrects_the_first_one():
    citizen = covered()
    for key, day, heard in (("m1", "2020-03-02", "2020-03-02"), ("m2", "2020-02-20", "2020-03-09")):
        citizen.says("Meeting", key, heard=heard, meeting=key, held_on=day, booked_for=day, joint=False)
    assert steps(citizen, "FIRST_MEETING") == [
        ("FIRST_MEETING_HELD", "2020-03-02", "2020-03-02"),
        ("FIRST_MEETING_HELD", "2020-02-20", "2020-03-09"),
    ]
    assert [each.details["corrects"] for each in milestones(citizen, "FIRST_MEETING_HELD")] == [None, "2020-03-02"]


def test_who_comes_back_has_a_first_meeting_again():
    citizen = a_citizen().in_group("CASH_JOB_READY", "2020-02-03", until="2020-03-31", heard="2020-02-03")
    citizen.in_group("CASH_JOB_READY", "2020-10-01", heard="2020-10-01")
    for key, day in (("m1", "2020-02-17"), ("m2", "2020-10-12")):
        citizen.says("Meeting", key, heard=day, meeting=key, held_on=day, booked_for=day, joint=False)
    assert [each[1] for each in steps(citizen, "FIRST_MEETING")] == ["2020-02-17", "2020-10-12"]


def test_a_case_is_opened_on_its_day():
    citizen = covered().says("CaseOpened", "c", heard="2020-02-18", day="2020-02-17")
    assert steps(citizen, "CASEWORK") == [("CASEWORK_STARTED", "2020-02-17", "2020-02-18")]


# M05, M06


def test_an_offer_is_told_on_its_day_once_the_citizen_is_covered():
    assert steps(offered(covered(), "2020-05-11"), "TRACK") == [("TRACK_OFFERED", "2020-05-11", "2020-05-11")]


def test_an_offer_before_the_citizen_is_covered_is_held_and_told_when_he_is():
    citizen = offered(covered(), "2020-04-20")
    assert held(citizen, "2020-05-02") == [("TRACK_OFFERED", "2020-04-20", "WAITING_FOR", "M03")]
    assert steps(citizen, "TRACK") == [("TRACK_OFFERED", "2020-04-20", "2020-05-03")]
    assert held(citizen, "2020-05-03") == []
    assert milestones(citizen, "TRACK_OFFERED")[0].details["started_before_rule"] is True


def test_an_override_of_the_caseworker_waits_for_nothing_and_says_so():
    citizen = offered(covered(), "2020-04-20", override=True)
    assert steps(citizen, "TRACK") == [("TRACK_OFFERED", "2020-04-20", "2020-04-20")]
    assert milestones(citizen, "TRACK_OFFERED")[0].details["override"] is True


def test_an_acceptance_waits_for_the_offer():
    citizen = accepted(covered(), "2020-05-11")
    assert held(citizen, "2020-05-20") == [("TRACK_ACCEPTED", "2020-05-11", "WAITING_FOR", "M05")]
    offered(citizen, "2020-05-08", heard="2020-05-25")
    assert steps(citizen, "TRACK") == [
        ("TRACK_OFFERED", "2020-05-08", "2020-05-25"),
        ("TRACK_ACCEPTED", "2020-05-11", "2020-05-25"),
    ]


def test_an_offer_put_right_is_told_again_with_what_it_corrects():
    citizen = offered(covered(), "2020-05-11", key="o")
    offered(citizen, "2020-05-12", heard="2020-05-14", key="o")
    assert steps(citizen, "TRACK") == [
        ("TRACK_OFFERED", "2020-05-11", "2020-05-11"),
        ("TRACK_OFFERED", "2020-05-12", "2020-05-14"),
    ]
    assert [each.details["corrects"] for each in milestones(citizen, "TRACK_OFFERED")] == [None, "2020-05-11"]


def test_an_offer_withdrawn_is_taken_back():
    citizen = offered(covered(), "2020-05-11", key="o")
    offered(citizen, "2020-05-11", heard="2020-05-14", key="o", withdrawn=True)
    assert steps(citizen, "TRACK", "MILESTONE") == [
        ("TRACK_OFFERED", "2020-05-11", "2020-05-11"),
        ("MILESTONE_WITHDRAWN", "2020-05-11", "2020-05-14"),
    ]
    assert milestones(citizen, "MILESTONE_WITHDRAWN")[0].details["withdraws"] == "TRACK_OFFERED"


def test_what_was_announced_is_not_held_again_when_its_ground_falls_away():
    citizen = offered(covered(), "2020-05-11")
    citizen.in_group("CASH_ACTIVITY_READY", "2020-02-03", heard="2020-06-01", record_key="k1")
    citizen.says("TargetGroupSpell", "k1", heard="2020-06-02", target_group="CASH_JOB_READY", first_day="2020-02-03",
                 last_day=None, withdrawn=True)  # fmt: skip
    assert [each[0] for each in steps(citizen, "TRACK", "MILESTONE")] == ["TRACK_OFFERED"]


# M07


def test_a_placement_is_agreed_started_extended_and_ended():
    citizen = placed(accepted(offered(covered(), "2020-05-11"), "2020-05-12"), "2020-06-01", "2020-06-26", "2020-05-20")
    placed(citizen, "2020-06-01", "2020-07-10", "2020-06-22")
    assert steps(citizen, "PLACEMENT", "DROPPED") == [
        ("PLACEMENT_AGREED", "2020-05-20", "2020-05-20"),
        ("PLACEMENT_STARTED", "2020-06-01", "2020-06-01"),
        ("PLACEMENT_EXTENDED", "2020-06-22", "2020-06-22"),
        ("PLACEMENT_ENDED", "2020-07-11", "2020-07-11"),
    ]


def test_a_placement_of_a_track_waits_for_its_acceptance_and_one_of_no_track_for_nothing():
    citizen = placed(offered(covered(), "2020-05-11"), "2020-06-01", "2020-06-26", "2020-05-20")
    placed(citizen, "2020-06-01", "2020-06-05", "2020-05-20", key="free", placement="P2", track=None)
    assert steps(citizen, "PLACEMENT_AGREED") == [("PLACEMENT_AGREED", "2020-05-20", "2020-05-20")]
    assert held(citizen, "2020-06-02") == [
        ("PLACEMENT_AGREED", "2020-05-20", "WAITING_FOR", "M06"),
        ("PLACEMENT_STARTED", "2020-06-01", "WAITING_FOR", "M06"),
    ]
    accepted(citizen, "2020-05-18", heard="2020-06-03")
    assert ("PLACEMENT_STARTED", "2020-06-01", "2020-06-03") in steps(citizen, "PLACEMENT")


def test_a_placement_moved_is_told_again_as_a_correction():
    citizen = placed(covered(), "2020-06-01", "2020-06-26", "2020-05-20", track=None)
    placed(citizen, "2020-06-03", "2020-06-26", "2020-06-03", track=None)
    assert [(each.effective_day, each.details["corrects"]) for each in milestones(citizen, "PLACEMENT_STARTED")] == [
        ("2020-06-01", None),
        ("2020-06-03", "2020-06-01"),
    ]


# M08, M09


def test_a_training_of_a_track_waits_for_its_acceptance():
    citizen = trained(offered(covered(), "2020-05-11"), "2020-06-01", "2020-06-05", "2020-05-20")
    assert steps(citizen, "TRAINING", until="2020-06-10") == []
    assert held(citizen, "2020-05-31") == [("TRAINING_ENROLLED", "2020-05-20", "WAITING_FOR", "M06")]
    accepted(citizen, "2020-05-18", heard="2020-06-11")
    assert steps(citizen, "TRAINING") == [
        ("TRAINING_ENROLLED", "2020-05-20", "2020-06-11"),
        ("TRAINING_STARTED", "2020-06-01", "2020-06-11"),
    ]


def test_a_course_that_moves_is_told_again_as_a_correction():
    citizen = trained(covered(), "2020-06-01", "2020-06-05", "2020-05-20", track=None)
    trained(citizen, "2020-06-08", "2020-06-12", "2020-06-02", track=None)
    assert [
        (each.type, each.effective_day, each.details["first_day"], each.details["last_day"], each.details["corrects"])
        for each in milestones(citizen, "TRAINING_ENROLLED") + milestones(citizen, "TRAINING_STARTED")
    ] == [
        ("TRAINING_ENROLLED", "2020-05-20", "2020-06-01", "2020-06-05", None),
        ("TRAINING_ENROLLED", "2020-05-20", "2020-06-08", "2020-06-12", "2020-05-20"),
        ("TRAINING_STARTED", "2020-06-01", "2020-06-01", "2020-06-05", None),
        ("TRAINING_STARTED", "2020-06-08", "2020-06-08", "2020-06-12", None),
    ]
    assert taken_back(citizen) == [("TRAINING_STARTED", "2020-06-01", "2020-06-02")]


def test_a_course_that_ends_early_is_not_completed_and_corrects_nothing():
    citizen = trained(covered(), "2020-06-01", "2020-06-05", "2020-05-20", track=None)
    trained(citizen, "2020-06-01", "2020-06-03", "2020-06-04", outcome="NOT_COMPLETED", track=None)
    assert steps(citizen, "TRAINING", "MILESTONE") == [
        ("TRAINING_ENROLLED", "2020-05-20", "2020-05-20"),
        ("TRAINING_STARTED", "2020-06-01", "2020-06-01"),
        ("TRAINING_NOT_COMPLETED", "2020-06-03", "2020-06-04"),
    ]


def test_a_course_that_was_never_agreed_is_taken_back():
    citizen = trained(covered(), "2020-06-01", "2020-06-05", "2020-05-20", track=None)
    trained(citizen, "2020-06-01", "2020-06-05", "2020-06-02", track=None, withdrawn=True)
    assert taken_back(citizen) == [
        ("TRAINING_ENROLLED", "2020-05-20", "2020-06-02"),
        ("TRAINING_STARTED", "2020-06-01", "2020-06-02"),
    ]


def test_alternation_is_reached_with_a_placement_day_and_a_training_day_of_one_track():
    citizen = accepted(offered(covered(), "2020-05-11"), "2020-05-12")
    trained(citizen, "2020-06-01", "2020-06-05", "2020-05-20")
    placed(citizen, "2020-06-08", "2020-06-26", "2020-05-20")
    assert steps(citizen, "ALTERNATION") == [("ALTERNATION_REACHED", "2020-06-08", "2020-06-08")]


def test_parts_of_two_tracks_are_no_alternation():
    citizen = accepted(offered(covered(), "2020-05-11"), "2020-05-12")
    accepted(offered(citizen, "2020-05-11", track="T2"), "2020-05-12", track="T2")
    trained(citizen, "2020-06-01", "2020-06-05", "2020-05-20")
    placed(citizen, "2020-06-08", "2020-06-26", "2020-05-20", track="T2")
    assert steps(citizen, "ALTERNATION") == []


# M10, M11


def test_a_job_start_that_moves_names_the_day_it_corrects_and_one_withdrawn_is_taken_back():
    citizen = covered().takes_a_job("2020-06-01", record_key="job", heard="2020-06-02")
    citizen.takes_a_job("2020-06-03", record_key="job", heard="2020-06-05")
    assert [(each.effective_day, each.details["corrects"]) for each in milestones(citizen, "JOB_STARTED")] == [
        ("2020-06-01", None),
        ("2020-06-03", "2020-06-01"),
    ]
    citizen.takes_a_job("2020-06-03", record_key="job", heard="2020-06-09", withdrawn=True)
    assert taken_back(citizen) == [("JOB_STARTED", "2020-06-03", "2020-06-09")]


def test_an_attachment_lasts_after_26_and_52_weeks_in_work():
    citizen = covered().takes_a_job("2020-06-01", heard="2020-06-02")
    assert steps(citizen, "LASTING") == [
        ("LASTING_ATTACHMENT", "2020-11-30", "2020-11-30"),
        ("LASTING_ATTACHMENT", "2021-05-31", "2021-05-31"),
    ]
    assert [each.details["weeks"] for each in milestones(citizen, "LASTING_ATTACHMENT")] == [26, 52]


def test_a_job_that_ends_a_day_too_early_is_no_lasting_attachment():
    citizen = covered().takes_a_job("2020-06-01", until="2020-11-28", heard="2020-06-02")
    assert steps(citizen, "LASTING") == []


def test_a_month_with_support_in_between_puts_the_weeks_back():
    citizen = covered().takes_a_job("2020-06-01", heard="2020-06-02")
    citizen.says("IncomeMonth", "2020-08", heard="2020-09-10", month="2020-08", hours=160.0, public_support=True)
    assert steps(citizen, "LASTING")[0] == ("LASTING_ATTACHMENT", "2021-03-02", "2021-03-02")


# M12


def test_a_placement_cut_short_is_dropped_out_of_and_one_that_became_a_job_is_not():
    citizen = placed(covered(), "2020-06-01", "2020-06-26", "2020-05-20", track=None)
    placed(citizen, "2020-06-01", "2020-06-12", "2020-06-15", track=None)
    assert steps(citizen, "DROPPED") == [("DROPPED_OUT", "2020-06-13", "2020-06-15")]

    lucky = placed(covered(), "2020-06-01", "2020-06-26", "2020-05-20", track=None)
    placed(lucky, "2020-06-01", "2020-06-12", "2020-06-15", track=None)
    lucky.takes_a_job("2020-06-13", heard="2020-06-15")
    assert steps(lucky, "DROPPED") == []


def test_a_training_not_completed_is_dropped_out_of():
    citizen = trained(covered(), "2020-06-01", "2020-06-05", "2020-05-20", track=None)
    trained(citizen, "2020-06-01", "2020-06-03", "2020-06-04", outcome="NOT_COMPLETED", track=None)
    assert steps(citizen, "DROPPED") == [("DROPPED_OUT", "2020-06-03", "2020-06-04")]


# M13


def closed(citizen, until="2021-12-31"):
    return [
        (each.effective_day, each.details["reason"], each.details["corrects"])
        for each in milestones(citizen, "COURSE_CLOSED", until=until)
    ]


def in_a_track():
    return accepted(offered(covered(), "2020-05-11"), "2020-05-12")


def test_a_track_is_closed_by_a_job():
    assert closed(in_a_track().takes_a_job("2020-06-15", heard="2020-06-16")) == [("2020-06-15", "JOB", None)]


def test_a_track_is_closed_by_a_move():
    citizen = in_a_track().lives_in("0707", "2019-01-01", until="2020-06-30", heard="2020-06-16")
    citizen.lives_in("0751", "2020-07-01", heard="2020-06-16")
    assert closed(citizen) == [("2020-07-01", "MOVED", None)]


def test_a_track_is_closed_by_illness_by_another_group_and_by_none():
    ill = a_citizen().in_group("CASH_JOB_READY", "2020-02-03", until="2020-06-14", heard="2020-02-03")
    accepted(offered(ill, "2020-05-11"), "2020-05-12").in_group("SICKNESS", "2020-06-15", heard="2020-06-12")
    assert closed(ill) == [("2020-06-15", "ILLNESS", None)]

    other = a_citizen().in_group("CASH_JOB_READY", "2020-02-03", until="2020-06-14", heard="2020-02-03")
    accepted(offered(other, "2020-05-11"), "2020-05-12").in_group(
        "CASH_ACTIVITY_READY", "2020-06-15", heard="2020-06-12"
    )
    assert closed(other) == [("2020-06-15", "GROUP_CHANGED", None)]


def test_a_track_is_closed_by_a_refusal():
    assert closed(declined(offered(covered(), "2020-05-11"), "2020-05-14")) == [("2020-05-14", "DECLINED", None)]


def test_a_track_is_closed_by_an_ordinary_education():
    citizen = in_a_track().says(
        "YouthEducation", "y", heard="2020-08-10", education="y", event="ENROLLED", day="2020-08-10",
        institution="907001", programme="EUD",
    )  # fmt: skip
    assert closed(citizen) == [("2020-08-10", "EDUCATION", None)]


def test_a_track_is_closed_by_death_and_nothing_comes_after():
    citizen = in_a_track().says("PersonStatus", "s", heard="2020-06-20", status="DEAD", day="2020-06-18")
    placed(citizen, "2020-07-01", "2020-07-10", "2020-05-20")
    assert closed(citizen) == [("2020-06-18", "DIED", None)]
    assert [each[0] for each in steps(citizen, "PLACEMENT")] == ["PLACEMENT_AGREED"]


def test_a_track_is_completed_when_plan_and_parts_are_over():
    citizen = trained(in_a_track(), "2020-06-01", "2020-06-05", "2020-05-20")
    trained(citizen, "2020-06-01", "2020-06-05", "2020-06-08", outcome="COMPLETED")
    placed(citizen, "2020-06-08", "2020-06-26", "2020-05-20")
    assert closed(citizen) == [("2020-06-27", "COMPLETED", None)]


def test_after_the_closing_only_corrections_are_told():
    citizen = placed(in_a_track(), "2020-06-01", "2020-06-26", "2020-05-20")
    citizen.takes_a_job("2020-06-15", heard="2020-06-15")
    assert [each[0] for each in steps(citizen, "PLACEMENT", "COURSE")] == [
        "PLACEMENT_AGREED",
        "PLACEMENT_STARTED",
        "COURSE_CLOSED",
    ]
    placed(citizen, "2020-06-02", "2020-06-26", "2020-06-17")
    assert ("PLACEMENT_STARTED", "2020-06-02", "2020-06-17") in steps(citizen, "PLACEMENT")


def test_a_closing_whose_reason_moves_is_corrected():
    citizen = in_a_track().takes_a_job("2020-06-15", heard="2020-06-16", record_key="j")
    citizen.takes_a_job("2020-06-17", heard="2020-06-19", record_key="j")
    assert closed(citizen) == [("2020-06-15", "JOB", None), ("2020-06-17", "JOB", "2020-06-15")]


# started before the rule


def test_a_correction_that_moves_the_rule_behind_a_track_under_way_tells_the_caseworker():
    citizen = in_a_track()
    citizen.in_group("CASH_JOB_READY", "2020-02-20", record_key="k1", heard="2020-06-01")
    [revised] = milestones(citizen, "ELIGIBILITY_REVISED", until="2020-06-01")
    assert (revised.effective_day, revised.details["started_before_rule"]) == ("2020-05-20", ["T1"])


# conformity of an offer


def conformity(citizen, balance=None):
    return milestones(citizen, "TRACK_OFFERED", balance)[0].details["conformity"]


def judged(category, received="2020-01-15", first="2020-01-01", last="2020-06-30", area="Nord- og Midtjylland"):
    return {
        "kind": "ShortageArea", "fact_id": f"{category}{received}", "source": "balance", "record_key": "722",
        "person": None,
        "recorded_at": f"{received}T05:00:00Z", "received_at": f"{received}T05:00:00Z", "area": area, "disco": "722310",
        "title": "x", "category": category, "half_year": "2020H1", "valid_from": first, "valid_to": last,
    }  # fmt: skip


def area():
    return load().in_force(date(2020, 5, 11).toordinal()).labour_market_area


def test_a_group_that_lacks_labour_conforms_by_what_was_known_when_it_was_told():
    citizen = offered(covered(), "2020-05-11")
    short = sorted(load().in_force(date(2020, 5, 11).toordinal()).shortage_categories)[0]
    verdict = conformity(citizen, Balance([judged(short, area=area())]))["shortage"]
    assert (verdict["verdict"], verdict["half_years"]) == ("true", ["2020H1"])
    late = conformity(citizen, Balance([judged(short, received="2020-05-12", area=area())]))["shortage"]
    assert (late["verdict"], late["reason"]) == ("unknown", "NOT_JUDGED")
    elsewhere = conformity(citizen, Balance([judged(short, area="elsewhere")]))["shortage"]
    assert elsewhere["verdict"] == "unknown"
    assert conformity(citizen)["shortage"]["verdict"] == "unknown"


def test_work_before_makes_it_unknown_whether_the_group_is_new():
    assert conformity(offered(covered(), "2020-05-11"))["new_to_citizen"]["verdict"] == "true"
    worked = covered().takes_a_job("2019-01-01", until="2019-03-31", heard="2020-02-03")
    assert conformity(offered(worked, "2020-05-11"))["new_to_citizen"]["verdict"] == "unknown"


def test_a_placement_conforms_and_training_alone_does_not():
    assert conformity(offered(covered(), "2020-05-11"))["course_content"]["verdict"] == "unknown"
    alone = trained(covered(), "2020-06-01", "2020-06-05", "2020-05-04")
    assert conformity(offered(alone, "2020-05-11"))["course_content"]["verdict"] == "false"
    both = placed(alone, "2020-06-08", "2020-06-26", "2020-05-04")
    assert conformity(offered(both, "2020-05-11"))["course_content"]["verdict"] == "true"


def test_the_case_opened_on_the_day_of_the_first_meeting_conforms():
    citizen = covered().says("CaseOpened", "c", heard="2020-02-17", day="2020-02-17")
    assert conformity(offered(citizen, "2020-05-11"))["first_meeting"]["reason"] == "NO_MEETING_HELD"
    citizen = covered().says("CaseOpened", "c", heard="2020-02-17", day="2020-02-17")
    citizen.says(
        "Meeting", "m", heard="2020-02-17", meeting="m", held_on="2020-02-17", booked_for="2020-02-17", joint=False
    )
    assert conformity(offered(citizen, "2020-05-11"))["first_meeting"]["verdict"] == "true"
    later = covered().says("CaseOpened", "c", heard="2020-02-19", day="2020-02-19")
    later.says(
        "Meeting", "m", heard="2020-02-17", meeting="m", held_on="2020-02-17", booked_for="2020-02-17", joint=False
    )
    assert conformity(offered(later, "2020-05-11"))["first_meeting"]["verdict"] == "false"


# Y, I1, P1


def test_each_event_of_a_young_persons_education_is_told_on_its_day():
    citizen = a_citizen()
    events = ("YOUTH_GUIDANCE_HELD", "EDUCATION_APPLIED", "ENROLLED", "DROPOUT_RISK", "PLACE_AGREED", "INTERRUPTED",
              "COMPLETED", "LEISURE_JOB")  # fmt: skip
    for number, event in enumerate(events, start=1):
        citizen.says("YouthEducation", f"y{number}", heard="2020-03-20", education="y", event=event,
                     day=f"2020-03-{number:02d}", institution="907001", programme="EUD")  # fmt: skip
    assert steps(citizen, *events) == [(event, f"2020-03-{n:02d}", "2020-03-20") for n, event in enumerate(events, 1)]


def test_an_integration_period_starts_ends_and_its_programme_starts():
    citizen = a_citizen().says("IntegrationPeriod", "i", heard="2020-03-02", first_day="2020-03-01",
                               last_day="2020-08-31", programme_start="2020-03-15")  # fmt: skip
    assert steps(citizen, "INTEGRATION", "PROGRAMME") == [
        ("INTEGRATION_PERIOD_STARTED", "2020-03-01", "2020-03-02"),
        ("PROGRAMME_STARTED", "2020-03-15", "2020-03-15"),
        ("INTEGRATION_PERIOD_ENDED", "2020-09-01", "2020-09-01"),
    ]


def test_parallel_support_is_yes_and_then_no_with_days_and_nothing_else():
    citizen = a_citizen().says(
        "ParallelSupport", "s", heard="2020-03-02", first_day="2020-03-01", last_day="2020-03-31"
    )
    told = milestones(citizen, "PARALLEL_SUPPORT_ACTIVE")
    assert [(each.effective_day, each.details["active"]) for each in told] == [
        ("2020-03-01", True),
        ("2020-04-01", False),
    ]
    assert set(told[0].details) == {"active", "first_day", "last_day", "corrects"}


def test_fields_that_may_be_absent_are_as_null():
    citizen = covered()
    for kind, own in {
        "TrackDecision": {**OFFER, "decision": "OFFERED", "day": "2020-05-11"},
        "Meeting": {"meeting": "m", "booked_for": "2020-05-04", "joint": False},
        "Placement": {**PLACED, "first_day": "2020-06-01", "last_day": "2020-06-05", "track": None},
        "Training": {**TRAINED, "first_day": "2020-06-08", "last_day": "2020-06-12"},
    }.items():
        citizen.says(kind, heard="2020-05-12", **{name: value for name, value in own.items() if value is not None})
    del citizen.facts[-1]["track"]
    assert [each[0] for each in steps(citizen, "TRACK", "FIRST", "PLACEMENT", "TRAINING", "ALT")] == [
        "TRACK_OFFERED", "PLACEMENT_AGREED", "TRAINING_ENROLLED", "PLACEMENT_STARTED", "PLACEMENT_ENDED",
        "TRAINING_STARTED",
    ]  # fmt: skip
