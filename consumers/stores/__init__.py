"""What the consumers keep, a module per store: the only door to psycopg (architecture.md section 1)."""
