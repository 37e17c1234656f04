#!/usr/bin/env python3
"""clang-tidy over src/, only where something changed: `tidy.py BUILD [FILE...]`, where BUILD holds
the compile_commands.json of the clang preset. Exit 1 if any file has a finding.

A file takes ten seconds, so a clean verdict is kept, under the hash of all that it depends on: the
file and every header of ours that it reaches, the command, .clang-tidy, and the versions of
clang-tidy and of the packages in tools/packages. Verdicts are empty files under
~/.cache/dragnet-tidy (XDG_CACHE_HOME), dropped after 30 days without use."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
TIDY = "clang-tidy-14"
INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.MULTILINE)
KEPT_SECONDS = 30 * 24 * 3600


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = pathlib.Path(base, "dragnet-tidy")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder


def environment_hash():
    """What is the same for all files: the tool, its settings, the libraries' versions."""
    hasher = hashlib.sha256()
    hasher.update(subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout)
    hasher.update((ROOT / ".clang-tidy").read_bytes())
    listed = (ROOT / "tools/packages").read_text().split("\n")
    names = [re.sub(r"\[.*?\]", "", name) for line in listed if line[:1] not in ("", "#")
             for name in line.split()[1].split("|")]
    query = ["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *names, "libstdc++-*-dev"]
    hasher.update(subprocess.run(query, capture_output=True, check=False).stdout)
    return hasher.hexdigest()


class Sources:
    """Contents of our files and where their includes lead, each read once."""

    def __init__(self, build):
        self.folders = [ROOT / "src", ROOT / "include", build / "src"]
        self.read = {}  # path -> (digest, paths that it includes)

    def look(self, path):
        if path not in self.read:
            content = path.read_bytes()
            reached = []
            for name in INCLUDE.findall(content):
                candidates = [path.parent / os.fsdecode(name)]
                candidates += [folder / os.fsdecode(name) for folder in self.folders]
                reached += [c.resolve() for c in candidates if c.is_file()][:1]
            self.read[path] = (hashlib.sha256(content).hexdigest(), reached)
        return self.read[path]

    def closure(self, path):
        seen, todo = set(), [path]
        while todo:
            current = todo.pop()
            if current not in seen:
                seen.add(current)
                todo += self.look(current)[1]
        return sorted(seen)


def key_of(entry, sources, environment, build):
    path = pathlib.Path(entry["file"]).resolve()
    command = entry["command"].replace(str(build), "BUILD").replace(str(ROOT), "ROOT")
    hasher = hashlib.sha256(f"{environment}\n{command}\n".encode())
    for reached in sources.closure(path):
        hasher.update(sources.look(reached)[0].encode())
    return hasher.hexdigest()


def check(entry, build):
    """The findings of one file, empty if clean."""
    run = subprocess.run([TIDY, "--quiet", "-p", str(build), entry["file"]],
                         capture_output=True, text=True, errors="replace", check=False)
    if run.returncode == 0:
        return ""
    return run.stdout + "".join(line + "\n" for line in run.stderr.split("\n")
                                if "warnings generated" not in line and line)


def wanted_entries(build, chosen):
    entries = json.loads((build / "compile_commands.json").read_text())
    for entry in entries:
        path = pathlib.Path(entry["file"]).resolve()
        if ROOT / "src" in path.parents and (not chosen or path in chosen):
            yield entry


def prune(folder):
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    chosen = {pathlib.Path(name).resolve() for name in sys.argv[2:]}
    folder = cache_folder()
    environment, sources = environment_hash(), Sources(build)
    todo, known = [], 0
    for entry in wanted_entries(build, chosen):
        key = key_of(entry, sources, environment, build)
        if folder and (folder / key).exists():
            os.utime(folder / key)
            known += 1
        else:
            todo.append((entry, key))
    bad = 0
    workers = int(os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL") or os.cpu_count() or 1)
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for (entry, key), findings in zip(todo, pool.map(lambda t: check(t[0], build), todo)):
            if findings:
                bad += 1
                print(f"== {os.path.relpath(entry['file'], ROOT)}\n{findings}", flush=True)
            elif folder:
                (folder / key).touch()
    if folder:
        prune(folder)
    print(f"{known} files known to be clean, {len(todo)} checked, {bad} with findings")
    sys.exit(1 if bad or known + len(todo) == 0 else 0)


if __name__ == "__main__":
    main()
