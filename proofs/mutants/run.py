#!/usr/bin/env python3
"""Mutation testing: docs/src/internals/mutants.md.

    proofs/mutants/run.py              everything, or the rest of what was begun
    proofs/mutants/run.py src/token    mutants of these files and folders alone
    proofs/mutants/run.py --report     the figures of what was run, and the survivors

With MUTANT_SECONDS the tests of a mutant take so long at most; a later run with more tries the survivors again.

Everything that it makes is in target/mutants. Without that folder it begins anew.
"""

import json
import os
import re
import selectors
import shutil
import subprocess
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "proofs" / "mutants"
PAGE = ROOT / "docs" / "src" / "internals" / "mutants.md"
REST = (
    "src/token", "src/seal.rs", "src/users", "src/backend", "src/web", "src/cognito",
    "emulator/src/login", "emulator/src/token", "emulator/src/srp", "emulator/src/hosted/token.rs",
)  # fmt: skip
# Tests themselves, what fuzz targets call, and what is built for valgrind alone.
NO_MUTANTS = re.compile(r"srp/src/proof|fuzzing|round_trips|signer|/contract|/tests/|tests\.rs")
TESTS = (
    "attacks client emulator flows load_balancer moving_users schedules secrecy sessions stores streams tenants"
).split()
# Copies of the sources: the folder, the modules whose mutants are in it, and what builds the tests that try them.
# SRP has one of its own: with mutants in its arithmetic, each login in the others' tests would take a second.
COPIES = (
    ("srp", ("srp/src",), ("--package=axum-cognito-srp", "--lib")),
    ("rest", REST, ("--workspace", "--lib", *(f"--test={name}" for name in TESTS))),
)
WORK = TREE = Path()
MODULES = BUILT = ()
# A mutant that so many tests and seconds did not catch is a survivor.
MOST_TESTS, MOST_SECONDS = 150, int(os.environ.get("MUTANT_SECONDS", 60))
PROCESSES = 2


