"""Sealing: AES-GCM for what must be kept but not read, keyed HMAC for what must be found but not guessed."""

import base64
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


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


def lookup(key: bytes, kind: str, number: str) -> bytes:
    """Keyed HMAC-SHA-256 under which an identifier is found; without the key all ten-digit numbers stay equal."""
    return hmac.new(key, f"{kind}:{number}".encode(), hashlib.sha256).digest()
