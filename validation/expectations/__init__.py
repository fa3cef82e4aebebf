"""One module per feed: its expectations as data, and what only several rows together can show."""
