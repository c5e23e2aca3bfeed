"""mod_auth_openidc, which is certified, in an Apache of its own: a protected page, a login for it, and wrong ways in.

EMULATOR_ENDPOINT says where the emulator is.
"""

import contextlib
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from domain import Browser, Domain, aws, check, finish, query

MODULES = Path("/usr/lib/apache2/modules")
NEEDED = ["mpm_event", "authn_core", "authz_core", "authz_user", "dir", "include", "auth_openidc"]


def free_port():
    """A port that is free, below those that the emulators of other tests are given meanwhile."""
    while True:
        port = random.randrange(20_000, 30_000)
        with contextlib.suppress(OSError), socket.socket() as listener:
            listener.bind(("127.0.0.1", port))
            return port


class Site:
    """One of the virtual hosts."""

    def __init__(self, domain, client, **settings):
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.page = f"{self.address}/protected/"
        self.callback = f"{self.address}/protected/callback"
        self.client = client
        self.settings = {
            "OIDCProviderMetadataURL": f"{domain.issuer}/.well-known/openid-configuration",
            "OIDCClientID": client.id,
            "OIDCClientSecret": client.secret,
            "OIDCRedirectURI": self.callback,
            "OIDCCryptoPassphrase": "only-for-a-test",
            "OIDCScope": '"openid email profile"',
            "OIDCPKCEMethod": "S256",
            "OIDCRemoteUserClaim": "email",
            "OIDCInfoHook": "userinfo id_token access_token refresh_token",
            **settings,
        }

    def lines(self):
        settings = "\n".join(f"{name} {value}" for name, value in self.settings.items() if value)
        return f"""
Listen 127.0.0.1:{self.port}
<VirtualHost 127.0.0.1:{self.port}>
ServerName localhost:{self.port}
{settings}
</VirtualHost>"""


domain = Domain("http://localhost:3000/")
web, other = domain.client(), domain.client()
site = Site(domain, web)
SITES = [
    site,
    posting := Site(domain, web, OIDCProviderTokenEndpointAuth="client_secret_post"),
    plain := Site(domain, web, OIDCPKCEMethod=None),
    wrong_secret := Site(domain, web, OIDCClientSecret=other.secret),
    wrong_scope := Site(domain, web, OIDCScope='"openid phone"'),
    wrong_issuer := Site(domain, web, OIDCProviderIssuer="http://localhost/another"),
    unregistered := Site(domain, web),
]
aws.update_user_pool_client(
    UserPoolId=domain.pool_id,
    ClientId=web.id,
    CallbackURLs=[it.callback for it in SITES if it is not unregistered],
    LogoutURLs=[f"{site.address}/"],
    AllowedOAuthFlows=["code"],
    AllowedOAuthScopes=["openid", "email", "profile"],
    AllowedOAuthFlowsUserPoolClient=True,
    SupportedIdentityProviders=["COGNITO"],
)


def begin(site, browser):
    """Asks for the protected page, and returns the address at the domain."""
    return browser.visit(site.page).headers["Location"]


def come_back(browser, back, site=site):
    """Follows the address that the domain has sent the browser to, and says who is logged in after it."""
    answer = browser.visit(back)
    page = browser.visit(site.page)
    shown = page.text.strip() if page.status_code == 200 else "nobody"
    return answer, shown


def stays_out(name, browser, back, site=site, says=""):
    before = len(log())
    answer, shown = come_back(browser, back, site)
    good = shown == "nobody" and answer.status_code != 302 and says in log()[before:] + answer.text
    check(f"{name}: {answer.status_code}, {shown}", good, "refused")


def log():
    return (folder / "error.log").read_text()


