#!/usr/bin/env python3
"""Holds the rules of the house (house.py) over src/ and include/: who may include what, who links
what, who owns which library, who prints. `include_graph_test.py [ROOT]`; exit 1 with one line per
violation. include_graph_selftest.py proves that each check can fail."""

import fnmatch
import pathlib
import re
import sys

import house
from cpp_text import cmake_commands, code_only, includes, line_of


class House:
    """The tree as the checks see it: sources by folder, comments and literals gone."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.src = self.root / "src"
        self.rooms = sorted(p.name for p in self.src.iterdir() if p.is_dir())
        self.sources = {}  # path relative to src/ -> code
        for path in sorted(self.src.rglob("*")):
            if path.suffix in (".h", ".cc"):
                name = path.relative_to(self.src).as_posix()
                self.sources[name] = code_only(path.read_text(encoding="utf-8", errors="replace"))

    def cmake(self, room):
        path = self.src / room / "CMakeLists.txt"
        return path.read_text(encoding="utf-8") if path.is_file() else None


def room_of(name):
    return name.split("/")[0]


def arrows(tree):
    """(source, line, room of the source, room that it includes) of every include between rooms."""
    for name, code in tree.sources.items():
        for line, header in includes(code):
            target = room_of(header)
            if "/" in header and target in house.ALLOWED and is_ours(tree, header):
                if target != room_of(name):
                    yield name, line, room_of(name), target


def is_ours(tree, header):
    """Whether a header of the form room/x.h is ours: net/ is a folder of the system's too."""
    room = room_of(header)
    return room in tree.rooms or room != "net"


def check_rooms(tree):
    for room in tree.rooms:
        if room not in house.ALLOWED:
            yield f"src/{room}: not a folder of the design's table (tests/arch/house.py)"
            continue
        if not (tree.src / room / "README.md").is_file():
            yield f"src/{room}: has no README.md (what lives here, what may not)"
        if tree.cmake(room) is None:
            yield f"src/{room}: has no CMakeLists.txt, so nothing of it is built"
    for path in sorted(tree.src.rglob("*")):
        name = path.relative_to(tree.src).as_posix()
        if path.suffix in (".h", ".cc") and "/" not in name:
            yield f"src/{name}: sources live in a folder of the table"
        if path.suffix in (".hpp", ".hh", ".hxx", ".cpp", ".cxx", ".c", ".ipp"):
            yield f"src/{name}: sources end in .h or .cc"


def check_arrows(tree):
    for name, line, room, target in arrows(tree):
        if target != "base" and target not in house.ALLOWED.get(room, ()):
            yield f"src/{name}:{line}: {room}/ may not include {target}/"


def check_cycles(tree):
    graph = {}
    for _, _, room, target in arrows(tree):
        graph.setdefault(room, set()).add(target)
    done = set()

    def visit(room, trail):
        if room in trail:
            cycle = trail[trail.index(room):] + [room]
            yield "src: folders include each other in a cycle: " + " -> ".join(cycle)
        elif room not in done:
            for target in sorted(graph.get(room, ())):
                yield from visit(target, trail + [room])
            done.add(room)

    for room in sorted(graph):
        yield from visit(room, [])


def owner(owners, name):
    for room, patterns in owners.items():
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            return room
    return None


def check_headers(tree):
    for name, code in tree.sources.items():
        room = room_of(name)
        for line, header in includes(code):
            where = f"src/{name}:{line}"
            if room_of(header) in house.ALLOWED and "/" in header and is_ours(tree, header):
                continue
            if room_of(header) == "dragnet" and "/" in header:
                continue
            if header in house.PRINTING_HEADERS:
                if room != "cli":
                    yield f"{where}: <{header}> is for cli/, the only folder that prints"
                continue
            if header in house.STANDARD_HEADERS:
                continue
            only_user = owner(house.HEADER_OWNERS, header)
            if only_user is None:
                yield f"{where}: <{header}> has no owner in tests/arch/house.py"
            elif only_user != room:
                yield f"{where}: <{header}> is for {only_user}/ only"


def linked(tree, room):
    """(folders, packages) that a folder's CMakeLists.txt links, in whichever way."""
    folders, packages = set(), set()
    keywords = {"SOURCES", "DEPS", "PACKAGES", "PUBLIC", "PRIVATE", "INTERFACE"}
    for command, arguments in cmake_commands(tree.cmake(room)):
        section = None
        for index, word in enumerate(arguments):
            if word in keywords:
                section = word
            elif command == "dragnet_library" and section == "DEPS":
                folders.add(word)
            elif command == "dragnet_library" and section == "PACKAGES":
                packages.add(word)
            elif command == "target_link_libraries" and index > 0:
                if word.startswith("dragnet_"):
                    folders.add(word[len("dragnet_"):])
                else:
                    packages.add(word)
    return folders - {room, "flags"}, packages


