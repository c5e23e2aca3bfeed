"""Makes an SRP handshake by pycognito for each line that it reads, and writes its CPU time in ns."""

import sys
import time

from pycognito.aws_srp import AWSSRP

challenge = {
    "USER_ID_FOR_SRP": "alice",
    "SALT": "6f1c8e5ad7f0c2349be1a05c7d3e8f21",
    "SRP_B": "5f1c5d0e30a14b3c9d7e" * 38,
    "SECRET_BLOCK": "c2VjcmV0IGJsb2Nr",
}

for _ in sys.stdin:
    start = time.process_time_ns()
    client = AWSSRP("alice", "Correct-horse-1", "us-east-1_Benchmark", "client", client=object())
    client.process_challenge(challenge, {"USERNAME": "alice"})
    print(time.process_time_ns() - start, flush=True)
