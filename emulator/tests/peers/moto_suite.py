"""Runs the suite of moto's Cognito on the emulator, and prints how far it passes.

    python moto_suite.py path/to/cognito-emulator [tests by pytest's -k]

It needs `pip install "moto[cognitoidp,server]" pycognito pytest`. The tests come from moto's source package, of the
version that is installed. Each gets an emulator of its own; what they ask of other services, moto answers. First come
those that moto holds against AWS itself, as they are run there, and then all.
"""

import importlib.metadata
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

PLUGIN = '''
import os, subprocess
import boto3.session, pytest

client = boto3.session.Session.client

def routed(self, service_name, *args, **kwargs):
    port = 9429 if service_name == "cognito-idp" else 9430
    kwargs["endpoint_url"] = f"http://127.0.0.1:{port}"
    return client(self, service_name, *args, **kwargs)

boto3.session.Session.client = routed

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
    version = importlib.metadata.version("moto")
    wanted = ["--no-deps", "--no-binary", "moto", f"moto=={version}"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", folder, *wanted]
    subprocess.run(command, check=True)
    with tarfile.open(next(folder.glob("moto-*.tar.gz"))) as package:
        for member in package.getmembers():
            name = member.name.split("/", 1)[-1]
            if name.startswith("tests/test_cognitoidp/") or name in ("tests/__init__.py", "tests/markers.py"):
                member.name = name
                package.extract(member, folder, filter="data")
    (folder / "on_the_emulator.py").write_text(PLUGIN)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = aws_verified\n")


def run(folder, settings, *options):
    environment = {
        **os.environ,
        **settings,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "of-the-tests",
        "AWS_DEFAULT_REGION": "us-east-1",
        "MOTO_CALL_RESET_API": "false",
        "PYTHONPATH": str(folder),
    }
    # Its own server, and nothing of the emulator's.
    left_out = "--ignore=tests/test_cognitoidp/test_server.py"
    plugins = ["-p", "on_the_emulator", "-p", "no:cacheprovider", "-p", "no:warnings"]
    command = [sys.executable, "-m", "pytest", "-q", "--tb=line", *plugins, left_out, *options, "tests"]
    return subprocess.run(command, cwd=folder, env=environment).returncode


def main(binary, chosen=None):
    os.environ["EMULATOR"] = str(pathlib.Path(binary).resolve())
    choice = ["-k", chosen] if chosen else []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        fetch(folder)
        server = pathlib.Path(sys.executable).with_name("moto_server")
        others = subprocess.Popen([server, "-p", "9430"], stderr=subprocess.DEVNULL)
        try:
            verified = run(folder, {"MOTO_TEST_ALLOW_AWS_REQUEST": "true"}, "-m", "aws_verified", *choice)
            run(folder, {"TEST_SERVER_MODE": "true"}, *choice)
        finally:
            others.kill()
        sys.exit(verified)


main(*sys.argv[1:])
