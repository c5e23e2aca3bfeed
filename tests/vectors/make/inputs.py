"""Draws the logins of `srp_two_makers.json`: what both clients get, from a server that has a verifier.

The same numbers each time. Prints JSON.
"""

import base64
import itertools
import json
import multiprocessing
import random

from group import G, K, N, private_key, scramble

SHAPES = ["short", "short_high", "odd", "high"]
VALUES = {"a": 384, "b": 384, "s": 384, "u": 32, "salt": 16}
OF_EACH = 25

POOLS = [
    "eu-west-1_Demo00001",
    "us-east-1_abcDEF123",
    "ap-southeast-2_zzzzzzzzz",
    "us-gov-west-1_000000000",
    "eu-central-1_A",
]
USERS = [
    "alice",
    "0",
    "7d8ca528-4931-4254-9273-ea5ee853f271",
    "alice@example.com",
    "+441234567890",
    "ünï-cödé",
    "Zoe\u0308",
    "Zoë",
    "emoji😀",
    "用户",
    "with:colon",
    "ALICE",
    "u" * 128,
]
PASSWORDS = [
    "",
    " ",
    "a",
    "Correct-horse-1",
    "correct-horse-1",
    " lead and trail ",
    "tab\tinside",
    "line\nbreak",
    "line\r\nbreak",
    "nul\0inside",
    "colon:inside",
    ":",
    '"quotes" and \\ strokes',
    "%00%zz+&=",
    "Grüße-aus-Köln-1",
    "\u00e9-NFC-Wort-1",
    "e\u0301-NFD-Wort-1",
    "\u212b",
    "\u00c5",
    "A\u030a",
    "пароль-Пароль-Aa-1",
    "密码-Passwort-1",
    "パスワード-1",
    "비밀번호-1",
    "\u1107\u1175",
    "مرور-كلمة-Aa-1",
    "סיסמה-1",
    "\u202eright-to-left",
    "🔑🔓-Emoji-Wort-1",
    "👩\u200d👩\u200d👧",
    "\u0301",
    "\ufeffmark",
    "Zero\u200bWidth-1",
    "\u00a0hard\u00a0blanks\u3000",
    "\u00df",
    "ﬁ-ligature",
    "\U0010ffff\uffff",
    "x" * 64,
    "é" * 128,
    "😀" * 256,
]
# How a salt may be spelled: the number is what counts.
SALTS = [
    "0",
    "00",
    "000",
    "0000",
    "1",
    "01",
    "7f",
    "80",
    "0080",
    "000080",
    "ab",
    "0ab",
    "00ab",
    "AB",
    "abc",
    "0abc",
    "00abc",
    "7f01",
    "007f01",
    "f" * 32,
    "0" + "f" * 31,
    "1" * 128,
    "e" * 512,
    "0" * 510 + "7f",
]


class Login:
    def __init__(self, kind, index):
        rng = random.Random(f"{kind} {index}")
        self.kind = kind
        self.pool_id = rng.choice(POOLS)
        self.user = rng.choice(USERS)
        self.password = rng.choice(PASSWORDS)
        # pycognito and amazon-cognito-identity-js draw 1024 bits, and we draw 256.
        self.a = rng.getrandbits(1024 if index % 4 == 3 else 256)
        self.b = rng.getrandbits(256)
        self.salt = rng.getrandbits(128)
        self.salt_text = None
        length = 1200 if index % 25 == 24 else rng.randint(1, 48)
        self.secret_block = base64.b64encode(rng.randbytes(length)).decode()
        self.unix_time = rng.randrange(1_600_000_000, 2_000_000_000)
        self.rng = rng

    @property
    def x(self):
        return private_key(self.pool_id, self.user, self.password, self.salt)

    def public(self):
        verifier = pow(G, self.x, N)
        return pow(G, self.a, N), (K * verifier + pow(G, self.b, N)) % N

    def secret(self):
        """`S` as the server finds it."""
        client_public, server_public = self.public()
        u = scramble(client_public, server_public)
        return pow(client_public * pow(pow(G, self.x, N), u, N), self.b, N)

    def inputs(self, server_public=None):
        """All that a client gets; for a dishonest server, with the `B` that it sends."""
        honest = server_public is None
        if honest:
            server_public = self.public()[1]
        return {
            "kind": self.kind,
            "user_pool_id": self.pool_id,
            "user_id_for_srp": self.user,
            "password": self.password,
            "small_a": f"{self.a:x}",
            "salt": self.salt_text or f"{self.salt:x}",
            "srp_b": f"{server_public:x}",
            "secret_block": self.secret_block,
            "unix_time": self.unix_time,
            "small_b": f"{self.b:x}" if honest else None,
            "server_s": f"{self.secret():x}" if honest else None,
        }


