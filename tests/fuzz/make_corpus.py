#!/usr/bin/env python3
"""Writes the seeds of the fuzz corpora: what a real git makes, and that with bytes changed.

`make_corpus.py [FOLDER]` (default: corpus/ beside this file) writes FOLDER/TARGET/seed-*; the same
git writes the same files again, but for private_key, whose keys are new ones. What libFuzzer found
besides is named found-* and is not touched.
"""

import base64
import html
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import zlib

SEED = 20
MUTANTS = 2  # of each input


def git(repo, *args, data=b""):
    env = {
        "PATH": os.environ["PATH"], "HOME": str(repo), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C",
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "C",
        "GIT_COMMITTER_EMAIL": "c@example.com", "GIT_AUTHOR_DATE": "1700000000 +0100",
        "GIT_COMMITTER_DATE": "1700000060 -0230",
    }
    done = subprocess.run(["git", "-C", str(repo), *args], env=env, input=data, check=True,
                          capture_output=True)
    return done.stdout


def make_repository(folder, hash_name):
    repo = folder / hash_name
    repo.mkdir()
    git(repo, "init", "-q", "-b", "main", f"--object-format={hash_name}")
    text = "".join(f"line {i}\n" for i in range(40))
    for i in range(4):
        (repo / "sub").mkdir(exist_ok=True)
        (repo / "a.txt").write_text(text.replace("line 7", f"line seven {i}"))
        (repo / "sub" / "b").write_text(f"b{i}\n")
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "-m", f"change {i}")
        if i == 1:
            git(repo, "tag", "-m", "a tag", "v1")
            git(repo, "repack", "-q", "-d")
    git(repo, "repack", "-q", "-d")
    git(repo, "multi-pack-index", "write")
    git(repo, "update-index", "--skip-worktree", "sub/b")
    return repo