def check_links(tree):
    built = {room for room in tree.rooms if tree.cmake(room) is not None}
    for room in sorted(built & set(house.ALLOWED)):
        folders, packages = linked(tree, room)
        wanted = ((house.ALLOWED[room] | {"base"}) & built) - {room}
        if room == "base":
            wanted = set()
        for extra in sorted(folders - wanted):
            yield f"src/{room}/CMakeLists.txt: links {extra}, which is not in its row"
        for lacking in sorted(wanted - folders):
            yield f"src/{room}/CMakeLists.txt: does not link {lacking}, which is in its row"
        for package in sorted(packages):
            only_user = owner(house.PACKAGE_OWNERS, package.lower())
            if only_user not in (None, room):
                yield f"src/{room}/CMakeLists.txt: {package} is for {only_user}/ only"


PRINTS = re.compile(
    r"(?<![\w.:>])(?:std::|::)?\b(?P<name>cout|cerr|clog|wcout|wcerr|wclog|stdout|stderr)\b"
    r"|(?<![\w.:>])(?:std::|::)?\b(?P<call>v?printf|puts|putchar|perror|psignal)\s*\(")
EXITS = re.compile(
    r"(?<![\w.:>])(?:std::|::)?\b(?P<call>exit|_exit|_Exit|quick_exit|abort|terminate)\s*\(")


def check_prints_and_exits(tree):
    for name, code in tree.sources.items():
        if room_of(name) == "cli":
            continue
        for match in PRINTS.finditer(code):
            what = match.group("name") or match.group("call")
            yield f"src/{name}:{line_of(code, match.start())}: {what}: only cli/ prints"
        for match in EXITS.finditer(code):
            if (name, match.group("call")) in house.EXIT_EXCEPTIONS:
                continue
            what = match.group("call")
            yield f"src/{name}:{line_of(code, match.start())}: {what}(): only cli/ ends the process"


def check_main(tree):
    for name, code in tree.sources.items():
        if name != "cli/main.cc" and re.search(r"(?<![\w.:>])int\s+main\s*\(", code):
            yield f"src/{name}: main() lives in cli/main.cc"


def checked_texts(tree):
    """Our own texts that must be ASCII; prose (.md) and data need not be."""
    for top in ("src", "include", "tests", "bench", "cmake", "tools"):
        for path in sorted((tree.root / top).rglob("*")):
            if not path.is_file() or "__pycache__" in path.parts:
                continue
            script = top == "tools" and path.suffix == ""
            source = path.suffix in (".h", ".cc", ".py", ".sh", ".cmake", ".in")
            if script or source or path.name == "CMakeLists.txt":
                yield path


def check_ascii(tree):
    for path in checked_texts(tree):
        content = path.read_bytes()
        for number, line in enumerate(content.split(b"\n"), 1):
            if not line.isascii():
                yield f"{path.relative_to(tree.root)}:{number}: not ASCII"
                break


def headers_and_sources(tree):
    for top in ("src", "include"):
        for path in sorted((tree.root / top).rglob("*")):
            if path.suffix in (".h", ".cc"):
                yield path, path.relative_to(tree.root).as_posix()


def check_pragma_once(tree):
    for path, name in headers_and_sources(tree):
        if path.suffix == ".h" and not re.search(
                r"^#pragma once$", code_only(path.read_text(errors="replace")), re.MULTILINE):
            yield f"{name}: no #pragma once"


def check_sizes(tree):
    for path, name in headers_and_sources(tree):
        lines = path.read_bytes().count(b"\n")
        if lines > house.FAIL_LINES:
            yield f"{name}: {lines} lines, over {house.FAIL_LINES}: split it"
        elif lines > house.WARN_LINES:
            print(f"note: {name}: {lines} lines, over {house.WARN_LINES}: why?")


def check_public_headers(tree):
    for path in sorted((tree.root / "include").rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(tree.root).as_posix()
        if path.suffix != ".h":
            yield f"{name}: include/ holds headers only"
            continue
        for line, header in includes(code_only(path.read_text(errors="replace"))):
            ours = header.startswith("dragnet/")
            if not ours and (header not in house.STANDARD_HEADERS or header.endswith(".h")):
                yield f"{name}:{line}: {header}: the public API uses the standard library only"


CHECKS = [
    check_rooms, check_arrows, check_cycles, check_headers, check_links, check_prints_and_exits,
    check_main, check_ascii, check_pragma_once, check_sizes, check_public_headers,
]


def violations(root):
    tree = House(root)
    return [line for check in CHECKS for line in check(tree)]


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    found = violations(root)
    for line in found:
        print(line)
    print(f"{len(House(root).sources)} sources, {len(found)} violations")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
