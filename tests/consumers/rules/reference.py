"""A slow reading of rules.md and of the journal, day by day, written from the text: only to compare with.

Days are plain dates, sets are sets of dates between `FIRST` and `LAST`; what is open runs to `LAST`.
"""

from datetime import date, datetime, timedelta
from functools import cache

from dateutil.relativedelta import relativedelta

from consumers.rules import Policy

FIRST, LAST = date(2015, 12, 1), date(2023, 12, 31)
DAY = timedelta(days=1)
ALL_DAYS = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
EDUCATION = {"EDUCATION_READY", "EDUCATION_ACTIVITY_READY", "OBVIOUSLY_EDUCATION_READY"}
ORDER = ["R4", "R3", "R5", "R1b", "R1a", "R2b", "R2a"]
RESTS_ON = {"R1": {"INSURED"}, "R2": {"CASH_JOB_READY"}, "R3": {"CASH_JOB_READY"}, "R4": {"INTEGRATION_PROGRAMME"}}


@cache
def m(day, months):
    return day + relativedelta(months=months)


def day_of(text):
    return date.fromisoformat(text)


def effective(facts, known_at):
    versions = {}
    for fact in facts:
        if known_at is None or datetime.fromisoformat(fact["received_at"]) <= known_at:
            key = (fact["person"], fact["source"], fact["kind"], fact["record_key"])
            versions.setdefault(key, []).append(fact)
    newest = [
        max(each, key=lambda fact: (datetime.fromisoformat(fact["recorded_at"]), fact["fact_id"].encode()))
        for each in versions.values()
    ]
    return [fact for fact in newest if not fact.get("withdrawn", False)]


def spell(fact):
    first = max(day_of(fact["first_day"]), FIRST)
    last = min(LAST if fact.get("last_day") is None else day_of(fact["last_day"]), LAST)
    return {first + n * DAY for n in range((last - first).days + 1)}


def union(spells):
    return set().union(*spells)


