#!/usr/bin/env python3
"""Proves that tools/tidy.py, which lets clang-tidy read several files as one text, loses nothing by
it: which files may be together, and that what is wrong with one of them is told of that one."""

import importlib.util
import json
import pathlib
import shutil
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools/tidy.py"
SPEC = importlib.util.spec_from_file_location("tidy", TOOL)
tidy = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tidy)

HEAD = "// Why.\n#include <string>\n\nnamespace acme {\nnamespace {\n\n"
TAIL = "\n}  // namespace\n}  // namespace acme\n"
# Each declares one name, in one of the ways that there are.
DECLARATIONS = {
    "limit": "constexpr std::size_t limit = 8;\n",
    "table": "constexpr int table[] = {\n    1,\n};\n",
    "names": "const std::string names[2][3] = {};\n",
    "Place": "struct Place {\n  int limit = 0;\n};\n",
    "Kind": "enum class Kind { kOne };\n",
    "Reader": "class Reader final : public Base {\n  int Place;\n};\n",
    "Map": "using Map = std::string;\n",
    "found": "inline bool found(int limit) { return limit > 0; }\n",
    "text_of": "std::string text_of(const std::string& table,\n                    int kind) {\n"
               "  int found = 1;\n  return table;\n}\n",
    "at": "const char* at(const char* text) { return text; }\n",
    "filled": "template <typename T>\nT filled(T value) {\n  return value;\n}\n",
}
NULL_READ = "int read(int* at) {\n  if (at != nullptr) return 1;\n  return *at;\n}\n"


class Files(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def entry(self, name, body, flags="-std=c++20"):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD + body + TAIL)
        return {"directory": str(self.folder), "file": str(path),
                "command": f"c++ {flags} -o {name}.o -c {path}"}

    def groups(self, *entries):
        return sorted(sorted(number for number, _ in group) for group in tidy.groups_of(entries))


class Groups(Files):
    def test_each_way_to_declare_a_name_is_seen(self):
        for name, text in DECLARATIONS.items():
            with self.subTest(name):
                found = {part for match in tidy.DECLARED.findall(HEAD + text + TAIL)
                         for part in match if part}
                self.assertEqual(found, {name})

    def test_files_are_together_until_a_name_is_there_twice(self):
        entries = [self.entry(f"a/{name}.cc", text) for name, text in DECLARATIONS.items()]
        again = [self.entry("a/again.cc", DECLARATIONS["limit"])]
        self.assertEqual(self.groups(*entries[:2], *again), [[0, 1], [2]])

    def test_no_more_files_are_together_than_may_be(self):
        entries = [self.entry(f"a/{number}.cc", f"constexpr int limit_{number} = 8;\n")
                   for number in range(2 * tidy.MOST_TOGETHER + 1)]
        sizes = sorted(len(group) for group in self.groups(*entries))
        self.assertEqual(sizes, [1, tidy.MOST_TOGETHER, tidy.MOST_TOGETHER])

    def test_other_folders_and_other_flags_are_apart(self):
        a = self.entry("a/a.cc", DECLARATIONS["limit"])
        b = self.entry("b/b.cc", DECLARATIONS["table"])
        c = self.entry("a/c.cc", DECLARATIONS["found"], "-std=c++20 -DACME=1")
        self.assertEqual(self.groups(a, b, c), [[0], [1], [2]])


@unittest.skipUnless(shutil.which(tidy.TIDY), f"no {tidy.TIDY}")
class Findings(Files):
    def check(self, *entries):
        (self.folder / "compile_commands.json").write_text(json.dumps(entries))
        return dict(tidy.check(list(enumerate(entries)), self.folder))

    def test_clean_files_are_clean_together(self):
        a = self.entry("a.cc", "constexpr int limit = 8;\nint size() { return limit; }\n")
        b = self.entry("b.cc", "int twice(int value) { return 2 * value; }\n")
        self.assertTrue(tidy.clean_together([a, b]))
        self.assertEqual(self.check(a, b), {0: "", 1: ""})

    def test_what_is_wrong_is_told_of_its_file(self):
        a = self.entry("a.cc", "int twice(int value) { return 2 * value; }\n")
        b = self.entry("b.cc", NULL_READ)
        found = self.check(a, b)
        self.assertEqual(found[0], "")
        self.assertIn("b.cc", found[1])
        self.assertIn("NullDereference", found[1])

    def test_files_that_do_not_go_together_are_checked_alone(self):
        # A declaration that does not begin its line is not seen, so these two clash.
        a = self.entry("a.cc", "int twice(int value) { return 2 * value; }\n")
        b = self.entry("b.cc", "  int twice(int value) { return value + value; }\n")
        self.assertFalse(tidy.clean_together([a, b]))
        self.assertEqual(self.check(a, b), {0: "", 1: ""})


if __name__ == "__main__":
    unittest.main()
