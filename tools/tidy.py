#!/usr/bin/env python3
"""clang-tidy over src/, only where something changed: `tidy.py BUILD [FILE...]`, where BUILD holds
the compile_commands.json of a built tree (generated headers are read). Exit 1 if any file has a
finding.

A file alone takes eight seconds, most of them for the headers that every file reads and for the
analyzer's last paths. So
- files of a folder that declare no name twice are checked together, one after the other in one
  text. Together clean is clean; where anything is found, each of them is checked alone, and what is
  found then is what counts;
- the analyzer follows 20,000 nodes of a function's paths where 225,000 are its default;
- a clean verdict is kept, under the hash of all that it depends on: the file and every header of
  ours that it reaches, the command, .clang-tidy, this file, and the versions of clang-tidy and of
  the packages in tools/packages. Verdicts are empty files under ~/.cache/dragnet-tidy
  (XDG_CACHE_HOME), dropped after 30 days without use."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
TIDY = "clang-tidy-14"
INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.MULTILINE)
# Names that a file declares for itself or for all, which clang-format puts at a line's beginning.
DECLARED = re.compile(r"^(?:struct|class|enum(?: class)?|union|using)\s+(\w+)\b(?!.*;$)"
                      r"|^using\s+(\w+)\s*="
                      r"|^(?!namespace)\w[^()=;]*?\b(\w+)\s*(?:\[[^\]]*\])*\s*(?:=|\{)"
                      r"|^\w[\w:<>,*& ]*?[ *&](\w+)\(", re.MULTILINE)
# More than this many files in one text win little and are much to do again.
MOST_TOGETHER = 16
ANALYZER = [f"--extra-arg={word}" for word in
            ("-Xclang", "-analyzer-config", "-Xclang", "max-nodes=20000")]
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
    hasher.update((ROOT / ".clang-tidy").read_bytes() + pathlib.Path(__file__).read_bytes())
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


def run_tidy(database, path):
    """The findings of one file, empty if clean."""
    run = subprocess.run([TIDY, "--quiet", "-p", str(database), f"--config-file={ROOT}/.clang-tidy",
                          *ANALYZER, path],
                         capture_output=True, text=True, errors="replace", check=False)
    if run.returncode == 0:
        return ""
    return run.stdout + "".join(line + "\n" for line in run.stderr.split("\n")
                                if "warnings generated" not in line and line)


def clean_together(entries):
    """Whether all these files, as one text with the first one's command, have no finding."""
    first = entries[0]
    with tempfile.TemporaryDirectory() as folder:
        text = pathlib.Path(folder, "together.cc")
        text.write_text("\n".join(pathlib.Path(entry["file"]).read_text() for entry in entries))
        command = {"directory": first["directory"], "file": str(text),
                   "command": first["command"].replace(first["file"], str(text))}
        pathlib.Path(folder, "compile_commands.json").write_text(json.dumps([command]))
        return run_tidy(folder, str(text)) == ""


def check(group, build):
    """[(number of the file, its findings)] of a group of numbered entries."""
    entries = [entry for _, entry in group]
    if len(entries) > 1 and clean_together(entries):
        return [(number, "") for number, _ in group]
    return [(number, run_tidy(build, entry["file"])) for number, entry in group]


def flags_of(entry):
    return re.sub(r"-o \S+|-c \S+", "", entry["command"])


def groups_of(entries):
    """Numbered entries that can be one text: of a folder, with the same flags, no name twice."""
    groups = []  # (what they share, names, entries), all open to more
    for number, entry in enumerate(entries):
        names = {name for found in DECLARED.findall(pathlib.Path(entry["file"]).read_text())
                 for name in found if name}
        shared = (os.path.dirname(entry["file"]), flags_of(entry))
        for group in groups:
            if group[0] == shared and len(group[2]) < MOST_TOGETHER and not group[1] & names:
                group[1].update(names)
                group[2].append((number, entry))
                break
        else:
            groups.append((shared, names, [(number, entry)]))
    # The largest first, so that no core is left with one at the end.
    return sorted((group[2] for group in groups), key=len, reverse=True)


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
    groups = groups_of([entry for entry, _ in todo])
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for checked in pool.map(lambda group: check(group, build), groups):
            for number, findings in checked:
                entry, key = todo[number]
                if findings:
                    bad += 1
                    print(f"== {os.path.relpath(entry['file'], ROOT)}\n{findings}", flush=True)
                elif folder:
                    (folder / key).touch()
    if folder:
        prune(folder)
    print(f"{known} files known to be clean, {len(todo)} checked in {len(groups)} groups, "
          f"{bad} with findings")
    sys.exit(1 if bad or known + len(todo) == 0 else 0)


if __name__ == "__main__":
    main()
