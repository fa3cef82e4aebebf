"""The rules of rules.md and the journal of milestones.md: pure, no I/O, no clock."""
