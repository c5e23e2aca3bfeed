"""What the judges of a domain's endpoints share: counts, a pool with app clients for the web, a browser without scripts.

EMULATOR_ENDPOINT says where the emulator is.
"""

import os
import re
import sys
from urllib.parse import parse_qsl, urljoin, urlsplit

os.environ.update(
    AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="us-east-1"
)

import boto3
import requests

ENDPOINT = os.environ["EMULATOR_ENDPOINT"]
aws = boto3.client("cognito-idp", endpoint_url=ENDPOINT)
counts = {"passed": 0, "refused": 0, "failed": 0}


def check(name, good, count="passed"):
    counts[count if good else "failed"] += 1
    if not good:
        print("FAILED:", name)


def refuses(name, attempt, *errors, says=""):
    """Tries what is to be refused by one of the errors, and with these words in it."""
    try:
        attempt()
    except errors as error:
        if says in f"{error!r} {error}":
            counts["refused"] += 1
        else:
            check(f"{name}: {error!r} does not say {says!r}", False)
    else:
        check(f"{name}: not refused", False)


def finish():
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    sys.exit(counts["failed"] != 0)


class Client:
    """An app client."""

    def __init__(self, pool_id, **settings):
        made = aws.create_user_pool_client(UserPoolId=pool_id, ClientName="judged", **settings)
        self.id = made["UserPoolClient"]["ClientId"]
        self.secret = made["UserPoolClient"].get("ClientSecret")


class Domain:
    """A pool with alice and bob in it, who have one password."""

    PASSWORD = "Correct-horse-1"

    def __init__(self, callback, logout="http://localhost:3000/"):
        self.pool_id = aws.create_user_pool(PoolName="domain")["UserPool"]["Id"]
        self.issuer = f"{ENDPOINT}/{self.pool_id}"
        self.callback = callback
        self.logout = logout
        for name in ("alice", "bob"):
            aws.admin_create_user(
                UserPoolId=self.pool_id,
                Username=name,
                MessageAction="SUPPRESS",
                UserAttributes=[
                    {"Name": "email", "Value": f"{name}@example.com"},
                    {"Name": "email_verified", "Value": "true"},
                    {"Name": "given_name", "Value": name.title()},
                ],
            )
            aws.admin_set_user_password(
                UserPoolId=self.pool_id, Username=name, Password=self.PASSWORD, Permanent=True
            )

    def client(self, **changes):
        settings = {
            "GenerateSecret": True,
            "CallbackURLs": [self.callback],
            "LogoutURLs": [self.logout],
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
            "AllowedOAuthFlowsUserPoolClient": True,
            "SupportedIdentityProviders": ["COGNITO"],
        }
        return Client(self.pool_id, **{**settings, **changes})


class Browser:
    """Follows nothing by itself, keeps cookies, and can fill in the login page."""

    def __init__(self):
        self.session = requests.Session()

    def visit(self, url):
        return self.session.get(url, allow_redirects=False)

    def log_in(self, url, username="alice", password=Domain.PASSWORD):
        """Starts at an authorization address, and returns the address that the browser is sent back to."""
        start = self.visit(url)
        where = urljoin(url, start.headers["Location"])
        if urlsplit(where).path != "/login":
            return where  # logged in already
        page = self.visit(where)
        started = re.search(r'name="started" value="(\d+)"', page.text)[1]
        form = {"username": username, "password": password, "started": started}
        back = self.session.post(where, data=form, allow_redirects=False)
        return back.headers.get("Location")


def query(url):
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(url).query))
