"""One user's whole life by pycognito and boto3, from registration to deletion.

EMULATOR_ENDPOINT says where the emulator is.
"""

import json
import os
import sys
import time
import urllib.request

os.environ.update(
    AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="us-east-1"
)

import boto3
import pyotp
from botocore.exceptions import ClientError
from pycognito import Cognito
from pycognito.exceptions import SoftwareTokenMFAChallengeException

ENDPOINT = os.environ["EMULATOR_ENDPOINT"]
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
        good = response["Error"]["Code"] == error
        if not good:
            print(response["Error"])
        return good and response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return False


def code(kind):
    with urllib.request.urlopen(f"{ENDPOINT}/_emulator/outbox") as answer:
        messages = json.load(answer)
    return [it for it in messages if it["kind"] == kind][-1]["code"]


pool_id = aws.create_user_pool(
    PoolName="journey",
    AutoVerifiedAttributes=["email"],
    Schema=[{"Name": "level", "AttributeDataType": "String", "Mutable": True}],
)["UserPool"]["Id"]
aws.set_user_pool_mfa_config(
    UserPoolId=pool_id,
    MfaConfiguration="OPTIONAL",
    SoftwareTokenMfaConfiguration={"Enabled": True},
)
made = aws.create_user_pool_client(
    UserPoolId=pool_id,
    ClientName="journey",
    GenerateSecret=True,
    ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
)["UserPoolClient"]


def cognito(username="alice"):
    return Cognito(
        pool_id,
        made["ClientId"],
        username=username,
        client_secret=made["ClientSecret"],
        user_pool_region="us-east-1",
        boto3_client_kwargs={"endpoint_url": ENDPOINT},
    )


def logged_in(password):
    user = cognito()
    user.authenticate(password)
    return user


# Registration.
user = cognito()
user.set_base_attributes(email="alice@example.com", given_name="Alice")
user.add_custom_attributes(level="7")
check("a weak password", refused("InvalidPasswordException", user.register, "alice", "shorter"))
user.set_base_attributes(email="alice@example.com", given_name="Alice")
user.add_custom_attributes(level="7")
answer = user.register("alice", "Correct-horse-1")
check("register", answer["UserConfirmed"] is False)
check("where the code went", answer["CodeDeliveryDetails"]["Destination"] == "a***@e***")
user.set_base_attributes(email="alice@example.com")
check("taken", refused("UsernameExistsException", user.register, "alice", "Correct-horse-1"))
check("not confirmed", refused("UserNotConfirmedException", cognito().authenticate, "Correct-horse-1"))
check("a wrong code", refused("CodeMismatchException", user.confirm_sign_up, "abcdef", "alice"))
user.resend_confirmation_code("alice")
user.confirm_sign_up(code("sign_up"), "alice")
check("confirmed twice", refused("NotAuthorizedException", user.confirm_sign_up, "123456", "alice"))

# Profile.
user = logged_in("Correct-horse-1")
check("custom claim", user.id_claims["custom:level"] == "7" and user.id_claims["email_verified"])
user.update_profile({"given_name": "Alicia", "email": "alicia@example.com"})
shown = user.get_user(attr_map={"custom:level": "level"})
check("update", shown.given_name == "Alicia" and shown.email_verified is not True)
check("a wrong code", refused("CodeMismatchException", user.validate_verification, "abcdef", "email"))
user.send_verification("email")
user.validate_verification(code("attribute"), "email")
attributes = {it["Name"]: it["Value"] for it in aws.get_user(AccessToken=user.access_token)["UserAttributes"]}
check("verified", attributes["email_verified"] == "true")
aws.delete_user_attributes(AccessToken=user.access_token, UserAttributeNames=["custom:level"])
names = [it["Name"] for it in aws.admin_get_user(UserPoolId=pool_id, Username="alice")["UserAttributes"]]
check("deleted attribute", "custom:level" not in names)

# Passwords.
check("the old one is wrong", refused("NotAuthorizedException", user.change_password, "wrong-one", "Correct-horse-2"))
user.change_password("Correct-horse-1", "Correct-horse-2")
check("the old one is gone", refused("NotAuthorizedException", cognito().authenticate, "Correct-horse-1"))
check("the new one works", logged_in("Correct-horse-2"))
user = cognito()
user.initiate_forgot_password()
check("a wrong code", refused("CodeMismatchException", user.confirm_forgot_password, "abcdef", "Correct-horse-3"))
user.confirm_forgot_password(code("forgot_password"), "Correct-horse-3")
check("used up", refused("ExpiredCodeException", user.confirm_forgot_password, code("forgot_password"), "Correct-horse-4"))
check("the reset one works", logged_in("Correct-horse-3"))

