"""The contract: facts and milestones, their Avro schemas, errors, faults and ids."""
