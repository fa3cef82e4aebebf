#!/bin/bash
# Formats the storage once, with the admin user in it, and becomes the broker. The same as branchespor/stack/broker.py.
set -euo pipefail
config=/etc/branchespor/kafka.properties
arguments=$(mktemp)
trap 'rm -f "$arguments"' EXIT
if [ ! -f /var/lib/kafka/data/log/meta.properties ]; then
  # From a file, since everybody on the machine can read a command line.
  printf '%s\n' -cp '"/opt/kafka/libs/*"' -Dlog4j.configuration=file:/etc/branchespor/log4j.properties \
    kafka.tools.StorageTool format -t "$(/opt/kafka/bin/kafka-storage.sh random-uuid)" -c "$config" --add-scram \
    "\"SCRAM-SHA-512=[name=admin,password=$(cat /srv/branchespor/secrets/kafka_admin),iterations=8192]\"" >"$arguments"
  java "@$arguments"
  rm -f "$arguments"
fi
exec /opt/kafka/bin/kafka-server-start.sh "$config"