# A second factor.
user = logged_in("Correct-horse-3")
secret = user.associate_software_token()
check("enrolment", user.verify_software_token(pyotp.TOTP(secret).now(), "phone"))
user.set_user_mfa_preference(False, True, "SOFTWARE_TOKEN")
user = cognito()
try:
    user.authenticate("Correct-horse-3")
    check("asked", False)
except SoftwareTokenMFAChallengeException as challenge:
    user.respond_to_software_token_mfa_challenge(pyotp.TOTP(secret).at(time.time() + 30), challenge.get_tokens())
    check("asked", user.access_token)
user.set_user_mfa_preference(False, False)
check("switched off", logged_in("Correct-horse-3"))

# What an admin does.
aws.admin_set_user_password(UserPoolId=pool_id, Username="alice", Password="Temporary-1!", Permanent=False)
check("forced", refused("NotAuthorizedException", cognito().initiate_forgot_password))
cognito().new_password_challenge("Temporary-1!", "Correct-horse-5")
user = logged_in("Correct-horse-5")
user.admin_disable_user("alice")
check("disabled", refused("NotAuthorizedException", cognito().authenticate, "Correct-horse-5"))
check("status", aws.admin_get_user(UserPoolId=pool_id, Username="alice")["Enabled"] is False)
user.admin_enable_user("alice")
aws.create_group(GroupName="admins", UserPoolId=pool_id, Precedence=1)
user.admin_add_user_to_group("alice", "admins")
check("groups", user.admin_list_groups_for_user("alice") == ["admins"])
user = logged_in("Correct-horse-5")
check("in both tokens", user.id_claims["cognito:groups"] == user.access_claims["cognito:groups"] == ["admins"])
members = aws.list_users_in_group(UserPoolId=pool_id, GroupName="admins")["Users"]
check("members", [it["Username"] for it in members] == ["alice"])
user.admin_remove_user_from_group("alice", "admins")
check("out again", user.admin_list_groups_for_user("alice") == [])
check("get_group", user.get_group("admins").group_name == "admins")
check("get_groups", [it.group_name for it in user.get_groups()] == ["admins"])
check("get_users", [it.username for it in user.get_users()] == ["alice"])
user.admin_reset_password("alice", {})
check("reset", refused("PasswordResetRequiredException", cognito().authenticate, "Correct-horse-5"))
cognito().confirm_forgot_password(code("forgot_password"), "Correct-horse-6")
user = logged_in("Correct-horse-6")
user.admin_update_profile({"given_name": "Alice"})
user.admin_create_user("bob", "Temporary-2!", email="bob@example.com")
check("created", aws.admin_get_user(UserPoolId=pool_id, Username="bob")["UserStatus"] == "FORCE_CHANGE_PASSWORD")
user.admin_create_identity_provider(pool_id, "Google", "Google", {"client_id": "x"})
check("provider", user.admin_describe_identity_provider(pool_id, "Google")["IdentityProvider"]["ProviderType"] == "Google")
user.admin_update_identity_provider(pool_id, "Google", ProviderDetails={"client_id": "y"})
described = user.describe_user_pool_client(pool_id, made["ClientId"])
check("app client", described["ClientName"] == "journey")
user.admin_update_user_pool_client(pool_id, made["ClientId"], ClientName="renamed")
check("renamed", user.describe_user_pool_client(pool_id, made["ClientId"])["ClientName"] == "renamed")

# The end. `admin_create_user` has left the other name in the object.
user.username = "alice"
user.renew_access_token()
access = user.access_token
user.logout()
check("logged out", refused("NotAuthorizedException", aws.get_user, AccessToken=access))
user = logged_in("Correct-horse-6")
user.delete_user()
check("deleted", refused("UserNotFoundException", cognito().authenticate, "Correct-horse-6"))

print(f"{counts[True]} passed, {counts[False]} failed")
sys.exit(counts[False] != 0)
