#!/usr/bin/env python3
"""Whole audits against the floor: `run.py BUILD GIT_DIRECTORY...`, where BUILD holds a release build
with benchmarks. One row a repository and way; within a round every way runs once, so that what else
the machine does falls on all of them; the row is the round with the median ratio of wall times.

The floor (decode_floor) unpacks every object once, with as many threads and nothing else. CPU is
that of the process and counts both workers; the ratio is wall time over the floor's wall time.

What the floor and an audit read must be the same: objects by type, and their bytes. It is not where
objects are loose, in an alternate or in several packs, which the floor does not look at; such a
repository is refused (`git repack -adk` makes it one pack)."""

import argparse
import json
import os
import resource
import statistics
import subprocess
import tempfile
import time

WAYS = {
    "delta": [],
    "full": ["--scan", "full"],
    "libgit2": ["--scan", "full", "--reader", "libgit2"],
}


def run(command, out):
    """Wall and CPU seconds of a command, and how it ended; its output goes to `out`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, check=False)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu, "status": done.returncode, "err": done.stderr}


def expect_status(row, wanted, what):
    if row["status"] not in wanted:
        raise SystemExit(f"{what}: exit {row['status']}: {row['err'].decode(errors='replace')}")


def run_json(command, wanted):
    """The same, and the JSON that the command prints."""
    with tempfile.TemporaryFile() as out:
        row = run(command, out)
        expect_status(row, wanted, " ".join(command))
        out.seek(0)
        return row, json.load(out)


def audit(program, repository, options):
    row, report = run_json([program, "scan", repository, "--format", "json", "--stats", *options],
                           (0, 1, 3, 4))
    summary = report["summary"]
    return row | summary["bytes"] | {"peak": summary["peak_memory"], "objects": summary["objects"]}


def decode_floor(arguments, repository):
    row, counts = run_json([f"{arguments.build}/bench/decode_floor", repository,
                            str(arguments.threads)], (0,))
    return row | {"objects": counts["objects"], "logical": counts["logical_bytes"]}


def cat_file(repository):
    with open(os.devnull, "wb") as null:
        row = run(["git", "-c", "safe.directory=*", "-C", repository, "cat-file",
                   "--batch-all-objects", "--batch", "--unordered"], null)
    expect_status(row, (0,), f"git cat-file in {repository}")
    return row


def expect_same_work(repository, way, floor, row):
    """An audit that reads other objects than the floor has no ratio."""
    objects = {kind: row["objects"][kind] for kind in floor["objects"]}
    # Files of a work tree are read too, and are not in the packs.
    same_bytes = row["decoded"] == floor["logical"] or row["objects"].get("files", 0) > 0
    if objects != floor["objects"] or not same_bytes:
        raise SystemExit(f"{repository}: the floor read {floor['objects']}, {floor['logical']} "
                         f"bytes, and the audit ({way}) {objects}, {row['decoded']} bytes")


def one_round(arguments, repository):
    rows = {"floor": decode_floor(arguments, repository)}
    if arguments.cat_file:
        rows["cat-file"] = cat_file(repository)
    for way in arguments.ways:
        rows[way] = audit(f"{arguments.build}/src/cli/dragnet", repository,
                          [*WAYS[way], "--threads", str(arguments.threads)])
        expect_same_work(repository, way, rows["floor"], rows[way])
    for row in rows.values():
        row["ratio"] = row["wall"] / rows["floor"]["wall"]
        row["cpu_ratio"] = row["cpu"] / rows["floor"]["cpu"]
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build")
    parser.add_argument("repositories", nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=WAYS)
    parser.add_argument("--cat-file", action="store_true", help="git cat-file too (slow)")
    arguments = parser.parse_args()
    print("| repository | way | logical MB | scanned MB | wall s | CPU s | wall / floor | "
          "CPU / floor | peak MB |\n|---|---|---|---|---|---|---|---|---|")
    for repository in arguments.repositories:
        # The pattern database comes from the cache, as it does from the second run on.
        audit(f"{arguments.build}/src/cli/dragnet", repository, ["--range", "HEAD..HEAD"])
        rounds = [one_round(arguments, repository) for _ in range(arguments.rounds)]
        for way in rounds[0]:
            # The floor's own ratio is always 1.
            key = "wall" if way == "floor" else "ratio"
            middle = statistics.median_low(round_[way][key] for round_ in rounds)
            row = next(round_[way] for round_ in rounds if round_[way][key] == middle)
            mega = {key: f"{row[key] / 1e6:.0f}" if key in row else "-"
                    for key in ("logical", "scanned", "peak")}
            print(f"| {repository} | {way} | {mega['logical']} | {mega['scanned']} | "
                  f"{row['wall']:.2f} | {row['cpu']:.2f} | {row['ratio']:.2f} | "
                  f"{row['cpu_ratio']:.2f} | {mega['peak']} |", flush=True)


if __name__ == "__main__":
    main()
