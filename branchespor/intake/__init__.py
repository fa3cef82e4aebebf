"""Intake, the pure part: one delivery in, all that comes of it out; nothing is stored or published here."""
