"""Authlib logs in at the domain: as a site does, with state, nonce, PKCE and at_hash; and step by step, wrongly.

EMULATOR_ENDPOINT says where the emulator is.
"""

from domain import ENDPOINT, Browser, Client, Domain, aws, check, finish, query, refuses

import django
from django.conf import settings

settings.configure(ALLOWED_HOSTS=["*"])
django.setup()

from authlib.integrations.base_client.errors import MismatchingStateError, OAuthError
from authlib.integrations.django_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core.util import create_half_hash
from django.test import RequestFactory
from joserfc.errors import BadSignatureError, InvalidClaimError
from requests import HTTPError

CALLBACK = "http://localhost:3000/callback"
SCOPES = "openid email profile"
domain = Domain(CALLBACK)
web, other = domain.client(), domain.client()
open_client = domain.client(GenerateSecret=False, RefreshTokenRotation={"Feature": "ENABLED"})
aws.create_resource_server(
    UserPoolId=domain.pool_id,
    Identifier="shop",
    Name="shop",
    Scopes=[{"ScopeName": it, "ScopeDescription": it} for it in ("read", "write")],
)
machine = Client(
    domain.pool_id,
    GenerateSecret=True,
    AllowedOAuthFlows=["client_credentials"],
    AllowedOAuthScopes=["shop/read"],
    AllowedOAuthFlowsUserPoolClient=True,
)
TOKEN = f"{ENDPOINT}/oauth2/token"


class Site:
    """A site of Django with Authlib in it, and one visitor's session there."""

    def __init__(self, client, method="client_secret_basic"):
        self.session = {}
        self.app = OAuth().register(
            "cognito",
            client_id=client.id,
            client_secret=client.secret,
            server_metadata_url=f"{domain.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": SCOPES,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": method,
            },
        )

    def request(self, url):
        request = RequestFactory().get(url)
        request.session = self.session
        return request

    def begin(self, **more):
        return self.app.authorize_redirect(self.request("/login"), CALLBACK, **more)["Location"]

    def come_back(self, url):
        return self.app.authorize_access_token(self.request(url))

    def log_in(self):
        return Browser().log_in(self.begin())


# Right ones.
for method, client in (("client_secret_basic", web), ("client_secret_post", web), ("none", open_client)):
    site = Site(client, method)
    back = site.log_in()
    token = site.come_back(back)
    claims = token["userinfo"]  # out of the ID token, whose signature, nonce and at_hash were looked at
    check(f"{method}: ID token", claims["email"] == "alice@example.com" and claims["cognito:username"] == "alice")
    check(f"{method}: at_hash is there", claims["at_hash"] == create_half_hash(token["access_token"], "RS256").decode())
    info = site.app.userinfo(token=token)
    check(f"{method}: user info", info["sub"] == claims["sub"] and info["given_name"] == "Alice")
    renewed = site.app._get_oauth_client(token_endpoint=TOKEN).refresh_token(TOKEN, token["refresh_token"])
    check(f"{method}: renewed", renewed["access_token"] != token["access_token"])
    check(f"{method}: rotation", ("refresh_token" in renewed and renewed["refresh_token"] != token["refresh_token"]) == (client is open_client))
    refuses(f"{method}: a callback used twice", lambda: site.come_back(back), MismatchingStateError)

# Callbacks.
site = Site(web)
back = site.log_in()
refuses("a forged state", lambda: site.come_back(back.replace("state=", "state=x")), MismatchingStateError)
refuses("no state", lambda: site.come_back(back.split("&state=")[0]), MismatchingStateError)
refuses("the callback of another browser", lambda: Site(web).come_back(back), MismatchingStateError)
refused = Browser().visit(site.begin(prompt="none")).headers["Location"]
refuses("a refusal", lambda: site.come_back(refused), OAuthError, says="login_required")

CHANGES = {
    "another nonce": ("nonce", "another", InvalidClaimError, "nonce"),
    "another verifier": ("code_verifier", "x" * 48, OAuthError, "invalid_grant"),
    "another redirect address": ("redirect_uri", CALLBACK + "/", OAuthError, "invalid_redirect"),
}
for name, (field, value, error, says) in CHANGES.items():
    site = Site(web)
    back = site.log_in()
    [key] = site.session
    site.session[key]["data"][field] = value
    refuses(name, lambda: site.come_back(back), error, says=says)

# What the ID token is held against.
site = Site(web)
begun = site.begin()
nonce = query(begun)["nonce"]
token = site.come_back(Browser().log_in(begun))
parse = site.app.parse_id_token
check("the ID token again", parse(token, nonce=nonce)["sub"])
head, body, _ = token["id_token"].split(".")
forged = {**token, "id_token": f"{head}.{body}.{'A' * 342}"}
second = Site(web)
foreign = second.come_back(second.log_in())
stranger = Site(other)
for name, attempt, error, says in (
    ("another nonce", lambda: parse(token, nonce="another"), InvalidClaimError, "nonce"),
    ("an access token of another login", lambda: parse({**token, "access_token": foreign["access_token"]}, nonce=nonce), InvalidClaimError, "at_hash"),
    ("another signature", lambda: parse(forged, nonce=nonce), BadSignatureError, ""),
    ("the ID token of another app client", lambda: stranger.app.parse_id_token(token, nonce=nonce, claims_options={"aud": {"values": [other.id]}}), InvalidClaimError, "aud"),
    ("another issuer", lambda: parse(token, nonce=nonce, claims_options={"iss": {"values": [ENDPOINT]}}), InvalidClaimError, "iss"),
):
    refuses(name, attempt, error, says=says)


