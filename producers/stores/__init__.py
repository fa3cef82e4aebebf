"""What intake keeps in PostgreSQL: ledger, memory, vault and business days."""
