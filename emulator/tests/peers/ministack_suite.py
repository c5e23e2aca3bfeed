"""Runs ministack's tests of Cognito on the emulator, and prints how far they pass.

    python ministack_suite.py path/to/cognito-emulator [tests by pytest's -k]

It needs `pip install ministack boto3 pytest`. The tests come from ministack's source package, of the version
that is installed. Each gets an emulator of its own; what they ask of other services, ministack answers.
"""

import importlib.metadata
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request

OTHERS = 9430

# Its package has the tests, and not what they share.
SHARED = f'''
import os, subprocess
import boto3, pytest

ENDPOINT = os.environ["MINISTACK_ENDPOINT"]
client = boto3.client

def routed(service_name, *args, **kwargs):
    port = 9429 if service_name == "cognito-idp" else {OTHERS}
    kwargs["endpoint_url"] = f"http://127.0.0.1:{{port}}"
    return client(service_name, *args, **kwargs)

boto3.client = routed

def make_client(service_name):
    return boto3.client(service_name)

def shared(name, service_name):
    @pytest.fixture(name=name)
    def fixture():
        return make_client(service_name)
    return fixture

cognito_idp = shared("cognito_idp", "cognito-idp")
cognito_identity = shared("cognito_identity", "cognito-identity")
iam = shared("iam", "iam")
lam = shared("lam", "lambda")

@pytest.fixture(autouse=True)
def emulator():
    command = [os.environ["EMULATOR"], "--port", "9429"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.readline()
    yield
    process.kill()
    process.wait()
'''


def fetch(folder):
    """Puts the tests of the installed version into a folder."""
    version = importlib.metadata.version("ministack")
    wanted = ["--no-deps", "--no-binary", "ministack", f"ministack=={version}"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", folder, *wanted]
    subprocess.run(command, check=True)
    with tarfile.open(next(folder.glob("ministack-*.tar.gz"))) as package:
        for member in package.getmembers():
            member.name = member.name.split("/", 1)[-1]
            if member.name == "tests/test_cognito.py":
                package.extract(member, folder, filter="data")
    (folder / "tests" / "conftest.py").write_text(SHARED)


def wait_for_others():
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{OTHERS}/_ministack/health", timeout=5)
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("ministack does not answer")


def main(binary, chosen=None):
    environment = {
        **os.environ,
        "EMULATOR": str(pathlib.Path(binary).resolve()),
        "GATEWAY_PORT": str(OTHERS),
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "of-the-tests",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    choice = ["-k", chosen] if chosen else []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        fetch(folder)
        server = pathlib.Path(sys.executable).with_name("ministack")
        others = subprocess.Popen([server], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_others()
            environment["MINISTACK_ENDPOINT"] = "http://127.0.0.1:9429"
            plugins = ["-p", "no:cacheprovider", "-p", "no:warnings"]
            command = [sys.executable, "-m", "pytest", "-q", "--tb=line", *plugins, *choice, "tests"]
            subprocess.run(command, cwd=folder, env=environment)
        finally:
            others.terminate()


main(*sys.argv[1:])