# The token endpoint by itself.
def session(client=web, secret=None, **more):
    return OAuth2Session(client.id, secret or client.secret, redirect_uri=CALLBACK, scope=SCOPES, code_challenge_method="S256", **more)


def authorize(**more):
    verifier = "v" * 64
    url, state = session().create_authorization_url(f"{ENDPOINT}/oauth2/authorize", code_verifier=verifier, **more)
    return {"authorization_response": Browser().log_in(url), "state": state, "code_verifier": verifier}


right = authorize()
for name, client, changes, says in (
    ("no verifier", session(), {"code_verifier": None}, "invalid_grant"),
    ("a wrong secret", session(secret=other.secret), {}, "invalid_client"),
    ("the code of another app client", session(other), {}, "invalid_grant"),
):
    refuses(name, lambda: client.fetch_token(TOKEN, **{**right, **changes}), OAuthError, says=says)
person = {"grant_type": "password", "username": "alice", "password": domain.PASSWORD}
refuses("another grant", lambda: session().fetch_token(TOKEN, **person), OAuthError, says="unsupported_grant_type")
token = session().fetch_token(TOKEN, **right)
check("none of these used it up", token["id_token"])
refuses("a code used twice", lambda: session().fetch_token(TOKEN, **right), OAuthError, says="invalid_grant")
for name, client, value, says in (
    ("a made up refresh token", session(), "nonsense", "invalid_grant"),
    ("the refresh token of another app client", session(other), token["refresh_token"], "invalid_grant"),
    ("renewal with a wrong secret", session(secret=other.secret), token["refresh_token"], "invalid_client"),
):
    refuses(name, lambda: client.refresh_token(TOKEN, value), OAuthError, says=says)

# The way there.
for name, parameters, says in (
    ("a scope that the app client does not have", {"scope": "openid phone"}, "invalid_scope"),
    ("email without openid", {"scope": "email"}, "invalid_scope"),
    ("PKCE in the plain", {"code_challenge_method": "plain"}, "invalid_request"),
    ("the implicit grant", {"response_type": "token"}, "unauthorized_client"),
):
    url = f"{ENDPOINT}/oauth2/authorize"
    fields = {"client_id": web.id, "redirect_uri": CALLBACK, "response_type": "code", "scope": SCOPES, "state": "s"}
    challenge = {"code_challenge": "c" * 43, "code_challenge_method": "S256"}
    back = Browser().session.get(url, params={**fields, **challenge, **parameters}, allow_redirects=False)
    check(f"{name}: {says}", f"error={says}" in back.headers["Location"] and "state=s" in back.headers["Location"])
foreign_uri = {**fields, "redirect_uri": "http://evil.example/"}
stray = Browser().session.get(url, params=foreign_uri, allow_redirects=False)
check("a redirect address of nobody", stray.status_code == 400 and "Location" not in stray.headers)


# User info by scope, and after revocation.
def info(access_token):
    bearer = OAuth2Session(token={"access_token": access_token, "token_type": "Bearer"})
    answer = bearer.get(f"{ENDPOINT}/oauth2/userInfo")
    answer.raise_for_status()
    return answer.json()


narrow = session().fetch_token(TOKEN, **authorize(scope="aws.cognito.signin.user.admin"))
refuses("user info without openid", lambda: info(narrow["access_token"]), HTTPError, says="401")
for scope, shown in (("openid", {"email", "given_name"}), ("openid email", {"email"}), ("openid profile", {"given_name"})):
    told = info(session().fetch_token(TOKEN, **authorize(scope=scope))["access_token"])
    check(f"user info with {scope}", shown == told.keys() & {"email", "given_name"})
REVOKE = f"{ENDPOINT}/oauth2/revoke"
stolen = session(other).revoke_token(REVOKE, token["refresh_token"])
check("nobody revokes what is not theirs", stolen.status_code == 200 and info(token["access_token"]))
check("revocation with a wrong secret", session(secret=other.secret).revoke_token(REVOKE, token["refresh_token"]).status_code == 401)
check("an access token is not to be revoked", session().revoke_token(REVOKE, token["access_token"]).json()["error"] == "unsupported_token_type")
check("revoked", session().revoke_token(REVOKE, token["refresh_token"]).status_code == 200)
refuses("user info after it", lambda: info(token["access_token"]), HTTPError, says="401")
refuses("renewal after it", lambda: session().refresh_token(TOKEN, token["refresh_token"]), OAuthError, says="invalid_grant")


# Client credentials.
def credentials(client, scope, secret=None):
    return OAuth2Session(client.id, secret or client.secret, scope=scope).fetch_token(TOKEN, grant_type="client_credentials")


check("client credentials", "refresh_token" not in credentials(machine, "shop/read"))
for name, arguments, says in (
    ("a scope that it may not have", (machine, "shop/write"), "invalid_grant"),
    ("a scope of nobody", (machine, "shop/burn"), "invalid_scope"),
    ("a wrong secret for credentials", (machine, "shop/read", web.secret), "invalid_client"),
    ("an app client for people", (web, "shop/read"), "unauthorized_client"),
):
    refuses(name, lambda: credentials(*arguments), OAuthError, says=says)

finish()
