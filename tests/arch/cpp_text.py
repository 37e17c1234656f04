"""Just enough of C++'s and CMake's lexing to check texts without being fooled by comments."""

import re

_TOKEN = re.compile(
    r"""
      (?P<comment>//[^\n]*(?:\\\n[^\n]*)*|/\*.*?(?:\*/|\Z))
    | (?P<include>^[ \t]*\#[ \t]*include[ \t]*(?:<[^>\n]*>|"[^"\n]*"))
    | (?P<raw>(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")
    | (?P<string>"(?:\\.|[^"\\\n])*")
    | (?P<number>\b\d(?:'?[\w.])*)
    | (?P<char>'(?:\\.|[^'\\\n])*')
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def code_only(text):
    """`text` without comments and with empty literals; include lines and line numbers are kept."""

    def replace(match):
        kind = match.lastgroup if match.lastgroup != "mark" else "raw"
        token = match.group()
        if kind in ("include", "number"):
            return token
        lines = "\n" * token.count("\n")
        if kind == "comment":
            return " " + lines
        return ('""' if kind in ("raw", "string") else "' '") + lines

    return _TOKEN.sub(replace, text)


_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]*)[>"]', re.MULTILINE)


def includes(code):
    """(line number, header) of every include in the result of code_only()."""
    return [(line_of(code, match.start(1)), match.group(1)) for match in _INCLUDE.finditer(code)]


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


_CMAKE_COMMAND = re.compile(r"([A-Za-z_]\w*)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)")


def cmake_commands(text):
    """(command in lower case, its arguments) of a CMakeLists.txt; no nesting beyond one level."""
    bare = re.sub(r"#[^\n]*", "", text)
    for match in _CMAKE_COMMAND.finditer(bare):
        yield match.group(1).lower(), match.group(2).replace('"', " ").split()