def cargo(*arguments):
    """Runs cargo and returns its messages."""
    done = subprocess.run(
        ["cargo", *arguments, "--message-format=json"],
        cwd=TREE,
        env=os.environ | {"CARGO_TARGET_DIR": str(ROOT / "target")},
        stdout=subprocess.PIPE,
        text=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


# -- The copy with all mutants


def write_tree(dropped):
    """Copies the sources and puts the mutants into them. What did not change keeps its time."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    wanted = [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    files = [name for name in wanted if name.as_posix().startswith(MODULES) and name.suffix == ".rs"]
    files = sorted((name for name in files if not NO_MUTANTS.search(name.as_posix())), key=module_order)
    fresh = WORK / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    for name in wanted:
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, fresh / name)
    (fresh / "mutants" / "src").mkdir(parents=True)
    shutil.copy2(HERE / "switch.rs", fresh / "mutants" / "src" / "lib.rs")
    (fresh / "mutants" / "Cargo.toml").write_text('[package]\nname = "mutants"\nversion = "0.0.0"\nedition = "2024"\n')
    for package, path in (("", "mutants"), ("emulator", "../mutants"), ("srp", "../mutants")):
        manifest = fresh / package / "Cargo.toml"
        text = manifest.read_text().replace("\n[dependencies]\n", f'\n[dependencies]\nmutants = {{ path = "{path}" }}\n', 1)
        text = text.replace('members = [".",', 'members = [".", "mutants",')
        manifest.write_text(text.replace("[profile.dev.package.sha2]", "[profile.dev.package.mutants]\nopt-level = 3\n\n[profile.dev.package.sha2]"))
    (WORK / "dropped").write_text("".join(f"{name}\n" for name in sorted(dropped)))
    program = ROOT / "target" / "proofs" / "release" / "mutants"
    made = subprocess.run(
        [program, WORK / "dropped", *files], cwd=fresh, stdout=subprocess.PIPE, text=True, check=True
    )
    (WORK / "mutants.tsv").write_text(made.stdout)
    for name in fresh.rglob("*"):
        there = TREE / name.relative_to(fresh)
        if name.is_file() and not (there.exists() and there.read_bytes() == name.read_bytes()):
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(name, there)


def module_order(name):
    return next(at for at, module in enumerate(MODULES) if name.as_posix().startswith(module)), name


def mutants():
    """The name of each number."""
    lines = (WORK / "mutants.tsv").read_text().splitlines()
    return {int(number): name for number, name in (line.split("\t", 1) for line in lines)}


def build():
    """Leaves out what does not compile, until everything does."""
    subprocess.run(
        ["cargo", "build", "--release", "--manifest-path", HERE / "Cargo.toml", "--target-dir", ROOT / "target/proofs"],
        check=True,
    )
    dropped = set((WORK / "dropped").read_text().splitlines()) if (WORK / "dropped").exists() else set()
    while True:
        write_tree(dropped)
        messages = cargo("test", "--no-run", *BUILT)
        wrong = blamed(messages)
        if messages[-1:] == [{"reason": "build-finished", "success": True}]:
            break
        if not wrong:
            raise SystemExit("it does not compile")
        dropped |= wrong
        print(f"{len(dropped)} mutants do not compile", flush=True)
    programs = {}
    for message in messages:
        if message.get("executable") and message["profile"]["test"]:
            package = Path(message["manifest_path"]).parent
            programs[message["executable"]] = str(package)
    (WORK / "programs.json").write_text(json.dumps(programs))


def blamed(messages):
    """The names of the mutants in whose text the compiler found an error."""
    names, found = mutants(), set()
    for message in messages:
        error = message.get("message", {})
        if message["reason"] != "compiler-message" or error["level"] != "error" or not error["spans"]:
            continue
        numbers = set(filter(None, map(mutant_at, places(error))))
        if not numbers:
            raise SystemExit(error["rendered"])
        found |= {names[number] for number in numbers}
    return found


def places(error):
    """Where an error is: its own place, or else what it mentions."""
    spans = error["spans"] + [span for child in error["children"] for span in child["spans"]]
    own = [span for span in spans if span["is_primary"]]
    return own if any(map(mutant_at, own)) else spans


def mutant_at(span):
    path = TREE / span["file_name"]
    before = path.read_bytes()[: span["byte_start"] + 1].decode() if path.exists() else ""
    marks = re.findall(r"/\*(?:m:(\d+)|end)\*/", before)
    return int(marks[-1]) if marks and marks[-1] else None


# -- Tests


def run_tests(program, tests, limit, **variables):
    """Runs tests one after another, and returns the first that fails, or None."""
    package = json.loads((WORK / "programs.json").read_text())[program]
    quiet = {name: value for name, value in os.environ.items() if not name.startswith(("PEERS_", "AXE_"))}
    process = subprocess.Popen(
        [program, "--exact", "--test-threads=1", *tests],
        cwd=package,
        env=quiet
        | {"CARGO_MANIFEST_DIR": package, "INSTA_UPDATE": "no", "INSTA_WORKSPACE_ROOT": str(TREE)}
        | {"RUST_BACKTRACE": "0", "SCHEDULES": "200", "PROPTEST_CASES": "16"}
        | {"SESSION_TRIES": "4", "GARBAGE_TRIES": "10"}
        | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    end, text = time.monotonic() + limit, ""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        try:
            while selector.select(max(0, end - time.monotonic())):
                piece = os.read(process.stdout.fileno(), 65536).decode(errors="replace")
                text += piece
                failed = re.search(r"^test (\S+) .*FAILED$", text, re.M)
                if failed:
                    return failed[1]
                if not piece and process.wait() == 0:
                    return None
                if not piece:
                    break
            # It hangs, or has come down.
            return (re.findall(r"^test (\S+) \.\.\.", text, re.M) or tests)[-1]
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def limit_of(rows):
    """For a machine that is busier than it was."""
    return 15 + 8 * sum(row["seconds"] for row in rows)


def record():
    """Finds out which test reaches which mutants, and how long it takes."""
    file = WORK / "reached.jsonl"
    known = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    known = {(row["program"], row["test"]) for row in known}
    tests = []
    for program, package in json.loads((WORK / "programs.json").read_text()).items():
        listed = subprocess.run([program, "--list", "--format=terse"], cwd=package, capture_output=True, text=True)
        names = [line.removesuffix(": test") for line in listed.stdout.splitlines() if line.endswith(": test")]
        tests += [(program, name) for name in names if (program, name) not in known]

    def try_out(row):
        program, test = row
        reached = WORK / f"reached-{abs(hash(row))}"
        begin = time.monotonic()
        failed = run_tests(program, [test], 60, MUTANTS_REACHED=str(reached))
        took = time.monotonic() - begin
        numbers = sorted(map(int, reached.read_text().split())) if reached.exists() else []
        reached.unlink(missing_ok=True)
        return {"program": program, "test": test, "seconds": took, "failed": failed, "reached": numbers}

    with open(file, "a") as out, ThreadPoolExecutor(PROCESSES) as pool:
        for row in pool.map(try_out, tests):
            print(json.dumps(row), file=out, flush=True)
            if row["failed"]:
                print(f"left out, since it fails as it is: {row['test']}", flush=True)


def words(name):
    """The words of a path, without their plurals: those of MappedColumns::knows are mapped, column and know."""
    return {word.lower().rstrip("s") for word in re.findall(r"[A-Z]?[a-z]{2,}", name)}


def batches(rows, mutant, catchers):
    """Tests that say most in the least time come first, and before them those that have caught others of the function or file,
    or are named like it: a few, then more, then the rest."""
    path, function = mutant.split("\t")[:2]
    # Of src/token/tokens.rs, `token`.
    module = path.split("src/")[1].split("/")[0].split(".")[0]
    wanted = words(Path(path).stem + " " + function)

    def rank(row):
        in_common = len(wanted & words(row["test"])) + 2 * row["test"].startswith(f"{module}::")
        in_common += 3 * (row["test"] in catchers[path, function]) + (row["test"] in catchers[path])
        return row["seconds"] * len(row["reached"]) / (1 + in_common) ** 3

    rows = sorted(rows, key=rank)[:MOST_TESTS]
    begin, seconds = 0, 0
    for size in (4, 12, 40, MOST_TESTS):
        groups = defaultdict(list)
        for row in rows[begin : begin + size]:
            seconds += row["seconds"]
            if seconds < MOST_SECONDS or begin == 0:
                groups[row["program"]].append(row)
        yield from groups.values()
        begin += size


def try_mutants(prefixes):
    names = mutants()
    tried_less = re.compile("|".join(f"survived: {seconds} s\\t" for seconds in range(MOST_SECONDS)))
    done = {line.split("\t", 1)[1] for line in results() if not tried_less.match(line)}
    catchers = defaultdict(set)

    def caught(test, name):
        path, function = name.split("\t")[:2]
        for key in (path, (path, function)):
            catchers[key].add(test.removesuffix(" and others"))

    for line in results():
        if line.startswith("caught: "):
            caught(*line.removeprefix("caught: ").split("\t", 1))
    reaching = defaultdict(list)
    for row in map(json.loads, (WORK / "reached.jsonl").read_text().splitlines()):
        for number in row["reached"] if not row["failed"] else ():
            reaching[number].append(row)

    def judge(number):
        for batch in batches(reaching[number], names[number], catchers):
            program, tests, on = batch[0]["program"], [row["test"] for row in batch], {"MUTANT": str(number)}
            failed = run_tests(program, tests, limit_of(batch), **on)
            # Once more, alone: it may have been chance, or another test.
            if failed and (row := next(row for row in batch if row["test"] == failed)):
                if run_tests(program, [failed], limit_of([row]), **on):
                    return number, "caught", failed
                if run_tests(program, tests, limit_of(batch), **on):
                    return number, "caught", f"{failed} and others"
        return number, *(("survived", f"{MOST_SECONDS} s") if reaching[number] else ("not reached", "none"))

    wanted = [number for number, name in names.items() if name not in done and name.startswith(prefixes)]
    with open(WORK / "results.tsv", "a") as file, ThreadPoolExecutor(PROCESSES) as pool:
        for number, outcome, test in pool.map(judge, wanted):
            print(f"{outcome}: {test}\t{names[number]}", file=file, flush=True)
            if outcome == "caught":
                caught(test, names[number])


def results():
    file = WORK / "results.tsv"
    return file.read_text().splitlines() if file.exists() else []


# -- What comes of it


def equivalent():
    """The mutants that the page says nobody can catch."""
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| ((?:[^|\\]|\\\|)+) \| [^|]+ \|$", PAGE.read_text(), re.M)
    return {"\t".join(row).replace("`", "").replace("\\|", "|") for row in rows}


def report():
    """Prints the survivors of this copy, and returns its counts by module."""
    known, outcomes = equivalent(), {}
    for line in results():
        outcome, name = line.split("\t", 1)
        outcomes[name] = outcome.split(":")[0]
    counts, left = defaultdict(Counter), []
    dropped = (WORK / "dropped").read_text().splitlines()
    for name in [*mutants().values(), *dropped]:
        kind = "dropped" if name in dropped else outcomes.get(name, "not tried")
        if kind != "caught" and name in known:
            kind = "equivalent"
        if kind in ("survived", "not reached"):
            left.append(f"{kind}\t{name}")
        counts[next(module for module in MODULES if name.startswith(module))][kind] += 1
    print(*left, sep="\n", end="\n" if left else "")
    return {module: counts[module] for module in MODULES if counts[module]}


def main():
    global WORK, TREE, MODULES, BUILT
    arguments, counts = sys.argv[1:], {}
    for name, modules, built in COPIES:
        WORK, MODULES, BUILT = ROOT / "target" / "mutants" / name, modules, built
        TREE = WORK / "tree"
        wanted = not arguments or any(path.startswith(modules) or modules[0].startswith(path) for path in arguments)
        if wanted and arguments != ["--report"]:
            WORK.mkdir(parents=True, exist_ok=True)
            if not (WORK / "programs.json").exists():
                build()
            record()
            try_mutants(tuple(arguments) or ("",))
        if (WORK / "mutants.tsv").exists():
            counts |= report()
    print("| module | mutants | do not compile | equivalent | caught | survived | not reached | not tried |")
    print("|---|---|---|---|---|---|---|---|")
    for row, count in [*counts.items(), ("all", sum(counts.values(), Counter()))]:
        kinds = ("dropped", "equivalent", "caught", "survived", "not reached", "not tried")
        print(f"| `{row}` | {sum(count.values())} | {' | '.join(str(count[kind]) for kind in kinds)} |")


if __name__ == "__main__":
    main()
