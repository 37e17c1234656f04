#!/usr/bin/env python3
"""Makes a repository of very many objects: `many_objects.py FOLDER [COMMITS]`. Each commit changes one
file of one of 200 folders, so that it brings a blob, two trees and itself: 500,000 commits (the
default) make 2,000,000 objects. The same every time. `--memory` is tried on it."""

import random
import subprocess
import sys

FOLDERS = 200
FILES = 20


def commands(commits, random_):
    """The stream for git fast-import, a commit at a time."""
    for number in range(commits):
        folder, file = number * 7 % FOLDERS, random_.randrange(FILES)
        text = f"version {number}\n" + "".join(
            f"value_{i} = {random_.randrange(10 ** 9)}\n" for i in range(random_.randrange(3, 12)))
        message = f"change {number}\n"
        yield (f"commit refs/heads/main\ncommitter A <a@example.org> {1_500_000_000 + number} +0000\n"
               f"data {len(message)}\n{message}\n"
               f"M 100644 inline d{folder:03}/f{file:02}.txt\ndata {len(text)}\n{text}\n")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder = sys.argv[1]
    commits = int(sys.argv[2]) if len(sys.argv) == 3 else 500_000
    subprocess.run(["git", "init", "--quiet", "--bare", folder], check=True)
    with subprocess.Popen(["git", "-C", folder, "fast-import", "--quiet"],
                          stdin=subprocess.PIPE) as importer:
        for command in commands(commits, random.Random(20)):
            importer.stdin.write(command.encode())
        importer.stdin.close()
    if importer.returncode != 0:
        sys.exit("git fast-import failed")


if __name__ == "__main__":
    main()
