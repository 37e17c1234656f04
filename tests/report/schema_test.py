"""Validates every example report against our JSON Schema, and tests that the schema is strict.

usage: schema_test.py REPORT_EXAMPLES SCHEMA
"""

import copy
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema


def validator_for(schema, ref):
    """A validator of one part of the schema."""
    part = {"$schema": schema["$schema"], "$ref": ref, "$defs": schema["$defs"]}
    return jsonschema.Draft202012Validator(part)


def check(ok, message):
    if not ok:
        sys.exit(f"FAILED: {message}")


def check_valid(validator, value, what):
    for error in validator.iter_errors(value):
        where = "/".join(str(part) for part in error.absolute_path)
        sys.exit(f"FAILED: {what}: at {where}: {error.message[:500]}")


def check_strict(validator, value, optional, what):
    """Every member is required but the `optional` ones, and no other is allowed."""
    for key in value:
        less = copy.deepcopy(value)
        del less[key]
        if key not in optional:
            check(not validator.is_valid(less), f"{what}: valid without {key}")
    check(not validator.is_valid({**value, "surprise": 1}), f"{what}: takes an unknown member")
    for key in value:
        wrong = {**value, key: {"no": ["such", "thing"]}}
        check(not validator.is_valid(wrong), f"{what}: takes an object for {key}")


def main(program, schema_path):
    schema = json.loads(pathlib.Path(schema_path).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    whole = jsonschema.Draft202012Validator(schema)
    document = validator_for(schema, "#/$defs/document")
    line = validator_for(schema, "#/$defs/line")
    finding = validator_for(schema, "#/$defs/finding")
    summary = validator_for(schema, "#/$defs/summary")
    occurrence = validator_for(schema, "#/$defs/occurrence")

    checked = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, folder], check=True)
        for path in sorted(pathlib.Path(folder).glob("*.json")):
            report = json.loads(path.read_text(encoding="ascii"))
            check_valid(document, report, path.name)
            check_valid(whole, report, path.name)
            check_strict(document, report, (), path.name)
            check_strict(summary, report["summary"], (), path.name)
            for item in report["findings"]:
                check_strict(finding, item, ("encoding", "explain"), path.name)
                for place in item["occurrences"]:
                    check_strict(occurrence, place, ("path_encoding",), path.name)
            checked += 1

            lines = path.with_suffix(".jsonl").read_text(encoding="ascii").splitlines()
            values = [json.loads(text) for text in lines]
            for value in values:
                check_valid(line, value, path.name + "l")
                check_valid(whole, value, path.name + "l")
            check(values == report["findings"] + [report["summary"]], f"{path.name}l differs")
    check(checked == 5, f"{checked} examples, not 5")
    print(f"{checked} documents and their lines are valid; the schema is strict")


if __name__ == "__main__":
    main(*sys.argv[1:])
