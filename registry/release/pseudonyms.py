"""Identifiers of a release: keyed, so that nobody without the key can make or undo them."""

import hashlib
import hmac

import pandas as pd

from registry.texts import by_value

# A key shorter than this can be searched for; 32 random bytes are what HMAC-SHA-256 asks for.
SHORTEST_KEY_BYTES = 16

LENGTH = 16  # hex characters: 64 bits, one collision in 4 million releases of a million rows

PREFIX = {
    "patients": "P",
    "visits": "V",
    "labs": "L",
    "serology": "S",
    "therapies": "T",
    "biopsies": "B",
    "exposures": "E",
    "malignancies": "M",
    "organ_findings": "F",
    "events": "N",
}


def pseudonyms(ids: pd.Series, kind: str, secret: bytes) -> pd.Series:
    """HMAC-SHA-256 of each id of a `kind` (a table's name), e.g. P3f0a…; blank stays blank.

    The same id and key give the same pseudonym in every release; the same id of two kinds does not.
    Raises ValueError for a key too short to protect anybody.
    """
    if len(secret) < SHORTEST_KEY_BYTES:
        raise ValueError(f"The key of the pseudonyms needs at least {SHORTEST_KEY_BYTES} bytes.")

    begun = hmac.new(secret, f"{kind}\x1f".encode(), hashlib.sha256)

    def pseudonym(identifier: str) -> str:
        keyed = begun.copy()
        keyed.update(identifier.encode())
        return PREFIX[kind] + keyed.hexdigest()[:LENGTH]

    return by_value(ids, pseudonym)
