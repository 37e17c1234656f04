#!/usr/bin/env python3
"""Every path that README.md or a folder's README.md names exists: prose that names what is gone is
worse than none. `readme_paths_test.py [ROOT]`.

A word in backticks or in a code block counts as a path if it ends like one of our files, or if its
first part is a folder of the tree. It may be relative to the README, to the root or to src/, hold
`*` and `{a,b}`. Other people's names are left alone: absolute ones, URLs, options, build/."""

import itertools
import pathlib
import re
import sys
import tempfile
import unittest

SOURCE = (".h", ".cc", ".py", ".sh", ".cmake", ".supp")
DATA = (".md", ".toml", ".json", ".jsonl", ".txt", ".sarif", ".yml", ".yaml", ".supp")
WORD = re.compile(r"^[A-Za-z0-9_.*{},+-]+(?:/[A-Za-z0-9_.*{},+-]+)*/?$")


def quoted_words(text):
    """(line number, word) of every word in backticks or in a fenced block."""
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
            continue
        spans = [line] if fenced else re.findall(r"`([^`]+)`", line)
        for span in spans:
            for word in span.split():
                yield number, word.strip("\"'()[];,:").rstrip(".")


def alternatives(word):
    """`a.{h,cc}` is `a.h` and `a.cc`."""
    parts = [part.split(",") for part in re.split(r"[{}]", word)]
    plain = [[",".join(part)] if i % 2 == 0 else part for i, part in enumerate(parts)]
    return ["".join(choice) for choice in itertools.product(*plain)]


def looks_like_path(word, bases):
    if not WORD.match(word) or word.startswith(("-", "build/", "..", "path/")):
        return False
    if word.endswith(SOURCE) or word == "CMakeLists.txt":
        return True
    if "/" not in word:
        return False
    first = word.split("/")[0]
    if word.endswith(DATA) or word.endswith("/"):
        return any((base / first).is_dir() for base in bases)
    return any((base / first).is_dir() for base in bases[:2])  # git/git is a repository's name


def exists(word, bases):
    return any(next(base.glob(word.rstrip("/")), None) is not None for base in bases)


def violations(root):
    readmes = [root / "README.md", *sorted((root / "src").glob("*/README.md"))]
    for readme in readmes:
        if not readme.is_file():
            yield f"{readme.relative_to(root)}: is not there"
            continue
        bases = list(dict.fromkeys([root, readme.parent, root / "src"]))
        for line, word in quoted_words(readme.read_text(encoding="utf-8")):
            for path in alternatives(word) if WORD.match(word) else []:
                if looks_like_path(path, bases) and not exists(path, bases):
                    yield f"{readme.relative_to(root)}:{line}: `{path}` does not exist"


class SelfTest(unittest.TestCase):
    README = ("`tools/run` `src/base/` `a.h` `base/a.{h,cc}` `src/*/a.h` `git/git` `origin/main`\n"
              "`/etc/passwd` `https://x.org/a.h?b` `--output=x/a.json` `text/plain` `build/x.h`\n"
              "```\ntools/run scan .\n```\n")

    def found(self, text):
        with tempfile.TemporaryDirectory(prefix="dragnet-readme-") as folder:
            root = pathlib.Path(folder)
            for name in ("tools/run", "src/base/a.h", "src/base/a.cc", "src/git/g.h"):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text("")
            (root / "README.md").write_text("tools\n")
            (root / "src/base/README.md").write_text(text)
            return list(violations(root))

    def test_clean(self):
        self.assertEqual(self.found(self.README), [])

    def test_each_missing_path(self):
        for word in ("b.h", "tools/walk", "src/net/", "base/a.{h,py}", "src/*/z.h", "tools/x.toml",
                     "schema_test.py", "base/x.json"):
            self.assertEqual(len(self.found(f"a\n`{word}` b\n")), 1, word)
            self.assertIn("src/base/README.md:2: ", self.found(f"a\n`{word}` b\n")[0])
        self.assertEqual(len(self.found("```\ntools/walk --fast\n```\n")), 1)


def main():
    if "--self-test" in sys.argv:
        unittest.main(argv=sys.argv[:1])
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    found = list(violations(root.resolve()))
    for line in found:
        print(line)
    print(f"{len(found)} paths that do not exist")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
