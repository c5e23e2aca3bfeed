#!/usr/bin/env python3
"""Checks the guide and the other texts of the repository.

    python3 docs/check.py           the sources
    python3 docs/check.py BOOK      and the book that mdbook has built there

- Links within the repository lead to a file that is there, and to a heading in it.
- Pages of the guide link to pages of the guide alone, and each of them is in SUMMARY.md.
- Tests that are cited as `path.rs::name` are there, and so are paths in backticks.
- Every Rust block is compiled as a doctest, or says why not: `<!-- not compiled: reason -->` stands before it.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "src"
LIB = ROOT / "src" / "lib.rs"
LEFT_OUT = {"target", ".git", "node_modules", "template", "CHANGELOG.md"}
# Where the first part of a path in backticks is a folder of the repository.
FOLDERS = ("benches", "demo", "deploy", "docs", "doctor", "emulator", "examples", "fuzz", "migrations", "proofs", "src", "srp", "templates", "tests")

problems = []


def problem(path, line, text):
    problems.append(f"{path.relative_to(ROOT)}:{line}: {text}")


def texts():
    for path in sorted(ROOT.rglob("*.md")):
        if not LEFT_OUT & set(path.relative_to(ROOT).parts):
            yield path


def included(path):
    """The text of a page with what it includes, and where that comes from."""
    text = path.read_text()
    found = re.match(r"\{\{#include (\S+\.md)\}\}\s*$", text)
    return (path.parent / found[1]).resolve() if found else path


def lines_outside_of_code(path):
    fence = None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r"\s*(`{3,}|~{3,})", line)
        if found and (fence is None or found[1].startswith(fence)):
            fence = None if fence else found[1]
        elif fence is None:
            yield number, line


def slug(heading):
    """The id of a heading, as GitHub and mdbook make it."""
    heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    heading = re.sub(r"[`*]", "", heading).strip().lower()
    return re.sub(r"\s", "-", re.sub(r"[^\w\- ]", "", heading))


def anchors(path):
    seen = {}
    found = set()
    for _, line in lines_outside_of_code(included(path)):
        heading = re.match(r"#{1,6}\s+(.*)", line)
        if heading:
            name = slug(heading[1])
            count = seen.get(name, 0)
            seen[name] = count + 1
            found.add(f"{name}-{count}" if count else name)
    return found


def check_links(path):
    for number, line in lines_outside_of_code(path):
        plain = re.sub(r"`[^`]*`", "", line)
        for target in re.findall(r"\]\(([^)\s]+)\)", plain):
            url = urlsplit(target)
            if url.scheme or target.startswith("//"):
                continue
            there = (path.parent / unquote(url.path)).resolve() if url.path else path
            if not there.exists():
                problem(path, number, f"there is no {target}")
            elif GUIDE in path.parents and GUIDE not in there.parents:
                problem(path, number, f"{target} is not in the book")
            elif url.fragment and there.suffix == ".md" and url.fragment not in anchors(there):
                problem(path, number, f"there is no heading #{url.fragment} in {there.name}")


def check_names(path):
    """Paths and tests in backticks. After `Tests:`, a bare name is a test of the file before it, or of
    those that `Tests in` names at the beginning of its section."""
    file, of_section, lists_tests = None, [], False
    for number, line in lines_outside_of_code(path):
        if not re.match(r"  \S", line):
            file, lists_tests = None, False
        if line.startswith(("#", "Tests in ")):
            of_section = [ROOT / name for name in re.findall(r"`([\w./-]+\.rs)`", line) if (ROOT / name).exists()]
        lists_tests = lists_tests or "Tests: " in line
        for code in re.findall(r"`([^`]+)`", line):
            name, _, function = code.partition("::")
            if name.startswith(tuple(f"{folder}/" for folder in FOLDERS)) and re.fullmatch(r"[\w./-]+", name):
                places = [place / name for place in (ROOT, path.parent) if (place / name).exists()]
                file = places[0] if places else None
                if not places and not name.startswith("fuzz/artifacts"):
                    problem(path, number, f"there is no {name}")
            elif lists_tests and re.fullmatch(r"\w+", code):
                function = code
            else:
                continue
            files = [file] if file else of_section
            if not function or (not files and not lists_tests):
                continue
            if not any(re.search(rf"fn {re.escape(function)}\b", it.read_text()) for it in files):
                where = ", ".join(str(it.relative_to(ROOT)) for it in files) or "no file that is named"
                problem(path, number, f"there is no test {function} in {where}")


def check_blocks(path, compiled):
    before = ""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        block = re.match(r"\s*```(rust\S*)", line)
        if block:
            skipped = {"ignore", "text"} & set(re.split(r"[,\s]", block[1]))
            if skipped and not re.match(r"\s*<!-- not compiled: .+ -->", before):
                problem(path, number, "this block is not compiled, and does not say why: <!-- not compiled: ... -->")
            elif not skipped and path not in compiled:
                problem(path, number, "this block is compiled by nobody: name the page in src/lib.rs")
        if line.strip():
            before = line


def compiled_pages():
    """What `#[doc = include_str!(...)]` names, in any of our crates."""
    found = set()
    for source in (LIB, ROOT / "emulator" / "src" / "lib.rs"):
        for name in re.findall(r'#\[doc = include_str!\("([^"]+)"\)\]', source.read_text()):
            page = (source.parent / name).resolve()
            if not page.exists():
                problem(source, 1, f"there is no {name}")
            found.add(page)
    return found


def check_summary():
    listed = set(re.findall(r"\]\(([^)]+)\)", (GUIDE / "SUMMARY.md").read_text()))
    for page in sorted(GUIDE.rglob("*.md")):
        name = page.relative_to(GUIDE).as_posix()
        if name != "SUMMARY.md" and name not in listed:
            problem(page, 1, "is not in SUMMARY.md")


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.ids, self.links = set(), []
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if attributes.get("id"):
            self.ids.add(attributes["id"])
        if tag == "a" and attributes.get("name"):
            self.ids.add(attributes["name"])
        for name in ("href", "src"):
            if attributes.get(name):
                self.links.append(attributes[name])


def check_book(book):
    pages = {path: Page(path) for path in book.rglob("*.html")}
    if not pages:
        problems.append(f"there is no book in {book}")
    for path, page in pages.items():
        if path.name in ("print.html", "404.html", "toc.html"):
            continue  # the same once more, or with other addresses
        for link in page.links:
            url = urlsplit(link)
            if url.scheme or link.startswith("//"):
                continue
            there = (path.parent / unquote(url.path)).resolve() if url.path else path
            name = path.relative_to(book)
            if not there.exists():
                problems.append(f"book/{name}: there is no {link}")
            elif url.fragment and there in pages and unquote(url.fragment) not in pages[there].ids:
                problems.append(f"book/{name}: there is no anchor {link}")
    return len(pages)


def main():
    compiled = compiled_pages()
    count = 0
    for path in texts():
        count += 1
        check_links(path)
        if path.parent.name != "tutorial":  # its files are the reader's
            check_names(path)
        check_blocks(path, compiled)
    check_summary()
    print(f"{count} texts were read")
    if len(sys.argv) > 1:
        print(f"{check_book(Path(sys.argv[1]).resolve())} pages of the book were read")

    for text in problems:
        print(text, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