class Corpus:
    def __init__(self, root):
        self.root = root
        self.random = random.Random(SEED)
        self.counts = {}

    def put(self, target, data):
        folder = self.root / target
        folder.mkdir(parents=True, exist_ok=True)
        number = self.counts[target] = self.counts.get(target, 0) + 1
        (folder / f"seed-{number:02}").write_bytes(data)

    def add(self, target, data):
        """The input itself, cut off, and with bytes changed."""
        self.put(target, data)
        for _ in range(MUTANTS):
            changed = bytearray(data)
            for _ in range(self.random.randint(1, 3)):
                if changed:
                    changed[self.random.randrange(len(changed))] = self.random.randrange(256)
            self.put(target, bytes(changed[: self.random.choice([None, len(changed) // 2])]))


def add_repository(corpus, repo, kind):
    packs = sorted((repo / ".git/objects/pack").glob("*.pack"))
    for pack in packs:
        corpus.add("pack_index", kind + pack.with_suffix(".idx").read_bytes())
        corpus.add("pack_entry", kind + pack.read_bytes()[12:])
    old = repo / "old.idx"
    git(repo, "index-pack", "--index-version=1", "-o", str(old), str(packs[0]))
    corpus.add("pack_index", kind + old.read_bytes())
    old.unlink()
    git(repo, "index-pack", "--index-version=2,64", "-o", str(old), str(packs[0]))
    corpus.add("pack_index", kind + old.read_bytes())
    old.unlink()
    corpus.add("multi_pack_index", kind + (repo / ".git/objects/pack/multi-pack-index").read_bytes())
    for name in ("HEAD", "HEAD^{tree}", "v1"):
        sort = git(repo, "cat-file", "-t", name).decode().strip()
        body = git(repo, "cat-file", sort, name)
        corpus.add("object_parse", body)
        whole = f"{sort} {len(body)}".encode() + b"\0" + body
        corpus.add("loose_object", whole)
        corpus.add("loose_object", zlib.compress(whole))
    for version in ("2", "3", "4"):
        git(repo, "update-index", "--index-version", version)
        corpus.add("git_index", kind + (repo / ".git/index").read_bytes())
    git(repo, "pack-refs", "--all")
    corpus.add("refs", (repo / ".git/packed-refs").read_bytes())
    corpus.add("refs", (repo / ".git/HEAD").read_bytes())


def add_deltas(corpus):
    def size(value):
        out = bytearray()
        while value > 127:
            out.append(0x80 | value & 127)
            value >>= 7
        return bytes(out) + bytes([value])

    base = 20  # the first byte: the base has five times as many
    head = size(5 * base)
    corpus.add("delta", bytes([base]) + head + size(8) + b"\x03abc" + b"\x91\x0a\x05")
    corpus.add("delta", bytes([base]) + head + size(100) + b"\x90\x64")
    corpus.add("delta", bytes([base]) + head + size(60) + b"\x90\x1e" * 2)
    corpus.add("delta", bytes([255]) + size(1275) + size(65536) + b"\x80")
    corpus.add("delta", bytes([base]) + head + size(1 << 60) + b"\xff" + b"\xff" * 7)
    corpus.add("delta", bytes([0]) + size(0) + size(0))


def key_of(folder, *command):
    path = pathlib.Path(folder) / "key"
    path.unlink(missing_ok=True)
    subprocess.run([*command, str(path)], check=True, capture_output=True)
    return path.read_text()


def add_keys(corpus):
    """New keys each time: what they are made from is not ours to fix."""
    openssl = (
        ["genrsa", "-traditional"], ["genpkey", "-algorithm", "ED25519"],
        ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        ["ecparam", "-name", "secp256k1", "-genkey", "-noout"],
        ["genpkey", "-algorithm", "X448", "-aes256", "-pass", "pass:x"],
    )
    ssh = (["-t", "ed25519", "-N", ""], ["-t", "ecdsa", "-N", ""],
           ["-t", "ed25519", "-N", "secret", "-a", "1"])
    with tempfile.TemporaryDirectory() as folder:
        keys = [(b"\0", key_of(folder, "openssl", *options, "-out")) for options in openssl]
        keys += [(b"\1", key_of(folder, "ssh-keygen", "-q", *options, "-f")) for options in ssh]
    for form, pem in keys:
        body = "".join(line for line in pem.splitlines() if not line.startswith("-----"))
        # Stored as base64 decodes it: no file may hold a key as text.
        corpus.add("private_key", form + base64.b64decode(body))


def add_secrets(corpus):
    def b64(text):
        return base64.urlsafe_b64encode(text).rstrip(b"=")

    corpus.add("checks", b"")
    corpus.add("checks", b".".join([b64(b'{"alg":"none"}'), b64(b'{"exp":1e9,"iss":"x"}'), b"x"]))
    corpus.add("checks", b64(b"user:secret word"))
    corpus.add("checks", b"pypi" + b"-" + b64(b"\2\1\10pypi.org\0\2\4abcd\0\0\6\40" + b"x" * 32))
    corpus.add("checks", b"A12UEL5L")
    corpus.add("checks", b"$6$rounds=5000$salt$" + b"x" * 85 + b"1")
    corpus.add("checks", b"{SSHA}" + base64.b64encode(b"x" * 28))
    corpus.add("checks", b"-----BEGIN X-----\\nProc-Type: 4,ENCRYPTED\\n\\n" + b64(b"y" * 60))
    corpus.add("checks", b"zoo " * 11 + b"wrong")
    corpus.add("checks", b"xapp-1-" + b"A0-12345678-x")
    corpus.add("checks", b"[" + b",".join([b"255"] * 64) + b"]")


def add_encoded(corpus):
    text = b'{"name": "a", "key": "some key of forty bytes or so, not real"}\n'
    code = base64.b64encode
    quoted = json.dumps(text.decode()).encode()
    lines = base64.encodebytes(text * 4)
    for made in (
        code(text), lines, lines.replace(b"\n", b"\r\n   "), text.hex().encode(),
        b"x = " + quoted, json.dumps(quoted.decode()).encode(), code(zlib.compress(text)),
        code(text.decode().encode("utf-16")), b"".join(b"%%%02x" % c for c in text),
        html.escape(text.decode()).encode(), b"\\" * 41 + b"n" + b" " * 330 + b"\\u0041" + b"k" * 400,
    ):
        corpus.add("encoded_runs", b"\0\x28\4\0" + b"a b\n" + made + b"; c")


def add_regexes(corpus):
    for regex, text in [
        (r"(?i:pass(?:word)?)[\w .-]{0,9}?[=:]\s*([^\s\"]{3,8})(?:[\s;]|$)", "my PassWord x = abcd;\n"),
        (r"\b(?:[a-z]{0,4}key|k)=(a|ab)(c|bcd)(d*)\b", "akey=abcd k=abcdd"),
        (r"(?m)^(a+?)(b{2,3})$|\Ax\z", "aab\naabb\nabbbb"),
        (r"((a)|(b)){1,3}?c\B(?U)(x{1,3})x", "ababcxxxx"),
        (r"(?s).[^\W\d]{2,}[[:^alpha:]](?i)\xe9\Qa.b\E?", "\n_ab-\xc9a.b"),
        (r"(?:[0-2]?[0-9]{1,2},){3}[0-9]|(x)?", "12,34,56,7 x"),
    ]:
        corpus.add("regex_program", regex.encode("latin-1") + b"\0\0\14" + text.encode("latin-1"))


def main():
    here = pathlib.Path(__file__).resolve().parent
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / "corpus"
    for old in root.glob("*/seed-*"):
        old.unlink()
    corpus = Corpus(root)
    add_deltas(corpus)
    add_secrets(corpus)
    add_keys(corpus)
    add_encoded(corpus)
    with tempfile.TemporaryDirectory() as folder:
        for hash_name, kind in (("sha1", b"\0"), ("sha256", b"\1")):
            add_repository(corpus, make_repository(pathlib.Path(folder), hash_name), kind)
    add_regexes(corpus)


if __name__ == "__main__":
    main()
