"""The client of the Model Context Protocol, which finds out by itself where to get a token.

Reads one JSON document from standard input: the URL of the server, the issuer that its tokens come from, an app client
of people with its callback, a user, and an app client of a machine. Writes what a tool of the server says to each, and
which of the documents it has read.
"""

import asyncio
import json
import re
import sys
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
from mcp.client import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata

given = json.load(sys.stdin)


class Memory:
    """What a client keeps: the app client, which was made beforehand, since Cognito registers none."""

    def __init__(self, client=None):
        self.client, self.tokens = client, None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        raise AssertionError("nothing can be registered")


class Person:
    """Somebody at a browser, who fills in the login page."""

    async def visit(self, url):
        async with httpx2.AsyncClient() as browser:
            start = await browser.get(url)
            login = urljoin(url, start.headers["location"])
            page = await browser.get(login)
            started = re.search(r'name="started" value="(\d+)"', page.text)[1]
            username, password = given["user"]
            form = {"username": username, "password": password, "started": started}
            back = await browser.post(login, data=form)
        self.back = parse_qs(urlsplit(back.headers["location"]).query)

    async def come_back(self):
        code, state = self.back["code"][0], self.back["state"][0]
        return AuthorizationCodeResult(code=code, state=state, iss=self.back.get("iss", [None])[0])


def of_a_person():
    person = Person()
    about = {"redirect_uris": [given["callback"]], "token_endpoint_auth_method": "none"}
    known = OAuthClientInformationFull(client_id=given["people"], **about)
    return OAuthClientProvider(
        server_url=given["server"],
        client_metadata=OAuthClientMetadata(**about),
        storage=Memory(known),
        redirect_handler=person.visit,
        callback_handler=person.come_back,
    )


def of_a_machine():
    return ClientCredentialsOAuthProvider(
        server_url=given["server"],
        storage=Memory(),
        client_id=given["machine"],
        client_secret=given["secret"],
        issuer=given["issuer"],
    )


async def call(auth):
    read = []

    async def note(answer):
        if "/.well-known/" in answer.url.path and answer.status_code == 200:
            read.append(answer.url.path)

    async with httpx2.AsyncClient(auth=auth, event_hooks={"response": [note]}) as http:
        async with Client(streamable_http_client(given["server"], http_client=http)) as client:
            said = await client.call_tool("whoami", {})
    return {"said": said.content[0].text, "read": read}


async def main():
    print(json.dumps([await call(auth) for auth in (of_a_person(), of_a_machine())]))


asyncio.run(main())
