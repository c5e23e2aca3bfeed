#!/usr/bin/env python3
"""Lists the public API of the library, as rustdoc shows it.

    python3 .ci/public_api.py DOC            prints the list
    python3 .ci/public_api.py DOC FILE       compares it with the one in FILE
    python3 .ci/public_api.py DOC FILE --write

DOC is the folder of a crate that `cargo doc --no-deps --all-features` has made. A change of the API updates FILE on
purpose, in the same commit.
"""

import difflib
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

KINDS = ("struct", "enum", "trait", "fn", "type", "constant", "macro", "union", "static")
# Impls that the compiler adds say nothing of what we wrote.
LEFT_OUT = ("synthetic-implementations-list", "blanket-implementations-list", "trait-implementations-list")
MEMBER = re.compile(r"(method|tymethod|structfield|variant|associatedtype|associatedconstant)\.")


class Page(HTMLParser):
    """Takes the declaration of an item, and of each of its members."""

    VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}

    def __init__(self):
        super().__init__()
        self.stack = []
        self.members = []
        self.declaration = ""
        self.text = None
        self.until = 0

    def handle_starttag(self, tag, attributes):
        if tag in self.VOID:
            return
        attributes = dict(attributes)
        identifier = attributes.get("id") or ""
        kinds = (attributes.get("class") or "").split()
        self.stack.append(identifier)
        if self.text is not None or any(it in self.stack for it in LEFT_OUT):
            return
        if "item-decl" in kinds:
            self.start("item")
        elif "code-header" in kinds and any(MEMBER.match(it) for it in self.stack):
            self.start("member")
        elif MEMBER.match(identifier) and tag == "span":
            self.start("member")

    def start(self, kind):
        self.text, self.kind, self.until = "", kind, len(self.stack)

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if self.text is not None and len(self.stack) == self.until:
            text = " ".join(self.text.replace("\u00a7", "").split())
            if self.kind == "item":
                self.declaration = text
            elif text:
                self.members.append(text)
            self.text = None
        if self.stack:
            self.stack.pop()

    def handle_data(self, data):
        if self.text is not None:
            self.text += data


def listed(doc):
    lines = []
    for path in doc.rglob("*.html"):
        kind, _, name = path.stem.partition(".")
        if kind not in KINDS:
            continue
        page = Page()
        page.feed(path.read_text())
        module = "::".join((doc.name, *path.relative_to(doc).parent.parts))
        item = f"{module}::{name}"
        declaration = page.declaration
        if kind in ("struct", "enum", "trait", "union"):
            # The members follow one by one.
            declaration = re.split(r"\s*(?:\{|where )", declaration)[0]
        if not declaration:
            continue  # a page that leads to another
        lines.append(f"{item}: {declaration}")
        lines += [f"{item}: {member}" for member in page.members]
    return [rustdoc()] + sorted(set(lines))


def rustdoc():
    version = subprocess.run(["rustdoc", "--version"], capture_output=True, text=True, check=True).stdout
    return "# " + ".".join(version.split(".")[:2])


def main():
    doc = Path(sys.argv[1]).resolve()
    now = listed(doc)
    if len(now) < 100:
        sys.exit(f"{doc} has no documentation of the library")
    if len(sys.argv) == 2:
        print("\n".join(now))
        return
    file = Path(sys.argv[2])
    if "--write" in sys.argv:
        file.write_text("\n".join(now) + "\n")
        return
    before = file.read_text().splitlines()
    if before[0] != now[0]:
        # Another one may write the same API in another way.
        print(f"not compared: the list was made by {before[0][2:]}, and this is {now[0][2:]}")
        return
    changes = list(difflib.unified_diff(before, now, "before", "now", lineterm="", n=0))
    if changes:
        print("\n".join(changes))
        sys.exit(f"the public API has changed: if that is meant, write {file} anew with `--write`")


if __name__ == "__main__":
    main()
