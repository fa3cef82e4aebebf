"""How records travel: what every producer is set to (kafka.md section 1) and the CloudEvents headers (section 4)."""

import socket
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from schemas.catalogue import MESSAGE_LIMIT
from schemas.errors import Unavailable
from schemas.facts import moment_text

# Written out though some are defaults: the client drops idempotence with only a log line when one of them is off.
PRODUCER: Mapping[str, object] = MappingProxyType(
    {
        "acks": "all",
        "enable_idempotence": True,
        "max_in_flight_requests_per_connection": 5,
        "delivery_timeout_ms": 120_000,
        "request_timeout_ms": 30_000,
        "max_block_ms": 30_000,
        "linger_ms": 20,
        "batch_size": 262_144,
        "compression_type": "lz4",
        "max_request_size": MESSAGE_LIMIT,
        "allow_auto_create_topics": False,
        "ssl_check_hostname": True,
        "bootstrap_timeout_ms": 5_000,
    }
)
OVERHEAD = 512  # bytes that a record costs beside key, value and headers, generously

Headers = list[tuple[str, bytes]]


def ask_whether_up(kafka: Mapping[str, Any]) -> None:
    """Raise Unavailable at once if nobody listens at the brokers' addresses (`kafka` holds `bootstrap_servers`).

    A client that cannot start waits for seconds and leaves its sockets open.
    """
    servers = str(kafka["bootstrap_servers"])
    for server in servers.split(","):
        host, _, port = server.strip().rpartition(":")
        try:
            with socket.create_connection((host, int(port)), timeout=3):
                return
        except OSError:
            continue
    raise Unavailable(f"Kafka at {servers}: nobody listens: is it up, and is the address right?")


def headers(*, event_id: str, type_: str, source: str, at: datetime | str) -> Headers:
    """CloudEvents 1.0 in binary mode; no more than these, since each costs the reader. `at`: aware, or text in UTC."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", event_id.encode()),
        ("ce_type", type_.encode()),
        ("ce_source", source.encode()),
        ("ce_time", (at if isinstance(at, str) else moment_text(at)).encode()),
        ("content-type", b"application/avro"),
    ]


def size_of(key: str, value: bytes | None, record_headers: Headers) -> int:
    """Upper bound of a record's size in bytes, to be held against MESSAGE_LIMIT before it is sent."""
    named = sum(len(name) + len(text) for name, text in record_headers)
    return OVERHEAD + len(key.encode()) + len(value or b"") + named
