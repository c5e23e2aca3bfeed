"""Logs in to the emulator by pycognito and boto3, which are known to work with AWS.

EMULATOR_ENDPOINT says where the emulator is; LOGINS, how many random passwords to try.
"""

import os
import random
import sys
import time

os.environ.update(
    AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="us-east-1"
)

import boto3
import pyotp
from botocore.exceptions import ClientError
from pycognito import Cognito
from pycognito.exceptions import SoftwareTokenMFAChallengeException

ENDPOINT = os.environ["EMULATOR_ENDPOINT"]
LOGINS = int(os.environ.get("LOGINS", "600"))
UNICODE = [
    "Grüße-aus-Köln-1",
    "пароль-Пароль-Aa-1",
    "密码-Passwort-1",
    "🔑🔓-Emoji-Wort-1",
    "e\u0301-NFD-Wort-1",
    "\u00e9-NFC-Wort-1",
    "مرور-كلمة-Aa-1",
    "Zero\u200bWidth-1",
]
SEED = random.randrange(2**32)
rng = random.Random(SEED)
aws = boto3.client("cognito-idp", endpoint_url=ENDPOINT)
counts = {True: 0, False: 0}


def check(name, good):
    counts[bool(good)] += 1
    if not good:
        print("FAILED:", name)


def refused(error, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except ClientError as caught:
        response = caught.response
        status = response["ResponseMetadata"]["HTTPStatusCode"]
        return response["Error"]["Code"] == error and status == 400
    return False


def random_password():
    letters = [chr(rng.choice([rng.randrange(33, 127), rng.randrange(0xA1, 0x2FF)])) for _ in range(16)]
    return "".join(letters) + "Aa1!"


pool = aws.create_user_pool(PoolName="peers", AliasAttributes=["email"])
pool_id = pool["UserPool"]["Id"]
aws.set_user_pool_mfa_config(
    UserPoolId=pool_id,
    MfaConfiguration="OPTIONAL",
    SoftwareTokenMfaConfiguration={"Enabled": True},
)
FLOWS = [
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
]


def app_client(name, **settings):
    made = aws.create_user_pool_client(
        UserPoolId=pool_id, ClientName=name, ExplicitAuthFlows=FLOWS, **settings
    )["UserPoolClient"]
    return made["ClientId"], made.get("ClientSecret")


PLAIN = app_client("plain")
WITH_SECRET = app_client("secret", GenerateSecret=True)
HIDING = app_client("hiding", PreventUserExistenceErrors="ENABLED")


def cognito(username, client=PLAIN, **tokens):
    client_id, secret = client
    return Cognito(
        pool_id,
        client_id,
        username=username,
        client_secret=secret,
        user_pool_region="us-east-1",
        boto3_client_kwargs={"endpoint_url": ENDPOINT},
        **tokens,
    )


def add_user(username, password, permanent=True, email=None):
    attributes = []
    if email:
        attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    aws.admin_create_user(
        UserPoolId=pool_id, Username=username, UserAttributes=attributes, MessageAction="SUPPRESS"
    )
    aws.admin_set_user_password(
        UserPoolId=pool_id, Username=username, Password=password, Permanent=permanent
    )


def logs_in(username, password, client=PLAIN):
    user = cognito(username, client)
    try:
        user.authenticate(password)
    except ClientError:
        return None
    return user


# Right and wrong passwords.
add_user("random", "Correct-horse-1")
missed = 0
for _ in range(LOGINS):
    password = random_password()
    aws.admin_set_user_password(
        UserPoolId=pool_id, Username="random", Password=password, Permanent=True
    )
    good = logs_in("random", password) is not None
    missed += not good
    check(f"random password {password!r}, seed {SEED}", good)
print(f"random passwords: {LOGINS} tried, {missed} missed")

for index, password in enumerate(UNICODE):
    username = f"unicode{index}"
    add_user(username, password)
    check(f"{password!r}", logs_in(username, password))
    check(f"{password!r} with secret", logs_in(username, password, WITH_SECRET))
check("NFD is not NFC", refused("NotAuthorizedException", cognito("unicode4").authenticate, UNICODE[5]))

wrong = 100
for index in range(wrong):
    username = f"wrong{index}"
    password = random_password()
    add_user(username, password)
    changed = password[:-1] + "?" if index % 2 else password + " "
    check("a wrong password", refused("NotAuthorizedException", cognito(username).authenticate, changed))
print(f"wrong passwords: {wrong} tried")

# Names.
add_user("alice", "Correct-horse-1", email="alice@example.com")
for client in (PLAIN, WITH_SECRET, HIDING):
    user = logs_in("alice@example.com", "Correct-horse-1", client)
    check("login by alias", user and user.id_claims["cognito:username"] == "alice")
check("unknown", refused("UserNotFoundException", cognito("nobody").authenticate, "Correct-horse-1"))
check(
    "unknown, hidden",
    refused("NotAuthorizedException", cognito("nobody", HIDING).authenticate, "Correct-horse-1"),
)

# Tokens.
user = logs_in("alice", "Correct-horse-1")
check("access claims", user.access_claims["client_id"] == PLAIN[0] and "aud" not in user.access_claims)
check("id claims", user.id_claims["aud"] == PLAIN[0] and user.id_claims["email_verified"] is True)
attributes = aws.get_user(AccessToken=user.access_token)["UserAttributes"]
check("GetUser", {"Name": "email", "Value": "alice@example.com"} in attributes)
before, origin = user.access_token, user.id_claims["origin_jti"]
user.renew_access_token()
user.verify_tokens()
check("refresh", user.access_token != before and user.id_claims["origin_jti"] == origin)
fresh = aws.get_tokens_from_refresh_token(RefreshToken=user.refresh_token, ClientId=PLAIN[0])
check("GetTokensFromRefreshToken", "RefreshToken" not in fresh["AuthenticationResult"])

# The username is the hash's, not the alias.
user = logs_in("alice@example.com", "Correct-horse-1", WITH_SECRET)
check("refresh by alias", refused("NotAuthorizedException", user.renew_access_token))
user.username = "alice"
user.renew_access_token()
check("refresh by username", user.access_token)

access, refresh = user.access_token, user.refresh_token
aws.global_sign_out(AccessToken=access)
check("after sign-out, GetUser", refused("NotAuthorizedException", aws.get_user, AccessToken=access))
check(
    "after sign-out, refresh",
    refused(
        "NotAuthorizedException",
        aws.get_tokens_from_refresh_token,
        RefreshToken=refresh,
        ClientId=WITH_SECRET[0],
        ClientSecret=WITH_SECRET[1],
    ),
)

# NEW_PASSWORD_REQUIRED.
for name, client in (("newbie", PLAIN), ("newbie2", WITH_SECRET)):
    add_user(name, "Temporary-1!", permanent=False)
    user = cognito(name, client)
    user.new_password_challenge("Temporary-1!", "Permanent-1!")
    check("new password", logs_in(name, "Permanent-1!", client))
    check("the temporary one is gone", not logs_in(name, "Temporary-1!", client))

# SOFTWARE_TOKEN_MFA.
user = logs_in("alice", "Correct-horse-1", WITH_SECRET)
secret = user.associate_software_token()
check("a wrong code enrols nothing", refused("EnableSoftwareTokenMFAException", user.verify_software_token, "000000"))
check("enrolment", user.verify_software_token(pyotp.TOTP(secret).now()))
user.set_user_mfa_preference(sms_mfa=False, software_token_mfa=True, preferred="SOFTWARE_TOKEN")
user = cognito("alice", WITH_SECRET)
try:
    user.authenticate("Correct-horse-1")
    check("asked for a code", False)
except SoftwareTokenMFAChallengeException:
    check("asked for a code", True)
wrong_code = "%06d" % ((int(pyotp.TOTP(secret).now()) + 1) % 1_000_000)
check(
    "a wrong code",
    refused("CodeMismatchException", user.respond_to_software_token_mfa_challenge, wrong_code),
)
# The code of the enrolment is used up: the next one is good already.
user.respond_to_software_token_mfa_challenge(pyotp.TOTP(secret).at(time.time() + 30))
check("a right code after it", user.access_token)

# Disabled, enabled, in a group.
aws.create_group(UserPoolId=pool_id, GroupName="admins")
add_user("bob", "Correct-horse-1")
aws.admin_add_user_to_group(UserPoolId=pool_id, Username="bob", GroupName="admins")
user = logs_in("bob", "Correct-horse-1")
check("groups", user.id_claims["cognito:groups"] == user.access_claims["cognito:groups"] == ["admins"])
aws.admin_disable_user(UserPoolId=pool_id, Username="bob")
check("disabled", refused("NotAuthorizedException", cognito("bob").authenticate, "Correct-horse-1"))
aws.admin_enable_user(UserPoolId=pool_id, Username="bob")
check("enabled", logs_in("bob", "Correct-horse-1"))
names = [it["Username"] for it in aws.get_paginator("list_users").paginate(
    UserPoolId=pool_id, Filter='username ^= "unicode"', PaginationConfig={"PageSize": 3}
).search("Users[]")]
check("ListUsers", names == [f"unicode{index}" for index in range(len(UNICODE))])
for flow in ("ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"):
    answer = aws.admin_initiate_auth(
        UserPoolId=pool_id,
        ClientId=PLAIN[0],
        AuthFlow=flow,
        AuthParameters={"USERNAME": "bob", "PASSWORD": "Correct-horse-1"},
    )
    check(flow, "AuthenticationResult" in answer)

print(f"{counts[True]} passed, {counts[False]} failed")
sys.exit(counts[False] != 0)
