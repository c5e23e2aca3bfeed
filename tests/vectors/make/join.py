"""Writes `srp_two_makers.json`, if two clients and the server's half agree in each value of each login.

    python3 join.py inputs.json pycognito.json identity_js.json
"""

import hashlib
import json
import sys

ANSWERS = ["srp_a", "u", "x", "s", "key", "timestamp", "password_claim_signature"]


def agreed(case, one, other):
    for name in ANSWERS:
        if one[name] != other[name]:
            sys.exit(f"{case['kind']}: the makers differ in {name}: {case}")
    if case["server_s"] not in (None, one["s"]):
        sys.exit(f"{case['kind']}: the server finds another secret: {case}")
    answer = case | one | {name: shortened(one[name]) for name in ("srp_a", "s")}
    return {name: value for name, value in answer.items() if name != "server_s"}


def shortened(digits):
    if len(digits) <= 64:
        return digits
    return "sha256:" + hashlib.sha256(digits.encode()).hexdigest()


def lines(cases):
    return ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)


inputs, pycognito, identity_js = (json.load(open(path)) for path in sys.argv[1:])
makers = zip(inputs["cases"], pycognito["cases"], identity_js["cases"], strict=True)
cases = [agreed(*answers) for answers in makers]

spellings = []
together = zip(
    inputs["salt_spellings"],
    pycognito["salt_integers"],
    identity_js["salt_spellings"],
    pycognito["salt_spellings"],
    strict=True,
)
for case, of_integer, of_number, of_text in together:
    name = "password_claim_signature"
    differs = of_text[name] != of_number[name]
    spellings.append(
        agreed(case, of_integer, of_number) | {"other_signature": of_text[name] if differs else None}
    )

print(f'{{"cases":[\n{lines(cases)}\n],"salt_spellings":[\n{lines(spellings)}\n]}}')
