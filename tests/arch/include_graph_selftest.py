#!/usr/bin/env python3
"""Proves that include_graph_test.py can fail: a small clean tree passes, and each of the violations
below, put into it alone, is reported by the check that is meant to see it."""

import contextlib
import io
import pathlib
import subprocess
import sys
import tempfile
import unittest

import house
import include_graph_test as graph

HEADER = "// Why.\n#pragma once\n\n#include <string>\n"
CLEAN = {
    "src/base/README.md": "# base\n",
    "src/base/CMakeLists.txt": "dragnet_library(base\n  SOURCES a.cc\n"
                               "  PACKAGES OpenSSL::Crypto)\n",
    "src/base/a.h": HEADER,
    "src/base/a.cc": '#include "base/a.h"\n#include <openssl/evp.h>\n'
                     '// std::cout << 1; exit(1);\nconst char* text = "printf(abort())";\n'
                     'const char* raw = R"x(\n#include <git2.h>\nstderr)x";\nint n = 1\'000;\n',
    "src/io/README.md": "# io\n",
    "src/io/CMakeLists.txt": "dragnet_library(io SOURCES f.cc DEPS base)\n",
    "src/io/f.h": HEADER + '#include "base/a.h"\n',
    "src/io/f.cc": '#include "io/f.h"\n#include <sys/stat.h>\n#include <unistd.h>\n',
    "src/rules/README.md": "# rules\n",
    "src/rules/CMakeLists.txt": "# DEPS git\ndragnet_library(rules SOURCES r.cc DEPS base)\n",
    "src/rules/r.h": HEADER,
    "src/rules/r.cc": '#include "rules/r.h"\nvoid f(S& s) { s.exit(1); s->abort(); T::exit(0); }\n',
    "src/match/README.md": "# match\n",
    "src/match/CMakeLists.txt": "dragnet_library(match SOURCES m.cc DEPS base rules)\n",
    "src/match/m.h": HEADER + '#include "rules/r.h"\n',
    "src/match/m.cc": '#include "match/m.h"\n#include <hs/hs.h>\n',
    "src/cli/README.md": "# cli\n",
    "src/cli/CMakeLists.txt": "dragnet_library(cli SOURCES c.cc DEPS base io rules match)\n"
                              "add_executable(dragnet main.cc)\n"
                              "target_link_libraries(dragnet PRIVATE dragnet_cli dragnet_flags)\n",
    "src/cli/main.cc": '#include <iostream>\n#include "match/m.h"\n'
                       "int main() { std::cout << 1; std::exit(0); }\n",
    "include/dragnet/api.h": HEADER,
}

