"""Sealing: AES-GCM for what must be kept but not read, keyed HMAC for what must be found but not guessed."""

import base64
import hashlib
import hmac
import io
import secrets
from collections.abc import Iterable, Iterator
from typing import IO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
# A sealed stream begins so; behind it blocks follow, each with its length in four bytes.
SEALED = b"BSPSEAL1"
_BLOCK = 1 << 20


def key_from_text(text: str) -> bytes:
    """32 key bytes from the base64 text of a secret file. Raises ValueError if it is not such a key."""
    key = base64.b64decode(text, validate=True)
    if len(key) != 32:
        raise ValueError("a sealing key has 32 bytes, in base64")
    return key


def seal(key: bytes, plain: bytes, context: str) -> bytes:
    """Nonce and AES-GCM ciphertext; `context` (say, a table and id) must be the same when it is opened."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """The plain bytes. Raises cryptography's InvalidTag if key, context or bytes are not the right ones."""
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())


def sealed_row(key: bytes, raw: str, delivery: str, line: int) -> bytes:
    """A rejected row's text sealed for quarantine; it opens only as that line of that delivery."""
    return seal(key, raw.encode("utf-8", "surrogatepass"), _row(delivery, line))


def opened_row(key: bytes, sealed: bytes, delivery: str, line: int) -> str:
    """The text that `sealed_row` sealed. Raises cryptography's InvalidTag."""
    return unseal(key, sealed, _row(delivery, line)).decode("utf-8", "surrogatepass")


def _row(delivery: str, line: int) -> str:
    return f"intake.rejected_row:{delivery}:{line}"


def lookup(key: bytes, kind: str, number: str) -> bytes:
    """Keyed HMAC-SHA-256 under which an identifier is found; without the key all ten-digit numbers stay equal."""
    return hmac.new(key, f"{kind}:{number}".encode(), hashlib.sha256).digest()


def sealed_stream(key: bytes, chunks: Iterable[bytes], context: str) -> Iterator[bytes]:
    """The bytes of `chunks` sealed block by block, so that a large file needs no memory; opened by `opened_stream`."""
    yield SEALED
    for number, block in enumerate(_blocks(chunks)):
        sealed = seal(key, block, f"{context}:{number}")
        yield len(sealed).to_bytes(4, "big") + sealed


def opened_stream(key: bytes, file: IO[bytes], context: str) -> bytes:
    """The plain bytes of a sealed stream, read from behind its beginning.

    Raises cryptography's InvalidTag if key, context, order or bytes are not the right ones, EOFError if it was cut.
    """
    plain, number = io.BytesIO(), 0
    while length := file.read(4):
        size = int.from_bytes(length, "big")
        sealed = file.read(size)
        if len(length) != 4 or len(sealed) != size:
            raise EOFError("a sealed stream was cut")
        plain.write(unseal(key, sealed, f"{context}:{number}"))
        number += 1
    return plain.getvalue()


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= _BLOCK:
            yield bytes(held[:_BLOCK])
            del held[:_BLOCK]
    if held:
        yield bytes(held)
