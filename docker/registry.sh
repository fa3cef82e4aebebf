#!/bin/sh
# Hands the passwords to the registry, whose settings name them as variables. The same as branchespor/stack/registry.py.
set -eu
PG_REGISTRY=$(cat /srv/branchespor/secrets/pg_registry)
REGISTRY_ADMIN=$(cat /srv/branchespor/secrets/registry_admin)
REGISTRY_READER=$(cat /srv/branchespor/secrets/registry_reader)
export PG_REGISTRY REGISTRY_ADMIN REGISTRY_READER
cd /deployments
exec java -Xmx384m -Dsmallrye.config.locations=/etc/branchespor/registry.properties -jar quarkus-run.jar