class UnderPolicy:
    """The sets and rules of sections 2 and 3 for one policy."""

    def __init__(self, facts, groups, policy: Policy):
        def of(kind):
            return [fact for fact in facts if fact["kind"] == kind]

        self.groups, self.policy = groups, policy
        full = [
            spell(fact)
            for fact in of("EmploymentSpell")
            if fact["employment"] == "ORDINARY"
            and (fact.get("weekly_hours") is None or fact["weekly_hours"] >= policy.full_time_weekly_hours)
        ]
        subsidised = [spell(fact) for fact in of("EmploymentSpell") if fact["employment"] == "WAGE_SUBSIDY"]
        self.work = union(full) - union(subsidised)
        self.unpaid = union(spell(fact) for fact in of("AbsenceSpell") if not fact["benefit_paid"])
        self.ui = groups["INSURED"] - self.work - self.unpaid
        self.uc = groups["CASH_JOB_READY"] - self.work - self.unpaid
        self.u = self.ui | self.uc
        residences = of("ResidenceSpell")
        self.residence = "known" if residences else "assumed"
        self.home = (
            union(spell(fact) for fact in residences if fact["municipality"] == policy.home_municipality)
            if residences
            else set(ALL_DAYS)
        )
        self.placed = sorted({day_of(fact["placed_on"]) for fact in of("DagpengePeriod")})
        self.declared = {day_of(fact["day"]) for fact in of("DeclaredReady")}
        self.dead = min((day_of(fact["day"]) for fact in of("PersonStatus") if fact["status"] == "DEAD"), default=None)
        self.met = {}
        for rule, days in (
            *self.r1(), *self.r2_and_r3(), ("R4", groups["INTEGRATION_PROGRAMME"]), ("R5", self.r5()),
        ):  # fmt: skip
            self.met.setdefault(rule, set()).update(days)

    def blocked(self, *unblocking):
        return union(days for group, days in self.groups.items() if group not in unblocking)

    def runs(self, days, blocking):
        chains = []
        for day in sorted(days):
            if chains:
                before = chains[-1][-1]
                gap = {before + n * DAY for n in range(1, (day - before).days)}
                g1 = before + DAY
                if not gap or (day < m(g1, self.policy.bridge_gap_months) and not gap & blocking):
                    chains[-1].append(day)
                    continue
            chains.append([day])
        return chains

    def dagpenge_starts(self):
        insured = sorted(day for day in self.groups["INSURED"] if not self.placed or day < self.placed[0])
        starts = []
        for index, day in enumerate(insured):
            q = insured[index - 1]
            if index == 0 or day >= m(q + DAY, self.policy.implied_reset_months):
                starts.append(day)
        return starts + self.placed

    def r1(self):
        policy, starts = self.policy, self.dagpenge_starts()
        for index, start in enumerate(starts):
            after = starts[index + 1] if index + 1 < len(starts) else LAST + DAY
            days = sorted(day for day in self.ui if start <= day < after)
            if not days:
                continue
            a = days[0]
            needed = (m(a, policy.insured_effort_months) - a).days
            yield "R1a", {day for counted, day in enumerate(days) if counted >= needed}
            prior = sorted(day for day in self.u if m(a, -policy.prior_lookback_months) <= day <= a - DAY)
            if prior and len(prior) > (m(prior[0], policy.prior_threshold_months) - prior[0]).days:
                yield "R1b", set(days)

    def r2_and_r3(self):
        policy = self.policy
        transition = sorted(union(self.groups[group] for group in policy.transition_from if group in self.groups))
        for run in self.runs(self.uc, self.blocked("CASH_JOB_READY")):
            c = run[0]
            yield "R2a", {day for day in run if day >= m(c, policy.cash_effort_months)}
            back = {day for day in self.u if m(c, -policy.prior_lookback_months) <= day <= c - DAY}
            prior = self.runs(back, self.blocked("INSURED", "CASH_JOB_READY"))
            if any(each[-1] + DAY > m(each[0], policy.prior_threshold_months) for each in prior):
                yield "R2b", set(run)
            earlier = [day for day in transition if day < c]
            if earlier:
                q = earlier[-1]
                if c == q + DAY or c < m(q + DAY, policy.bridge_gap_months):
                    yield "R3", set(run)

    def r5(self):
        education = union(self.groups[group] for group in EDUCATION)
        met = set()
        for day in sorted(education):
            if day in self.declared or (day - DAY) in met:
                met.add(day)
        return met


