#!/usr/bin/env python3
"""No file of this repository holds a plain token: other scanners, and our own, run over it, and a
made-up token that looks real costs somebody an evening. Samples are assembled instead (adjacent
string literals, the sample templates of rules/sample.h). `no_secrets_test.py [ROOT]`."""

import pathlib
import random
import re
import string
import subprocess
import sys
import tempfile
import unittest

# Formats that nothing but a token has. Character classes keep a pattern from matching itself.
PATTERNS = {
    "aws key id": r"(?<![A-Z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Z0-9])",
    "github token": r"gh[pousr]_[A-Za-z0-9]{36}",
    "github fine-grained": r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
    "gitlab token": r"gl(?:pat|dt|ptt|soat|cbt|rt|ft|imt|agent)-[A-Za-z0-9_-]{20}",
    "gitlab runner": r"GR1348941[A-Za-z0-9_-]{20}",
    "slack token": r"xox[abeoprs]-[0-9]{8,}-[A-Za-z0-9-]{10,}",
    "slack app": r"xapp-[0-9]-[A-Z0-9]{8,}-[0-9]{8,}-[a-f0-9]{32,}",
    "slack webhook": r"hooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,}",
    "discord webhook": r"discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,}",
    "stripe key": r"[sr]k_(?:live|test|prod)_[A-Za-z0-9]{20,}",
    "stripe webhook": r"whsec_[A-Za-z0-9+/]{32,}",
    "square": r"sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,}",
    "google api key": r"(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])",
    "google oauth secret": r"GOCSPX-[A-Za-z0-9_-]{28}",
    "google refresh token": r"(?<!\w)1//0[A-Za-z0-9_-]{60,}",
    "google access token": r"(?<!\w)ya29\.[A-Za-z0-9_-]{60,}",
    "openai key": r"(?<!\w)sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}",
    "anthropic key": r"sk-ant-(?:api|admin)[0-9]{2}-[A-Za-z0-9_-]{80,}",
    "hugging face": r"(?<!\w)hf_[A-Za-z]{34}(?!\w)",
    "npm token": r"(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)",
    "pypi token": r"pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}",
    "rubygems": r"rubygems_[a-f0-9]{48}",
    "crates.io": r"(?<!\w)cio[A-Za-z0-9]{32}(?!\w)",
    "docker hub": r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,}",
    "sendgrid": r"(?<!\w)SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}",
    "mailgun": r"(?<!\w)key-[0-9a-f]{32}(?!\w)",
    "mailchimp": r"(?<!\w)[0-9a-f]{32}-us[0-9]{1,2}(?!\w)",
    "twilio": r"(?<!\w)(?:SK|AC)[0-9a-f]{32}(?!\w)",
    "digitalocean": r"do[opr]_v1_[a-f0-9]{64}",
    "shopify": r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    "databricks": r"(?<!\w)dapi[a-f0-9]{32}(?!\w)",
    "hashicorp vault": r"(?<!\w)hv[sbr]\.[A-Za-z0-9_-]{24,}",
    "terraform cloud": r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}",
    "new relic": r"NRAK-[A-Z0-9]{27}",
    "grafana": r"gl(?:c|sa)_[A-Za-z0-9+/]{32,}",
    "postman": r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}",
    "linear": r"lin_api_[A-Za-z0-9]{40}",
    "age key": r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",
    "azure account key": r"AccountKey=[A-Za-z0-9+/]{86}==",
    "jwt": r"(?<!\w)eyJ[A-Za-z0-9_-]{17,}\.eyJ[A-Za-z0-9_-]{17,}\.[A-Za-z0-9_-]{20,}",
    "private key": r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:\\[nr]|\s|[\"'+])*"
                   r"[A-Za-z0-9+/=]{40,}",
}
# xxxxxxxx or abcabcabcabc stands for a token in prose and in negatives: nobody takes it for one.
PLACEHOLDER = re.compile(rb"([^=])\1{7}|(.{2,8}?)\2{3}")
TOKENS = [(name, re.compile(pattern.encode())) for name, pattern in PATTERNS.items()]
SKIPPED_FOLDERS = {".git", "build", "__pycache__"}


def files_of(root):
    """What git tracks or would add; everything outside build/ where there is no git."""
    command = ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z", "-co",
               "--exclude-standard"]
    try:
        run = subprocess.run(command, capture_output=True, check=True)
        names = [root / name.decode("utf-8", "surrogateescape")
                 for name in run.stdout.split(b"\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [p for p in root.rglob("*") if not SKIPPED_FOLDERS & set(p.relative_to(root).parts)]
    return sorted(path for path in set(names) if path.is_file() and not path.is_symlink())


def tokens_in(content):
    for name, pattern in TOKENS:
        for match in pattern.finditer(content):
            if not PLACEHOLDER.search(match.group()):
                yield name, content.count(b"\n", 0, match.start()) + 1


def violations(root):
    for path in files_of(root):
        for name, line in tokens_in(path.read_bytes()):
            yield f"{path.relative_to(root)}:{line}: looks like a {name}: assemble it instead"


LETTERS = string.ascii_letters + string.digits
BASE32 = string.ascii_uppercase + "234567"
HEX = "0123456789abcdef"


def body(alphabet, length):
    return "".join(random.Random(length).choices(alphabet, k=length))


class SelfTest(unittest.TestCase):
    """A token of a dozen kinds, assembled here, is seen; its two halves and a run of x are not."""

    SAMPLES = [
        ("AKIA", body(BASE32, 16)), ("ghp_", body(LETTERS, 36)), ("glpat-", body(LETTERS, 20)),
        ("sk_live_", body(LETTERS, 24)), ("xoxb-", "1234567890-" + body(LETTERS, 12)),
        ("AIza", "Sy" + body(LETTERS, 33)), ("npm_", body(LETTERS, 36)),
        ("SG.", body(LETTERS, 22) + "." + body(LETTERS, 43)), ("dop_v1_", body(HEX, 64)),
        ("eyJ", body(LETTERS, 20) + ".eyJ" + body(LETTERS, 20) + "." + body(LETTERS, 30)),
        ("-----BEGIN RSA PRIVATE", " KEY-----\n" + body(LETTERS, 64)),
        ("-----BEGIN PRIVATE", ' KEY-----\\n"\n    "' + body(LETTERS, 64)),
    ]

    def test_samples(self):
        for head, tail in self.SAMPLES:
            with tempfile.TemporaryDirectory(prefix="dragnet-secrets-") as folder:
                root = pathlib.Path(folder)
                root.joinpath("split.txt").write_text(f'"{head}" "{tail}"')
                self.assertEqual(list(violations(root)), [], head)
                root.joinpath("placeholder.txt").write_text(head + "x" * len(tail))
                self.assertEqual(list(violations(root)), [], head)
                root.joinpath("plain.txt").write_text(f'first\nx = "{head}{tail}"')
                self.assertEqual(len(list(violations(root))), 1, head)
                self.assertIn("plain.txt:2: ", list(violations(root))[0])


def main():
    if "--self-test" in sys.argv:
        unittest.main(argv=sys.argv[:1])
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    root = root.resolve()
    found = list(violations(root))
    for line in found:
        print(line)
    seen = len(files_of(root))
    print(f"{seen} files, {len(found)} plain tokens")
    sys.exit(1 if found or seen == 0 else 0)


if __name__ == "__main__":
    main()