# (the check, file, text put at the end of the file or the whole of a new one, part of the report).
# None as text removes the file.
VIOLATIONS = [
    ("check_rooms", "src/misc/x.h", HEADER, "src/misc: not a folder"),
    ("check_rooms", "src/io/README.md", None, "src/io: has no README.md"),
    ("check_rooms", "src/io/CMakeLists.txt", None, "src/io: has no CMakeLists.txt"),
    ("check_rooms", "src/loose.cc", "int x;\n", "src/loose.cc: sources live in a folder"),
    ("check_rooms", "src/io/x.cpp", "int x;\n", "src/io/x.cpp: sources end in"),
    ("check_arrows", "src/base/a.cc", '#include "io/f.h"\n', "base/ may not include io/"),
    ("check_arrows", "src/match/m.cc", '  #  include "io/f.h"\n', "match/ may not include io/"),
    ("check_arrows", "src/match/m.cc", "#include <io/f.h>\n", "match/ may not include io/"),
    ("check_arrows", "src/rules/r.cc", '#include "match/m.h"\n', "rules/ may not include match/"),
    ("check_arrows", "src/io/f.cc", '#include "pack/idx.h"\n', "io/ may not include pack/"),
    ("check_arrows", "src/io/f.cc", '#include "cli/c.h"\n', "io/ may not include cli/"),
    ("check_cycles", "src/rules/r.h", '#include "match/m.h"\n', "match -> rules -> match"),
    ("check_headers", "src/io/f.cc", "#include <openssl/sha.h>\n", "<openssl/sha.h> is for base/"),
    ("check_headers", "src/io/f.cc", "#include <zlib.h>\n", "<zlib.h> is for base/ only"),
    ("check_headers", "src/io/f.cc", "#include <nlohmann/json.hpp>\n", "is for base/ only"),
    ("check_headers", "src/base/a.cc", "#include <unistd.h>\n", "<unistd.h> is for io/ only"),
    ("check_headers", "src/cli/main.cc", "#include <sys/wait.h>\n", "<sys/wait.h> is for io/ only"),
    ("check_headers", "src/cli/main.cc", "#include <csignal>\n", "<csignal> is for io/ only"),
    ("check_headers", "src/io/f.cc", "#include <libdeflate.h>\n", "is for pack/ only"),
    ("check_headers", "src/io/f.cc", "#include <git2/odb.h>\n", "<git2/odb.h> is for git/ only"),
    ("check_headers", "src/io/f.cc", "#include <toml++/toml.h>\n", "is for rules/ only"),
    ("check_headers", "src/io/f.cc", "#include <yaml-cpp/yaml.h>\n", "is for rules/ only"),
    ("check_headers", "src/rules/r.cc", "#include <hs/hs.h>\n", "<hs/hs.h> is for match/ only"),
    ("check_headers", "src/rules/r.cc", "#include <re2/re2.h>\n", "<re2/re2.h> is for match/ only"),
    ("check_headers", "src/io/f.cc", "#include <sqlite3.h>\n", "is for store/ only"),
    ("check_headers", "src/io/f.cc", "#include <libpq-fe.h>\n", "is for store/ only"),
    ("check_headers", "src/io/f.cc", "#include <curl/curl.h>\n", "is for net/ only"),
    ("check_headers", "src/io/f.cc", "#include <archive.h>\n", "is for input/ only"),
    ("check_headers", "src/match/m.cc", "#include <oneapi/tbb/task.h>\n", "is for pipeline/ only"),
    ("check_headers", "src/match/m.cc", "#include <tbb/task.h>\n", "is for pipeline/ only"),
    ("check_headers", "src/match/m.cc", "#include <spdlog/spdlog.h>\n", "is for cli/ only"),
    ("check_headers", "src/match/m.cc", "#include <CLI/CLI.hpp>\n", "is for cli/ only"),
    ("check_headers", "src/match/m.cc", "#include <iostream>\n", "<iostream> is for cli/"),
    ("check_headers", "src/match/m.cc", '#include "m.h"\n', "<m.h> has no owner"),
    ("check_headers", "src/match/m.cc", "#include <boost/any.hpp>\n", "has no owner"),
    ("check_links", "src/match/CMakeLists.txt", "target_link_libraries(dragnet_match dragnet_io)\n",
     "links io, which is not in its row"),
    ("check_links", "src/match/CMakeLists.txt",
     "target_link_libraries(dragnet_match PRIVATE ZLIB::ZLIB)\n", "ZLIB::ZLIB is for base/ only"),
    ("check_prints_and_exits", "src/io/f.cc", "void f() { std::cerr << 1; }\n", "cerr: only cli/"),
    ("check_prints_and_exits", "src/io/f.cc", "void f() { cout << 1; }\n", "cout: only cli/"),
    ("check_prints_and_exits", "src/io/f.cc", 'void f() { printf("x"); }\n', "printf: only cli/"),
    ("check_prints_and_exits", "src/io/f.cc", "void f() { fputs(s, stderr); }\n", "stderr: only"),
    ("check_prints_and_exits", "src/io/f.cc", "void f() { std::exit(1); }\n", "exit(): only cli/"),
    ("check_prints_and_exits", "src/io/f.cc", "void f() { ::abort(); }\n", "abort(): only cli/"),
    ("check_prints_and_exits", "src/io/f.cc", "void f() { _exit(3); }\n", "_exit(): only cli/"),
    ("check_main", "src/io/f.cc", "int main() {}\n", "main() lives in cli/main.cc"),
    ("check_ascii", "src/io/f.cc", "// caf\u00e9\n", "src/io/f.cc:4: not ASCII"),
    ("check_ascii", "tools/dragnet", "# \u2026\n", "tools/dragnet:1: not ASCII"),
    ("check_pragma_once", "src/io/g.h", "// #pragma once\nint x;\n", "src/io/g.h: no #pragma once"),
    ("check_sizes", "src/io/f.cc", "int x;\n" * 601, "lines, over 600"),
    ("check_public_headers", "include/dragnet/b.h", HEADER + '#include "base/a.h"\n', "public API"),
    ("check_public_headers", "include/dragnet/b.h", HEADER + "#include <stdint.h>\n", "public API"),
    ("check_public_headers", "include/dragnet/b.cc", "int x;\n", "holds headers only"),
]

