"""django-allauth's provider for Cognito, in a site of Django that lives in memory: login, callback, what is wrong with one.

EMULATOR_ENDPOINT says where the emulator is.
"""

from urllib.parse import quote

from domain import ENDPOINT, Browser, Domain, aws, check, finish, query

import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import include, path

CALLBACK = "http://localhost:3000/accounts/amazon-cognito/login/callback/"
domain = Domain(CALLBACK)
OTHER = "http://localhost:3000/other"
web, other = domain.client(CallbackURLs=[CALLBACK, OTHER]), domain.client()
narrow = domain.client(AllowedOAuthScopes=["openid"])


def provider(client, secret=None):
    app = {"client_id": client.id, "secret": secret or client.secret}
    return {"amazon_cognito": {"DOMAIN": ENDPOINT, "APP": app, "OAUTH_PKCE_ENABLED": True}}


def home(request):
    return HttpResponse(request.user.email if request.user.is_authenticated else "nobody")


settings.configure(
    ALLOWED_HOSTS=["localhost"],
    AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "allauth",
        "allauth.account",
        "allauth.socialaccount",
        "allauth.socialaccount.providers.amazon_cognito",
    ],
    LOGIN_REDIRECT_URL="/",
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "allauth.account.middleware.AccountMiddleware",
    ],
    ROOT_URLCONF="__main__",
    SECRET_KEY="none",
    SOCIALACCOUNT_PROVIDERS=provider(web),
    SOCIALACCOUNT_STORE_TOKENS=True,
    TEMPLATES=[
        {
            "APP_DIRS": True,
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ],
)
django.setup()

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client as Visitor
from django.test import override_settings

urlpatterns = [path("accounts/", include("allauth.urls")), path("", home)]
call_command("migrate", verbosity=0)


def visitor():
    return Visitor(HTTP_HOST="localhost:3000")


def begin(site):
    """Presses the button, and returns the address at the domain."""
    return site.post("/accounts/amazon-cognito/login/")["Location"]


def come_back(site, back):
    """Follows the address that the domain has sent the browser to, and says who is logged in after it."""
    site.get(back.removeprefix("http://localhost:3000"))
    return site.get("/").content.decode()


# Right ones: a new user, the same one again, another one in another browser.
site = visitor()
url = begin(site)
asked = query(url)
check("what is asked for", asked["code_challenge_method"] == "S256" and asked["redirect_uri"] == CALLBACK)
browser = Browser()
back = browser.log_in(url)
check("the first login", come_back(site, back) == "alice@example.com")
account = SocialAccount.objects.get()
check("the account", account.uid == account.extra_data["sub"] and account.user.first_name == "Alice")
check("the address is verified", EmailAddress.objects.get().verified is True)
check("the tokens are kept", SocialToken.objects.get(account=account).token_secret)
site.post("/accounts/logout/")
check("logged out", site.get("/").content == b"nobody")
again = browser.visit(begin(site)).headers["Location"]
check("the second login, without a password", come_back(site, again) == "alice@example.com")
bob = visitor()
check("another user", come_back(bob, Browser().log_in(begin(bob), "bob")) == "bob@example.com")
check("two users, two accounts", User.objects.count() == SocialAccount.objects.count() == 2)

# Wrong ones. Nobody is logged in after any of them.


def stays_out(name, change=lambda url: url, change_back=lambda url: url, come_to=None, app=None):
    """Logs in with a change on the way there, on the way back, in the browser that comes back, or at the token endpoint."""
    site = visitor()
    back = Browser().log_in(change(begin(site)))
    with override_settings(SOCIALACCOUNT_PROVIDERS=app or provider(web)):
        check(name, come_back(come_to or site, change_back(back)) == "nobody", "refused")


stays_out("a forged state", change_back=lambda url: url.replace("state=", "state=x"))
stays_out("no state", change_back=lambda url: url.split("&state=")[0])
stays_out("the callback of another browser", come_to=visitor())
stays_out("a made up code", change_back=lambda url: url.replace("code=", "code=0"))
stays_out("another challenge", change=lambda url: url.replace("code_challenge=", "code_challenge=x"))
stays_out("a wrong secret", app=provider(web, other.secret))
stays_out("the code of another app client", app=provider(other))
stays_out(
    "a code for another redirect address",
    change=lambda url: url.replace(quote(CALLBACK, safe=""), quote(OTHER, safe="")),
    change_back=lambda url: url.replace(OTHER, CALLBACK),
)

site = visitor()
back = Browser().log_in(begin(site))
code = query(back)["code"]
check("a code", come_back(site, back) == "alice@example.com")
thief = visitor()
state = query(begin(thief))["state"]
check("a code used twice", come_back(thief, f"{CALLBACK}?code={code}&state={state}") == "nobody", "refused")

with override_settings(SOCIALACCOUNT_PROVIDERS=provider(narrow)):
    site = visitor()
    refused = Browser().visit(begin(site)).headers["Location"]
    check("scopes that the app client does not have", query(refused)["error"] == "invalid_scope", "refused")
    check("and nobody is logged in", come_back(site, refused) == "nobody", "refused")
elsewhere = Browser().visit(begin(visitor()).replace("amazon-cognito", "elsewhere"))
check("another redirect address", elsewhere.status_code == 400 and "Location" not in elsewhere.headers, "refused")
aws.admin_disable_user(UserPoolId=domain.pool_id, Username="bob")
site = visitor()
check("a disabled user", Browser().log_in(begin(site), "bob") is None, "refused")
check("nobody was made by any of these", User.objects.count() == 2)
finish()