def shape(value, width):
    """Which rule of padding a value of so many bytes needs."""
    top, second = value.to_bytes(width, "big")[:2]
    if top == 0:
        return "short_high" if second >= 0x80 else "short"
    if top < 0x10:
        return "odd"
    return "high" if top >= 0x80 else None


def walk(login, value):
    """Goes from one `a` (or `b`) to the next, which doubles a power of g, and gives the value that is looked for."""
    x = login.x
    masked = K * pow(G, x, N)
    powers = {"a": pow(G, login.a, N), "b": pow(G, login.b, N)}
    base = powers["b"]
    by_a, by_x = pow(base, login.a, N), pow(base, x, N)
    while True:
        server_public = (masked + powers["b"]) % N
        u = scramble(powers["a"], server_public)
        if value == "s":
            yield by_a * pow(by_x, u, N) % N
            by_a = by_a * base % N
        else:
            yield {"a": powers["a"], "b": server_public, "u": u}[value]
        step = "b" if value == "b" else "a"
        powers[step] = powers[step] * G % N
        setattr(login, step, getattr(login, step) + 1)


def shaped(value, wanted, index):
    login = Login(f"{value}_{wanted}", index)
    width = VALUES[value]
    if value == "salt":
        while shape(login.salt, width) != wanted:
            login.salt = login.rng.getrandbits(128)
        if wanted == "short_high" and index % 2:
            # The one zero byte that Java writes too.
            login.salt_text = f"{login.salt:032x}"
        return login.inputs()

    next(found for found in walk(login, value) if shape(found, width) == wanted)
    return login.inputs()


def password(index, text):
    login = Login("password", index)
    login.password = text
    return login.inputs()


def user(index, name):
    login = Login("user", index)
    login.user = name
    return login.inputs()


def edges():
    one = Login("a_one", 0)
    one.a = 1
    widest = Login("a_widest", 0)
    widest.a = 2**1024 - 1
    yield one.inputs()
    yield widest.inputs()
    for kind, server_public in [("b_one", 1), ("b_largest", N - 1)]:
        yield Login(kind, 0).inputs(server_public)
    for kind, base in [("s_zero", 0), ("s_one", 1), ("s_base_minus_one", -1)]:
        login = Login(kind, 0)
        yield login.inputs((K * pow(G, login.x, N) + base) % N)


def spelling(index, text):
    login = Login("salt_spelling", index)
    login.salt, login.salt_text = int(text, 16), text
    return login.inputs()


if __name__ == "__main__":
    wanted = itertools.product(VALUES, SHAPES, range(OF_EACH))
    with multiprocessing.Pool() as pool:
        cases = pool.starmap(shaped, wanted, chunksize=5)
    cases += itertools.starmap(password, enumerate(PASSWORDS))
    cases += itertools.starmap(user, enumerate(USERS))
    cases += edges()
    spellings = list(itertools.starmap(spelling, enumerate(SALTS)))
    print(json.dumps({"cases": cases, "salt_spellings": spellings}))
