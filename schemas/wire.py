"""How records travel: what every producer is set to (kafka.md section 1) and the CloudEvents headers (section 4)."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from schemas.catalogue import MESSAGE_LIMIT
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


def headers(*, event_id: str, type_: str, source: str, at: datetime) -> Headers:
    """CloudEvents 1.0 in binary mode; no more than these, since each costs the reader. `at` is aware."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", event_id.encode()),
        ("ce_type", type_.encode()),
        ("ce_source", source.encode()),
        ("ce_time", moment_text(at).encode()),
        ("content-type", b"application/avro"),
    ]


def size_of(key: str, value: bytes | None, record_headers: Headers) -> int:
    """Upper bound of a record's size in bytes, to be held against MESSAGE_LIMIT before it is sent."""
    named = sum(len(name) + len(text) for name, text in record_headers)
    return OVERHEAD + len(key.encode()) + len(value or b"") + named
