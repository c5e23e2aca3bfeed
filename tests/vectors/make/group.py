"""The group of the library, and the server's half of a login, in plain Python."""

import hashlib
import pathlib
import re

SOURCE = pathlib.Path(__file__).parents[3] / "srp/src/group.rs"
N = int("".join(re.findall(r"^ {4}([0-9A-F]{64})", SOURCE.read_text(), re.M)), 16)
G = 2


def pad(number):
    """The shortest two's complement of a number, as Java's `BigInteger.toByteArray` writes it."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)


def digest(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def integer(octets):
    return int.from_bytes(octets, "big")


K = integer(digest(pad(N), pad(G)))


def private_key(pool_id, user, password, salt):
    identity = f"{pool_id.split('_')[1]}{user}:{password}"
    return integer(digest(pad(salt), digest(identity.encode())))


def scramble(client_public, server_public):
    return integer(digest(pad(client_public), pad(server_public)))


def stream(label, length):
    """Bytes that anybody can make again from their label."""
    blocks = (digest(f"{label} {block}".encode()) for block in range(-(-length // 32)))
    return b"".join(blocks)[:length]
