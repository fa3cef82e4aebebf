-- A delivery that is handled again, because the broker was away, must tell the same changes of number again.
ALTER TABLE identity.link
    ADD COLUMN told_by text,
    ADD COLUMN merged_person uuid REFERENCES identity.person (id);
