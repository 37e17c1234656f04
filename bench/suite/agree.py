#!/usr/bin/env python3
"""Does dragnet see what git sees? `agree.py BUILD GIT_DIRECTORY...` compares, with each reader,

- the objects that an audit read, ids and types, with `git cat-file --batch-all-objects`;
- what it lists as missing or unreadable with `git fsck --full`.

Prints a row a repository and reader, and the first differences; exit 1 where there is one. fsck
takes about as long as twenty audits: its output may be kept with --keep FOLDER."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ID = r"[0-9a-f]{40}(?:[0-9a-f]{24})?"
# What fsck says of objects that are not there or cannot be read; it says much more of objects that
# are there and not to its taste.
LOST = [re.compile(pattern % ID) for pattern in (
    r"^missing \w+ (%s)",
    r"^ +to +\w+ (%s)",
    r"^error: (%s): object corrupt or missing",
    r"^error: (%s): object could not be parsed",
    r"^error: packed (%s) from .* is corrupt",
    r"^error: index CRC mismatch for object (%s)",
    r"^error: \S+: invalid (?:sha1|reflog) pointer (%s)",
    r"^error: cannot unpack (%s) from",
)]
MISPLACED = re.compile(r"^error: .*hash-path mismatch, found at: .*/([0-9a-f]{2})/([0-9a-f]{38,})")
SHOWN = 5


# No configuration of the user's, nothing over the network.
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C",
               "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "1",
               "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
               "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}


def git(repository, *command):
    run = subprocess.run(["nice", "git", "-C", repository, *command], env=ENVIRONMENT,
                         capture_output=True, text=True, errors="replace", check=False)
    return run.stdout + run.stderr


def objects_of_git(repository):
    """Objects by id with their types, and those that git lists and cannot show."""
    good, bad = {}, set()
    for line in git(repository, "cat-file", "--batch-all-objects", "--batch-check",
                    "--unordered").splitlines():
        words = line.split()
        if len(words) == 3 and re.fullmatch(ID, words[0]):
            good[words[0]] = words[1]
        elif len(words) == 2 and words[1] == "missing":
            bad.add(words[0])
    return good, bad


def lost_by_git(repository, keep):
    kept = keep and pathlib.Path(keep, re.sub(r"\W", "_", repository) + ".fsck")
    if kept and kept.exists():
        text = kept.read_text(errors="replace")
    else:
        text = git(repository, "fsck", "--full", "--no-progress", "--no-dangling")
        if kept:
            kept.write_text(text)
    lost = set()
    for line in text.splitlines():
        for pattern in LOST:
            found = pattern.match(line)
            if found:
                lost.add(found.group(1))
        misplaced = MISPLACED.match(line)
        if misplaced:
            lost.add(misplaced.group(1) + misplaced.group(2))
    return lost


def shows(repository, name, kind):
    """Whether git has a good copy of what fsck has something against."""
    if kind is None:
        return False
    script = f"git cat-file {kind} {name} | git hash-object --literally -t {kind} --stdin"
    run = subprocess.run(["sh", "-c", script], cwd=repository, env=ENVIRONMENT,
                         capture_output=True, text=True, check=False)
    return run.stdout.strip() == name


def objects_of_dragnet(program, repository, reader):
    with tempfile.TemporaryDirectory() as folder:
        coverage = os.path.join(folder, "coverage")
        run = subprocess.run(["nice", program, "scan", repository, "--format", "json", "--reader",
                              reader, "--coverage", coverage], capture_output=True, check=False)
        if run.returncode not in (0, 1, 3, 4):
            raise SystemExit(f"{repository}: exit {run.returncode}: {run.stderr.decode()}")
        read, lost = {}, set()
        with open(coverage, encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                if line.get("object") and line["outcome"] == "scanned":
                    read[line["object"]] = line["type"]
        for item in json.loads(run.stdout)["summary"]["incomplete"]:
            if item.get("object"):
                lost.add(item["object"])
    return read, lost


def differences(git_side, our_side, what):
    return ([f"only git {what}: {item}" for item in sorted(git_side - our_side)[:SHOWN]] +
            [f"only dragnet {what}: {item}" for item in sorted(our_side - git_side)[:SHOWN]])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build")
    parser.add_argument("repositories", nargs="+")
    parser.add_argument("--readers", nargs="+", default=["pack", "libgit2"])
    parser.add_argument("--keep", help="folder for fsck's output, read again where it is there")
    arguments = parser.parse_args()
    print("| repository | reader | objects by git | by dragnet | lost by git | by dragnet | "
          "differences |\n|---|---|---|---|---|---|---|")
    failed = False
    for repository in arguments.repositories:
        good, bad = objects_of_git(repository)
        lost = {name for name in lost_by_git(repository, arguments.keep) | bad
                if not shows(repository, name, good.get(name))}
        for reader in arguments.readers:
            read, missed = objects_of_dragnet(f"{arguments.build}/src/cli/dragnet", repository,
                                              reader)
            # An object that git lists and cannot read is lost for both.
            found = {item for item in good.items() if item[0] not in lost}
            found_by_us = set(read.items())
            count = len(found ^ found_by_us) + len(lost ^ missed)
            print(f"| {repository} | {reader} | {len(found)} | {len(found_by_us)} | {len(lost)} | "
                  f"{len(missed)} | {count} |", flush=True)
            for line in (differences(found, found_by_us, "reads") +
                         differences(lost, missed, "misses")):
                print(line, file=sys.stderr)
            failed |= count != 0
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
