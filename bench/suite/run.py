#!/usr/bin/env python3
"""Whole audits against the floor: `run.py BUILD GIT_DIRECTORY...`, where BUILD holds a release build
with benchmarks. One row a repository and way; within a round every way runs once, so that what else
the machine does falls on all of them; the row is the round with the median ratio of wall times.

The floor (decode_floor) unpacks every object once, with as many threads and nothing else. CPU is
that of the process and counts both workers; the ratio is wall time over the floor's wall time."""

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
    """Wall and CPU seconds of a command; its output goes to `out`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    status = subprocess.run(command, stdout=out, stderr=subprocess.DEVNULL, check=False).returncode
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu, "status": status}


def audit(program, repository, options):
    with tempfile.TemporaryFile() as out:
        row = run([program, "scan", repository, "--format", "json", "--stats", *options], out)
        out.seek(0)
        summary = json.load(out)["summary"]
    if row["status"] not in (0, 1, 3, 4):
        raise SystemExit(f"{repository}: exit {row['status']}")
    row |= summary["bytes"] | {"peak": summary["peak_memory"]}
    return row


def one_round(arguments, repository):
    with open(os.devnull, "wb") as null:
        rows = {"floor": run([f"{arguments.build}/bench/decode_floor", repository,
                              str(arguments.threads)], null)}
        if arguments.cat_file:
            rows["cat-file"] = run(["git", "-C", repository, "cat-file", "--batch-all-objects",
                                    "--batch", "--unordered"], null)
    for way in arguments.ways:
        rows[way] = audit(f"{arguments.build}/src/cli/dragnet", repository,
                          [*WAYS[way], "--threads", str(arguments.threads)])
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
            middle = statistics.median_low(round_[way]["ratio"] for round_ in rounds)
            row = next(round_[way] for round_ in rounds if round_[way]["ratio"] == middle)
            mega = {key: f"{row[key] / 1e6:.0f}" if key in row else "-"
                    for key in ("logical", "scanned", "peak")}
            print(f"| {repository} | {way} | {mega['logical']} | {mega['scanned']} | "
                  f"{row['wall']:.2f} | {row['cpu']:.2f} | {row['ratio']:.2f} | "
                  f"{row['cpu_ratio']:.2f} | {mega['peak']} |", flush=True)


if __name__ == "__main__":
    main()
