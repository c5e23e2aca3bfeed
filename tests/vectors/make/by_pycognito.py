"""Answers the logins of `inputs.py` with pycognito. Reads JSON, prints JSON.

pycognito does all of it: it is given its random number, the challenge and the time, and is watched.
"""

import datetime
import json
import sys
import types

from pycognito import aws_srp


class Clock:
    now = None

    @classmethod
    def utcnow(cls):
        return cls.now


class Client(aws_srp.AWSSRP):
    def __init__(self, case, answers):
        self.case = case
        super().__init__(
            username="typed",
            password=case["password"],
            pool_id=case["user_pool_id"],
            client_id="client",
            client=answers,
        )

    def generate_random_small_a(self):
        return int(self.case["small_a"], 16)


class Server:
    """Stands where boto3's client would, with one challenge."""

    def __init__(self, case, salt):
        self.case = case
        self.salt = salt

    def initiate_auth(self, AuthParameters, **_):
        self.srp_a = AuthParameters["SRP_A"]
        parameters = {
            "USER_ID_FOR_SRP": self.case["user_id_for_srp"],
            "SALT": self.salt,
            "SRP_B": self.case["srp_b"],
            "SECRET_BLOCK": self.case["secret_block"],
        }
        return {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": parameters}

    def respond_to_auth_challenge(self, ChallengeResponses, **_):
        self.answer = ChallengeResponses
        return {}


seen = {}


def watched(name, function):
    def call(*arguments):
        result = function(*arguments)
        seen.setdefault(name, []).append((arguments, result))
        return result

    return call


aws_srp.calculate_u = watched("u", aws_srp.calculate_u)
aws_srp.compute_hkdf = watched("hkdf", aws_srp.compute_hkdf)
aws_srp.pow = watched("pow", pow)
aws_srp.datetime = types.SimpleNamespace(datetime=Clock)


def answer(case, salt):
    Clock.now = datetime.datetime.fromtimestamp(case["unix_time"], datetime.timezone.utc)
    seen.clear()
    server = Server(case, salt)
    Client(case, server).authenticate_user()
    [(_, u)] = seen["u"]
    [(_, key)] = seen["hkdf"]
    # g^a, g^x and then S.
    _, ((_, x, _), _), (_, s) = seen["pow"]
    return {
        "srp_a": server.srp_a,
        "u": f"{u:x}",
        "x": f"{x:x}",
        "s": f"{s:x}",
        "key": key.hex(),
        "timestamp": server.answer["TIMESTAMP"],
        "password_claim_signature": server.answer["PASSWORD_CLAIM_SIGNATURE"],
    }


inputs = json.load(sys.stdin)
print(
    json.dumps(
        {
            "cases": [answer(case, case["salt"]) for case in inputs["cases"]],
            "salt_spellings": [answer(case, case["salt"]) for case in inputs["salt_spellings"]],
            # As Cognito spells it, whose salts are integers.
            "salt_integers": [
                answer(case, f"{int(case['salt'], 16):x}") for case in inputs["salt_spellings"]
            ],
        }
    )
)
