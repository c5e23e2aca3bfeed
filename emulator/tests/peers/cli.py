"""The AWS CLI makes a pool, an app client and users, and logs in: right and wrong commands.

EMULATOR_ENDPOINT says where the emulator is.
"""

import contextlib
import io
import json
import os
import sys
import tempfile
import urllib.request

from awscli.clidriver import create_clidriver

ENDPOINT = os.environ["EMULATOR_ENDPOINT"]
counts = {"passed": 0, "refused": 0, "failed": 0}
NOWHERE = os.path.join(tempfile.gettempdir(), "no-such-file")
os.environ.update(
    AWS_ACCESS_KEY_ID="none",
    AWS_SECRET_ACCESS_KEY="none",
    AWS_DEFAULT_REGION="eu-west-1",
    AWS_CONFIG_FILE=NOWHERE,
    AWS_SHARED_CREDENTIALS_FILE=NOWHERE,
    AWS_PAGER="",
)


class Done:
    """One command, run by what `aws` itself calls: a process for each would take a second."""

    def __init__(self, *command):
        output, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            try:
                self.status = create_clidriver().main([*command, "--endpoint-url", ENDPOINT, "--output", "json"])
            except SystemExit as exit:  # of the parser of arguments
                self.status = exit.code
        self.output, self.errors = output.getvalue(), errors.getvalue()


def run(operation, *arguments):
    return Done("cognito-idp", operation, *arguments)


def aws(operation, *arguments):
    """Runs a right command, and returns its answer."""
    done = run(operation, *arguments)
    count(f"{operation}: {done.errors}", done.status == 0, "passed")
    return json.loads(done.output) if done.output.strip() else {}


def refused(error, operation, *arguments):
    """Runs a wrong command, whose error has this name."""
    done = run(operation, *arguments)
    good = done.status in (254, 255) and f"An error occurred ({error})" in done.errors
    count(f"{operation}: {error}, not {done.errors or done.output}", good, "refused")


def count(name, good, kind):
    counts[kind if good else "failed"] += 1
    if not good:
        print("FAILED:", name)


def check(name, good):
    count(name, good, "passed")


def code(kind):
    with urllib.request.urlopen(f"{ENDPOINT}/_emulator/outbox") as answer:
        return [it for it in json.load(answer) if it["kind"] == kind][-1]["code"]


# The pool.
made = aws("create-user-pool", "--pool-name", "cli", "--auto-verified-attributes", "email",
           "--policies", "PasswordPolicy={MinimumLength=10,RequireUppercase=true}",
           "--schema", "Name=level,AttributeDataType=String,Mutable=true")["UserPool"]
pool = ("--user-pool-id", made["Id"])
check("the region that was signed for", made["Id"].startswith("eu-west-1_"))
described = aws("describe-user-pool", *pool)["UserPool"]
check("the policy", described["Policies"]["PasswordPolicy"]["MinimumLength"] == 10)
check("listed", made["Id"] in [it["Id"] for it in aws("list-user-pools", "--max-results", "60")["UserPools"]])
client = aws("create-user-pool-client", *pool, "--client-name", "cli", "--explicit-auth-flows",
             "ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")["UserPoolClient"]
app = ("--client-id", client["ClientId"])
refused("ResourceNotFoundException", "describe-user-pool", "--user-pool-id", "eu-west-1_Nobody123")
refused("InvalidParameterException", "describe-user-pool", "--user-pool-id", "nonsense")
refused("InvalidParameterException", "create-user-pool", "--pool-name", "cli", "--mfa-configuration", "MAYBE")
refused("ResourceNotFoundException", "describe-user-pool-client", *pool, "--client-id", "nobody")

# A user who signs up.
alice = ("--username", "alice", "--password", "Correct-horse-1")
email = ("--user-attributes", "Name=email,Value=alice@example.com", "Name=custom:level,Value=7")
refused("InvalidPasswordException", "sign-up", *app, "--username", "alice", "--password", "Short-1", *email)
answer = aws("sign-up", *app, *alice, *email)
check("the code's way", answer["UserConfirmed"] is False and answer["CodeDeliveryDetails"]["Destination"] == "a***@e***")
refused("UsernameExistsException", "sign-up", *app, *alice, *email)


def login(password, username="alice"):
    return (*app, "--auth-flow", "USER_PASSWORD_AUTH", "--auth-parameters", f"USERNAME={username},PASSWORD={password}")