class Reference:
    """The answer of section 4 and the journal's courses, by walking over all days."""

    def __init__(self, facts, policies, known_at=None):
        known = effective(facts, known_at)
        kinds = ["INSURED", "CASH_JOB_READY", "INTEGRATION_PROGRAMME", *EDUCATION]
        self.groups = {group: set() for group in kinds}
        for fact in known:
            if fact["kind"] == "TargetGroupSpell":
                self.groups.setdefault(fact["target_group"], set()).update(spell(fact))
            if fact["kind"] == "IntegrationPeriod":
                self.groups["INTEGRATION_PROGRAMME"] |= spell(fact)
        self.policies = policies
        self.under = {policy.version: UnderPolicy(known, self.groups, policy) for policy in policies}
        self.residence = next(iter(self.under.values())).residence
        self.walk()

    def policy(self, day):
        for policy in self.policies:
            if policy.valid_from <= day and (policy.valid_to is None or day <= policy.valid_to):
                return policy
        return None

    def rules_on(self, day):
        policy = self.policy(day)
        if policy is None:
            return []
        under = self.under[policy.version]
        alive = under.dead is None or day < under.dead
        if day not in under.home or not alive or day in under.work or day in under.unpaid:
            return []
        return [rule for rule in ORDER if day in under.met.get(rule, ())]

    def groups_on(self, day):
        return sorted(group for group, days in self.groups.items() if day in days)

    def read(self, day, rule):
        policy = self.policy(day)
        if policy is None:
            return "NO_POLICY"
        under = self.under[policy.version]
        if under.dead is not None and day >= under.dead:
            return "DIED"
        if day not in under.home:
            return "MOVED"
        if day in under.work:
            return "JOB"
        if day in under.unpaid:
            return "ABSENCE"
        groups = set(self.groups_on(day))
        if groups & (EDUCATION if rule == "R5" else RESTS_ON[rule[:2]]):
            return "CLOCK_RESET"
        return "GROUP_CHANGED" if groups else "LEFT_GROUP"

    def walk(self):
        """Each day is a rule (covered) or what it reads; None before the first covered day."""
        self.rule, self.reads, self.periods = {}, {}, []
        last_rule, still_absent = None, False
        for day in ALL_DAYS:
            rules = self.rules_on(day)
            if rules:
                if (day - DAY) in self.rule:
                    self.periods[-1]["last"] = day
                else:
                    course = self.periods[-1]["course"] + (not still_absent) if self.periods else 1
                    self.periods.append({"first": day, "last": day, "rule": rules[0], "course": course})
                self.rule[day] = last_rule = rules[0]
                still_absent = True
            elif last_rule is not None:
                self.reads[day] = self.read(day, last_rule)
                still_absent = still_absent and self.reads[day] == "ABSENCE"

    def current(self, day):
        begun = [period for period in self.periods if period["first"] <= day]
        return begun[-1] if begun else None

    def state(self, day):
        if day in self.rule:
            return "ELIGIBLE"
        period = self.current(day)
        if period is None:
            return "NOT_ELIGIBLE"
        between = [period["last"] + n * DAY for n in range(1, (day - period["last"]).days + 1)]
        return "SUSPENDED" if all(self.reads[each] == "ABSENCE" for each in between) else "NOT_ELIGIBLE"

    def answer(self, day):
        state = self.state(day)
        course = None
        if state != "NOT_ELIGIBLE":
            number = self.current(day)["course"]
            course = next(period for period in self.periods if period["course"] == number)
        later = [period["first"] for period in self.periods if period["first"] > day]
        groups = self.groups_on(day)
        policy = self.policy(day)
        return {
            "on": day.isoformat(),
            "state": state,
            "rule": course and course["rule"],
            "eligible_from": course and course["first"].isoformat(),
            "expected_from": later[0].isoformat() if later and state != "ELIGIBLE" else None,
            "target_groups": groups,
            "conflict": len(groups) > 1,
            "residence": self.residence,
            "periods": [
                {
                    "first_day": period["first"].isoformat(),
                    "last_day": None if period["last"] == LAST else period["last"].isoformat(),
                    "rule": period["rule"],
                    "end_reason": None if period["last"] == LAST else self.reads[period["last"] + DAY],
                    "course": period["course"],
                }
                for period in self.periods
            ],
            "policy": policy and policy.version,
        }

    def courses(self, day):
        """The evaluated courses of the journal: first day <= `day`, with their state on it."""
        found = []
        for number in sorted({period["course"] for period in self.periods}):
            periods = [each for each in self.periods if each["course"] == number and each["first"] <= day]
            if not periods:
                continue
            last, reason, status = min(periods[-1]["last"], day), None, "OPEN"
            if day not in self.rule or periods[-1]["last"] < day:
                status = "SUSPENDED"
                look = last + DAY
                while look <= day:
                    if look in self.rule or self.reads[look] != "ABSENCE":
                        status, reason = "LOST", self.reads[look]
                        break
                    look += DAY
            found.append(
                {
                    "from": periods[0]["first"],
                    "rule": periods[0]["rule"],
                    "status": status,
                    "last": last,
                    "reason": reason,
                    "begun": periods[-1]["first"],
                }
            )
        return found


