"""SQL of the consumers: one statement, one promise. The only place where they know psycopg."""