refused("UserNotConfirmedException", "initiate-auth", *login("Correct-horse-1"))
confirm = ("confirm-sign-up", *app, "--username", "alice", "--confirmation-code")
refused("CodeMismatchException", *confirm, "000000" if code("sign_up") != "000000" else "111111")
aws(*confirm, code("sign_up"))
tokens = aws("initiate-auth", *login("Correct-horse-1"))["AuthenticationResult"]
check("tokens", tokens["TokenType"] == "Bearer" and tokens["ExpiresIn"] == 3600)
refused("NotAuthorizedException", "initiate-auth", *login("Wrong-horse-1"))
refused("UserNotFoundException", "initiate-auth", *login("Correct-horse-1", "nobody"))
refused("InvalidParameterException", "initiate-auth", *app, "--auth-flow", "USER_SRP_AUTH",
        "--auth-parameters", "USERNAME=alice,SRP_A=1234")
user = aws("get-user", "--access-token", tokens["AccessToken"])
check("attributes", {"Name": "custom:level", "Value": "7"} in user["UserAttributes"])
refused("NotAuthorizedException", "get-user", "--access-token", "nonsense")
renewal = (*app, "--auth-flow", "REFRESH_TOKEN_AUTH", "--auth-parameters")
renewed = aws("initiate-auth", *renewal, f"REFRESH_TOKEN={tokens['RefreshToken']}")["AuthenticationResult"]
check("renewed", renewed["AccessToken"] != tokens["AccessToken"] and "RefreshToken" not in renewed)
aws("revoke-token", *app, "--token", tokens["RefreshToken"])
refused("NotAuthorizedException", "initiate-auth", *renewal, f"REFRESH_TOKEN={tokens['RefreshToken']}")
refused("NotAuthorizedException", "get-user", "--access-token", renewed["AccessToken"])

# What an admin does.
bob = ("--username", "bob")
created = aws("admin-create-user", *pool, *bob, "--temporary-password", "Temporary-1!", "--message-action", "SUPPRESS",
              "--user-attributes", "Name=email,Value=bob@example.com", "Name=email_verified,Value=true")["User"]
check("to choose a password", created["UserStatus"] == "FORCE_CHANGE_PASSWORD")
refused("UsernameExistsException", "admin-create-user", *pool, *bob)
asked = aws("admin-initiate-auth", *pool, *app, "--auth-flow", "ADMIN_USER_PASSWORD_AUTH",
            "--auth-parameters", "USERNAME=bob,PASSWORD=Temporary-1!")
check("asked for one", asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED")
answered = aws("admin-respond-to-auth-challenge", *pool, *app, "--challenge-name", "NEW_PASSWORD_REQUIRED",
               "--session", asked["Session"], "--challenge-responses", "USERNAME=bob,NEW_PASSWORD=Correct-horse-2")
check("logged in by it", answered["AuthenticationResult"]["IdToken"])
aws("create-group", *pool, "--group-name", "admins", "--precedence", "1")
refused("GroupExistsException", "create-group", *pool, "--group-name", "admins")
aws("admin-add-user-to-group", *pool, *bob, "--group-name", "admins")
refused("ResourceNotFoundException", "admin-add-user-to-group", *pool, *bob, "--group-name", "nobody")
groups = aws("admin-list-groups-for-user", *pool, *bob)["Groups"]
check("groups", [it["GroupName"] for it in groups] == ["admins"])
listed = aws("list-users", *pool, "--page-size", "1", "--filter", 'email ^= "b"')["Users"]
check("a filter", [it["Username"] for it in listed] == ["bob"])
check("all pages", len(aws("list-users", *pool, "--page-size", "1")["Users"]) == 2)
aws("admin-update-user-attributes", *pool, *bob, "--user-attributes", "Name=custom:level,Value=9")
refused("InvalidParameterException", "admin-update-user-attributes", *pool, *bob,
        "--user-attributes", "Name=custom:nothing,Value=9")
aws("admin-disable-user", *pool, *bob)
refused("NotAuthorizedException", "initiate-auth", *login("Correct-horse-2", "bob"))
aws("admin-enable-user", *pool, *bob)
aws("admin-set-user-password", *pool, *bob, "--password", "Correct-horse-3", "--permanent")
aws("initiate-auth", *login("Correct-horse-3", "bob"))
aws("admin-delete-user", *pool, *bob)
refused("UserNotFoundException", "admin-get-user", *pool, *bob)

# What nobody may: a call that is not signed, and a command that the CLI itself does not let through.
done = run("list-users", *pool, "--no-sign-request")
count(f"not signed: {done.errors}", done.status in (254, 255) and "MissingAuthenticationToken" in done.errors, "refused")
done = run("initiate-auth", *app)
count("without a flow", done.status in (2, 252), "refused")
aws("delete-user-pool", *pool)
refused("ResourceNotFoundException", "describe-user-pool", *pool)

print(", ".join(f"{number} {name}" for name, number in counts.items()))
sys.exit(counts["failed"] != 0)
