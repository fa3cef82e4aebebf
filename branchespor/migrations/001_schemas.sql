-- Schemas and who may see them. Roles are made by the stack (or by the operator); none of them owns what it uses.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO intake, identity, status, relay, partners, web_read;
CREATE SCHEMA identity;
CREATE SCHEMA intake;
CREATE SCHEMA core;
GRANT USAGE ON SCHEMA identity TO identity;
GRANT USAGE ON SCHEMA intake TO intake, web_read;
GRANT USAGE ON SCHEMA core TO status, relay, partners, web_read, intake;
