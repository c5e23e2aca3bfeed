"""Writes `arithmetic.json`: what Python's integers say of `PAD` and of `S`.

The numbers come from SHA-256, so that the test makes them again. Prints JSON.
"""

import hashlib
import json

from group import G, K, N, integer, pad, stream

BITS = 3072
TABLE = range(257)
NUMBERS = 20_000
BATCH = 100
SECRETS = 1_000


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def number(index):
    """A random number of `index % BITS + 1` bits."""
    bits = index % BITS + 1
    drawn = integer(stream(f"pad {index}", BITS // 8)) >> (BITS - bits)
    return drawn | 1 << (bits - 1)


def secret(index):
    drawn = stream(f"secret {index}", 32 + 384 + 32 + 32)
    a, u, x = (integer(drawn[start : start + 32]) for start in (0, 416, 448))
    server_public = integer(drawn[32:416]) % N
    return pow(server_public - K * pow(G, x, N), a + u * x, N)


padded = [pad(number(index)).hex() for index in range(NUMBERS)]
batches = [padded[start : start + BATCH] for start in range(0, NUMBERS, BATCH)]
print(
    json.dumps(
        {
            "pad_table": [pad(value).hex() for value in TABLE],
            "pad_batches": [digest(" ".join(batch)) for batch in batches],
            "shared_secrets": [digest(f"{secret(index):x}") for index in range(SECRETS)],
        },
        indent=0,
    )
)
