"""A citizen's timeline as a picture: what holds when, on one time axis, readable without colour."""
