"""RSA signatures of CloudTrail's digests, checked with nothing but integers: PKCS #1 v1.5 with SHA-256 (stage ②)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass

_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
"""DigestInfo of SHA-256 up to the hash (RFC 8017, section 9.2)."""
_MOST_BITS = 16_384
_SEQUENCE, _INTEGER = 0x30, 0x02


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An RSA public key."""

    modulus: int
    exponent: int


def public_keys(text: bytes) -> dict[str, PublicKey]:
    """The keys of a saved answer of ``cloudtrail:ListPublicKeys``, by fingerprint; what is no such key is left out."""
    try:
        listed = json.loads(text)["PublicKeyList"]
        pairs = [(str(each["Fingerprint"]).lower(), str(each["Value"])) for each in listed]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    found: dict[str, PublicKey] = {}
    for fingerprint, value in pairs:
        try:
            found[fingerprint] = parsed(base64.b64decode(value, validate=True))
        except (ValueError, binascii.Error):
            continue
    return found


def parsed(der: bytes) -> PublicKey:
    """An RSAPublicKey (RFC 8017, appendix A.1.1): a sequence of modulus and exponent.

    Raises:
        ValueError: it is none.
    """
    body, rest = _element(der, _SEQUENCE)
    modulus, behind = _element(body, _INTEGER)
    exponent, left = _element(behind, _INTEGER)
    key = PublicKey(int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big"))
    if rest or left or not 3 <= key.exponent < 1 << 64 or not 512 <= key.modulus.bit_length() <= _MOST_BITS:
        raise ValueError("is no RSA public key")
    return key


def _element(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the DER element at the front, and what is behind it."""
    if len(data) < 2 or data[0] != tag:
        raise ValueError("is no RSA public key")
    length, start = data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    if start + length > len(data):
        raise ValueError("is cut off")
    return data[start : start + length], data[start + length :]


def holds(key: PublicKey, message: bytes, signature: bytes) -> bool:
    """Whether the signature is the key's on the message."""
    size = (key.modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != size or number >= key.modulus:
        return False
    return pow(number, key.exponent, key.modulus).to_bytes(size, "big") == padded(message, size)


def padded(message: bytes, size: int) -> bytes:
    """The message as EMSA-PKCS1-v1_5 encodes it for a key of so many bytes."""
    told = _SHA256 + hashlib.sha256(message).digest()
    return b"\x00\x01" + b"\xff" * (size - len(told) - 3) + b"\x00" + told
