-- The identity vault: the one place where a CPR number can be found again, by its own role alone (architecture.md 4).
CREATE TABLE identity.person (
    id          uuid PRIMARY KEY,
    merged_into uuid REFERENCES identity.person (id),
    created_at  timestamptz NOT NULL DEFAULT now()
);
-- lookup: keyed HMAC of kind and number; ciphertext: AES-GCM. Neither tells the number without its key.
CREATE TABLE identity.identifier (
    kind       text  NOT NULL CHECK (kind IN ('CPR')),
    lookup     bytea NOT NULL,
    ciphertext bytea NOT NULL,
    person     uuid  NOT NULL REFERENCES identity.person (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, lookup)
);
CREATE INDEX identifier_person ON identity.identifier (person);
CREATE TABLE identity.link (
    old_lookup bytea NOT NULL,
    new_lookup bytea NOT NULL,
    day        date  NOT NULL CHECK (day BETWEEN '1900-01-01' AND '2199-12-31'),
    person     uuid  NOT NULL REFERENCES identity.person (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (old_lookup, new_lookup)
);
-- Both sides were persons of ours: a person settles it.
CREATE TABLE identity.conflict (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person        uuid NOT NULL REFERENCES identity.person (id),
    merged_person uuid NOT NULL REFERENCES identity.person (id),
    day           date NOT NULL,
    noticed_at    timestamptz NOT NULL DEFAULT now(),
    settled_at    timestamptz,
    settled_by    text,
    reason        text
);
GRANT SELECT, INSERT ON identity.person, identity.identifier, identity.link, identity.conflict TO identity;
GRANT UPDATE (merged_into) ON identity.person TO identity;
GRANT UPDATE (person) ON identity.identifier TO identity;
GRANT UPDATE (settled_at, settled_by, reason) ON identity.conflict TO identity;
-- Every look-up by number leaves a line: who, for what, when, and the person found; never the number.
CREATE TABLE identity.lookup_log (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT now(),
    operator text NOT NULL,
    purpose  text NOT NULL,
    person   uuid
);
GRANT SELECT, INSERT ON identity.lookup_log TO identity;
