"""One module per feed: bytes to rows, rows to facts."""