class SlowJournal:
    """The table of milestones.md section 2, row by row."""

    def __init__(self):
        self.told = []
        self.lines = []

    def say(self, milestone, effective, day, told, **more):
        self.lines.append(
            {
                "milestone": milestone,
                "effective_day": effective.isoformat(),
                "detected_day": day.isoformat(),
                "course": told["n"],
                "rule": told["rule"],
                "old": None,
                "new": None,
                "reason": None,
                **more,
            }
        )

    def evaluate(self, day, evaluated):
        def days(course):
            return course["from"], (course["last"] if course["status"] == "LOST" else day)

        def overlap(one, other):
            return days(one)[0] <= days(other)[1] and days(other)[0] <= days(one)[1]

        candidates = [told for told in self.told if told["status"] != "WITHDRAWN"]
        matches, used = [], []
        for course in evaluated:
            match = next((told for told in candidates if told["n"] not in used and overlap(told, course)), None)
            matches.append(match)
            if match:
                used.append(match["n"])
        for told in candidates:
            if told["n"] not in used:
                self.say("ELIGIBILITY_WITHDRAWN", told["from"], day, told, reason="CORRECTION")
                told["status"] = "WITHDRAWN"
        for course, match in zip(evaluated, matches, strict=True):
            self.settle(day, course, match)

    def settle(self, day, course, told):
        status, after = course["status"], course["last"] + DAY
        if told is None:
            told = {"n": len(self.told) + 1, "from": course["from"], "rule": course["rule"], "status": "OPEN"}
            self.told.append(told)
            self.say("ELIGIBLE", course["from"], day, told)
            if status == "SUSPENDED":
                self.say("ELIGIBILITY_SUSPENDED", after, day, told)
            if status == "LOST":
                self.say("ELIGIBILITY_LOST", after, day, told, reason=course["reason"])
        else:
            if (told["from"], told["rule"]) != (course["from"], course["rule"]):
                old = {"from": told["from"].isoformat(), "rule": told["rule"]}
                told["from"], told["rule"] = course["from"], course["rule"]
                new = {"from": told["from"].isoformat(), "rule": told["rule"]}
                self.say("ELIGIBILITY_REVISED", course["from"], day, told, old=old, new=new)
            change = (told["status"], status)
            if change == ("OPEN", "SUSPENDED") or (
                change == ("SUSPENDED", "SUSPENDED") and told["last"] != course["last"]
            ):
                self.say("ELIGIBILITY_SUSPENDED", after, day, told)
            elif change == ("SUSPENDED", "OPEN"):
                self.say("ELIGIBILITY_RESUMED", course["begun"], day, told)
            elif change in (("OPEN", "LOST"), ("SUSPENDED", "LOST")):
                self.say("ELIGIBILITY_LOST", after, day, told, reason=course["reason"])
            elif change in (("LOST", "OPEN"), ("LOST", "SUSPENDED")):
                self.say("ELIGIBILITY_REINSTATED", told["last"] + DAY, day, told)
                if status == "SUSPENDED":
                    self.say("ELIGIBILITY_SUSPENDED", after, day, told)
            elif change == ("LOST", "LOST") and (told["last"], told["reason"]) != (course["last"], course["reason"]):
                old = {"last_day": told["last"].isoformat(), "reason": told["reason"]}
                new = {"last_day": course["last"].isoformat(), "reason": course["reason"]}
                self.say("ELIGIBILITY_LOSS_REVISED", after, day, told, old=old, new=new, reason=course["reason"])
        told.update(status=status, last=course["last"], reason=course["reason"])


def slow_journal(facts, first, last, policies, danish_day):
    """`simulate` in its plainest form: every day, every arrival. `danish_day`: datetime -> date."""
    journal = SlowJournal()
    instants = sorted({datetime.fromisoformat(fact["received_at"]) for fact in facts})
    known, day = None, first
    while day <= last:
        held = [at for at in instants if danish_day(at) < day]
        if held:
            if known is None or known[0] != held[-1]:
                known = (held[-1], Reference(facts, policies, held[-1]))
            journal.evaluate(day, known[1].courses(day))
        for at in [at for at in instants if danish_day(at) == day]:
            known = (at, Reference(facts, policies, at))
            journal.evaluate(day, known[1].courses(day))
        day += DAY
    return [line | {"number": number} for number, line in enumerate(journal.lines, start=1)], journal
