#!/usr/bin/env python3
"""`count_tests.py RESULTS.xml STATUS`: prints `passed failed skipped` of a ctest run's JUnit file.
STATUS is ctest's exit status: a run that failed, or that had no test, never counts as clean."""

import sys
import xml.etree.ElementTree as ElementTree

# ctest writes "notrun" for a test that skipped itself and for one whose program is not there.
SKIPPED_ITSELF = ("SKIP_REGULAR_EXPRESSION_MATCHED", "SKIP_RETURN_CODE")


def count(cases):
    passed = failed = skipped = 0
    for case in cases:
        status = case.get("status")
        reason = case.find("skipped")
        message = reason.get("message", "") if reason is not None else ""
        if status == "run":
            passed += 1
        elif status == "disabled" or (status == "notrun" and message.startswith(SKIPPED_ITSELF)):
            skipped += 1
        else:
            failed += 1
    return passed, failed, skipped


def main():
    cases = ElementTree.parse(sys.argv[1]).getroot().iter("testcase")
    passed, failed, skipped = count(cases)
    if failed == 0 and (sys.argv[2] != "0" or passed == 0):
        failed = 1
        print(f"ctest ended with {sys.argv[2]}, {passed} tests passed", file=sys.stderr)
    print(passed, failed, skipped)


if __name__ == "__main__":
    main()