# What has to be replaced rather than added: (check, file, old, new, part of the report).
REPLACEMENTS = [
    ("check_links", "src/match/CMakeLists.txt", "base rules", "base", "does not link rules"),
    ("check_links", "src/io/CMakeLists.txt", "DEPS base", "DEPS base rules", "links rules"),
    ("check_links", "src/io/CMakeLists.txt", " DEPS base", "", "does not link base"),
    ("check_links", "src/cli/CMakeLists.txt", "io rules match", "rules match", "does not link io"),
]


def lay(root, files):
    for name, text in files.items():
        path = pathlib.Path(root, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def report(files):
    """{check: its violations} of a tree made of `files`."""
    with tempfile.TemporaryDirectory(prefix="dragnet-arch-") as root:
        lay(root, files)
        with contextlib.redirect_stdout(io.StringIO()):
            tree = graph.House(root)
            return {check.__name__: list(check(tree)) for check in graph.CHECKS}


class SelfTest(unittest.TestCase):
    def test_clean_tree_passes(self):
        self.assertEqual([v for found in report(CLEAN).values() for v in found], [])

    def test_every_violation_is_reported(self):
        changed = []
        for check, name, text, wanted in VIOLATIONS:
            files = dict(CLEAN)
            if text is None:
                del files[name]
            else:
                files[name] = files.get(name, "") + text
            changed.append((check, files, wanted, name))
        for check, name, old, new, wanted in REPLACEMENTS:
            self.assertIn(old, CLEAN[name])
            changed.append((check, {**CLEAN, name: CLEAN[name].replace(old, new)}, wanted, name))
        for check, files, wanted, name in changed:
            with self.subTest(check=check, wanted=wanted, name=name):
                found = report(files)[check]
                self.assertTrue(any(wanted in v for v in found), f"not reported; said: {found}")

    def test_every_check_has_a_violation(self):
        tried = {entry[0] for entry in VIOLATIONS + REPLACEMENTS}
        self.assertEqual(tried, {check.__name__ for check in graph.CHECKS})

    def test_every_forbidden_arrow_is_reported(self):
        for room in house.ALLOWED:
            for target in house.ALLOWED:
                if target in (room, "base"):
                    continue
                files = {f"src/{room}/x.cc": f'#include "{target}/x.h"\n', f"src/{target}/x.h": ""}
                found = report(files)["check_arrows"]
                allowed = target in house.ALLOWED[room]
                self.assertEqual(found == [], allowed, f"{room} -> {target}: {found}")

    def test_table_has_no_cycle(self):
        files = {f"src/{room}/x.cc": "".join(f'#include "{t}/x.h"\n' for t in sorted(targets))
                 for room, targets in house.ALLOWED.items()}
        self.assertEqual(report(files)["check_cycles"], [])

    def test_program_exits_1_on_a_violation_and_0_without(self):
        program = pathlib.Path(graph.__file__)
        for extra, code in (({}, 0), ({"src/io/f.cc": "#include <git2.h>\n"}, 1)):
            with tempfile.TemporaryDirectory(prefix="dragnet-arch-") as root:
                lay(root, {**CLEAN, **extra})
                run = subprocess.run([sys.executable, program, root], capture_output=True,
                                     text=True)
                self.assertEqual(run.returncode, code, run.stdout + run.stderr)


if __name__ == "__main__":
    unittest.main()