def judge():
    browser = Browser()
    check("the open page", browser.visit(f"{site.address}/").text.strip() == "open")
    url = begin(site, browser)
    asked = query(url)
    check("what is asked for", asked["code_challenge_method"] == "S256" and asked["nonce"] and asked["redirect_uri"] == site.callback)
    back = browser.log_in(url)
    answer, shown = come_back(browser, back)
    check("back to the page", answer.status_code == 302 and answer.headers["Location"] == site.page)
    check("who it is", shown == "alice@example.com")
    told = browser.visit(f"{site.callback}?info=json").json()
    check("the ID token", told["id_token"]["cognito:username"] == "alice" and told["id_token"]["nonce"] == asked["nonce"])
    check("user info", told["userinfo"]["email_verified"] == "true" and told["userinfo"]["given_name"] == "Alice")
    renewal = f"{site.callback}?refresh={site.page}&access_token={told['access_token']}"
    check("renewed", browser.visit(renewal).headers["Location"] == site.page)
    renewed = browser.visit(f"{site.callback}?info=json").json()
    check("another access token", renewed["access_token"] != told["access_token"])
    stays = browser.visit(f"{site.callback}?refresh={site.page}&access_token=another")
    check("renewal with another token", "error_code" in stays.headers["Location"], "refused")
    check("the back button is forgiven", browser.visit(back).headers["Location"] == site.page)
    check("and the user is still there", browser.visit(site.page).text.strip() == "alice@example.com")

    for name, host in (("client_secret_post", posting), ("without PKCE", plain)):
        browser = Browser()
        back = browser.log_in(begin(host, browser), "bob")
        check(name, come_back(browser, back, host)[1] == "bob@example.com")
    thief = Browser()
    state = query(begin(plain, thief))["state"]
    used = f"{plain.callback}?code={query(back)['code']}&state={state}"
    stays_out("a code used twice", thief, used, plain, "invalid_grant")

    # Callbacks.
    browser = Browser()
    back = browser.log_in(begin(site, browser))
    state, code = query(back)["state"], query(back)["code"]
    stays_out("a forged state", browser, f"{site.callback}?code={code}&state=x{state}")
    stays_out("no state", browser, f"{site.callback}?code={code}")
    stays_out("the callback of another browser", Browser(), back)
    stays_out("a made up code", browser, f"{site.callback}?code=nonsense&state={state}", says="invalid_grant")

    # A code of somebody else in the place of one's own: PKCE notices, and without it the nonce.
    for host, says in ((site, "invalid_grant"), (plain, "nonce")):
        thief, victim = Browser(), Browser()
        stolen = query(victim.log_in(begin(host, victim)))["code"]
        state = query(begin(host, thief))["state"]
        stays_out(f"a stolen code: {says}", thief, f"{host.callback}?code={stolen}&state={state}", host, says)

    # Settings.
    for name, host, says in (
        ("a wrong secret", wrong_secret, "invalid_client"),
        ("another issuer", wrong_issuer, "issuer"),
        ("a scope that the app client does not have", wrong_scope, "invalid_scope"),
    ):
        browser = Browser()
        stays_out(name, browser, browser.log_in(begin(host, browser)), host, says)
    browser = Browser()
    stray = browser.visit(begin(unregistered, browser))
    check("another redirect address", stray.status_code == 400 and "Location" not in stray.headers, "refused")

    # The end: ours is over, and the domain's wants parameters of its own, as at AWS.
    browser = Browser()
    come_back(browser, browser.log_in(begin(site, browser)))
    tokens = browser.visit(f"{site.callback}?info=json").json()
    leave = browser.visit(f"{site.callback}?logout={site.address}/")
    check("logged out", browser.visit(site.page).status_code == 302)
    at_domain = browser.visit(leave.headers["Location"])
    check("the domain wants a client_id", at_domain.status_code == 400 and "client_id" in at_domain.text)
    try:
        aws.get_tokens_from_refresh_token(RefreshToken=tokens["refresh_token"], ClientId=web.id, ClientSecret=web.secret)
        check("the refresh token was revoked", False)
    except aws.exceptions.NotAuthorizedException:
        check("the refresh token was revoked", True)


folder = Path(tempfile.mkdtemp())
folder.chmod(0o755)  # Apache gives root up
(folder / "pages/protected").mkdir(parents=True)
(folder / "pages/index.html").write_text("open\n")
(folder / "pages/protected/index.html").write_text('<!--#echo var="REMOTE_USER"-->\n')
modules = "\n".join(f"LoadModule {it}_module {MODULES}/mod_{it}.so" for it in NEEDED)
user = "User www-data\nGroup www-data" if os.getuid() == 0 else ""
hosts = "\n".join(it.lines() for it in SITES)
(folder / "apache.conf").write_text(f"""
ServerRoot {folder}
ServerName localhost
PidFile {folder}/pid
ErrorLog {folder}/error.log
LogLevel warn auth_openidc:info
DefaultRuntimeDir {folder}
{modules}
{user}
DocumentRoot {folder}/pages
DirectoryIndex index.html
<Location /protected>
AuthType openid-connect
Require valid-user
Options +Includes
SetOutputFilter INCLUDES
ForceType text/html
</Location>
{hosts}
""")
server = subprocess.Popen([shutil.which("apache2", path="/usr/sbin:/usr/bin"), "-f", folder / "apache.conf", "-DFOREGROUND"])
try:
    while server.poll() is None:
        with contextlib.suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", site.port)).close()
            break
        time.sleep(0.1)
    judge()
except Exception:
    print(log())
    raise
finally:
    server.terminate()
    server.wait()
    shutil.rmtree(folder)
finish()
