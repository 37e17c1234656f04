#!/usr/bin/env python3
"""Writes the seeded half of what the value model is fitted on.

    corpus.py SEED LINES FOLDER        FOLDER/lines.txt and FOLDER/labels.txt, a digit a line

CredData's values are scrambled letter by letter, so a fit on them alone unlearns that words are no
secrets. Here words stay words: names, labels, placeholders, paths, references and versions are
negatives; random tokens, and passwords as people make them (words with digits and marks among
them), are positives. Same seed, same bytes.
"""
import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DIGITS, LOWER = "0123456789", "abcdefghijklmnopqrstuvwxyz"
BASE62 = DIGITS + LOWER + LOWER.upper()
FORMS = ['{n} = "{v}"', "{n} = '{v}'", '{n}: "{v}"', '"{n}": "{v}",', "'{n}': '{v}',", "'{n}' => '{v}',", '{n} := "{v}"', "{N}={v}",
         "export {N}={v}", "{n}: {v}", "  - {N}={v}", '<{n}>{v}</{n}>', 'set_{n}("{v}")', '<add key="{n}" value="{v}" />',
         'const {n} = "{v}";', 'val {n}: String = "{v}"', 'private static final String {N} = "{v}";', '--{n}={v}', '--{n} {v}',
         'if {n} == "{v}":', '#define {N} "{v}"', '  {n}={v}', 'let {n}: &str = "{v}";', 'put("{n}", "{v}");', '{n} ?= {v}', '# {n}: {v}']
SECRET = ["password", "passwd", "db_password", "secret", "client_secret", "api_key", "apiKey", "token", "auth_token", "accessToken",
          "secret_key", "secretKey", "encryption_key", "credentials", "passphrase", "private_key", "userPassword", "admin_pwd",
          "rootPassword", "smtp_pass", "jwt_secret", "webhook_secret", "refresh_token", "signing_key", "master_key", "sessionToken"]
OTHER = ["token_type", "key_id", "public_key", "password_field", "secret_name", "key_name", "token_url", "auth_type", "password_label",
         "keyboard_key", "primary_key", "cache_key", "sort_key", "password_hint", "tokenizer", "auth_method", "cookie_name",
         "session_store", "secret_path", "credential_type", "key_file", "token_count", "password_policy", "foreign_key", "authorization_url"]


def words_of():
    text = open(os.path.join(HERE, "../../src/match/data/language.txt")).read().split("\nwords\n")[1]
    return [w for w in text.split() if len(w) >= 4]


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.words = words_of()

    def some(self, alphabet, low, high):
        return "".join(self.r.choice(alphabet) for _ in range(self.r.randint(low, high)))

    def word(self):
        return self.r.choice(self.words)

    def uuid(self):
        h = self.some("0123456789abcdef", 32, 32)
        return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"

    def token(self):
        r = self.r
        return r.choice([
            lambda: self.some(BASE62, 16, 48), lambda: self.some(BASE62, 20, 40), lambda: self.some("0123456789abcdef", 32, 32),
            lambda: self.some("0123456789abcdef", 40, 40), lambda: self.some("0123456789abcdef", 64, 64),
            lambda: self.some(BASE62 + "+/", 43, 43) + "=", lambda: self.some(BASE62 + "-_", 20, 60),
            lambda: self.some(LOWER + DIGITS, 12, 36), lambda: self.some(BASE62 + "!@#%^*-_+", 10, 24),
            lambda: self.some("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16, 32)])()

    def human(self):
        r = self.r
        word = self.word()
        mark, number = r.choice("!@#$%*?-_."), self.some(DIGITS, 2, 4)
        leet = word.translate(str.maketrans("aeios", "43105"))
        return r.choice([word.capitalize() + number + mark, leet + mark + number, word[:4].capitalize() + mark + self.some(LOWER, 2, 4) + number,
                         word + mark + self.some(BASE62, 3, 6), number + word.capitalize() + mark + self.word()[:3]])

    def wordy(self):
        r = self.r
        a, b, c = self.word(), self.word(), self.word()
        return r.choice([
            lambda: a, lambda: a + "_" + b, lambda: a + "-" + b, lambda: a + b.capitalize(), lambda: a.capitalize() + b.capitalize(),
            lambda: a + "." + b, lambda: a + r.choice("123"), lambda: a + self.some(DIGITS, 3, 3), lambda: (a + "_" + b).upper(), lambda: a + " " + b + " " + c,
            lambda: "my" + a, lambda: "my-" + a + "-" + r.choice(["password", "secret", "token", "key"]),
            lambda: r.choice(["test", "fake", "dummy", "some", "new", "old", "bad", "wrong", "invalid", "another"]) + r.choice(["_", "-", ""]) +
            r.choice(["password", "secret", "token", "key", "pass", "pwd", "apikey", "api_key", "secret_key"]) + r.choice(["", "1", "2", "123", "_1"]),
            lambda: r.choice(["your", "insert", "enter", "replace", "put"]) + r.choice(["-", "_", " "]) + a + r.choice(["-", "_", " "]) + "here",
            lambda: "<" + a + "-" + b + ">", lambda: "/" + a + "/" + b + "/" + c, lambda: a + "/" + b + ".json", lambda: a + "." + b + "." + c,
            lambda: "https://" + a + ".com/" + b, lambda: a + "@" + b + ".com", lambda: "v" + self.some(DIGITS, 1, 1) + "." + self.some(DIGITS, 1, 2) + ".0",
            lambda: a.capitalize() + " " + b, lambda: "x" * r.randint(4, 20), lambda: "*" * r.randint(3, 12), lambda: "1234567890"[:r.randint(4, 10)],
            lambda: r.choice(["password", "secret", "changeme", "admin", "root", "test", "guest", "qwerty", "letmein", "foobar", "hunter2", "s3cr3t", "p@ssw0rd", "Passw0rd!",
                              "passw0rd", "abc123", "secretpassword", "supersecret", "topsecret", "mysecretpassword", "correcthorsebatterystaple", "deadbeef", "cafebabe"]),
            lambda: r.choice(["null", "None", "nil", "true", "false", "undefined", "required", "string", "optional"]),
            lambda: "%" + a + "%", lambda: "$" + a.upper(), lambda: "ENV_" + a.upper() + "_" + b.upper(), lambda: "@" + a + "/" + b,
            lambda: a + "::" + b.capitalize(), lambda: a + "->" + b, lambda: a + "_" + b + "_" + c, lambda: "0x" + self.some("0123456789abcdef", 2, 8)])()

    def line(self):
        r = self.r
        kind = r.random()
        if kind < 0.30:
            name, value, label = r.choice(SECRET), self.token(), 1
        elif kind < 0.38:
            name, value, label = r.choice(SECRET), self.human(), 1
        elif kind < 0.85:
            name, value, label = r.choice(SECRET + OTHER), self.wordy(), 0
        elif kind < 0.93:
            name, value, label = r.choice(OTHER), r.choice([self.uuid(), self.some("0123456789abcdef", 40, 40), self.wordy()]), 0
        else:
            name, value, label = r.choice(["key_id", "public_key", "tokenId", "session_id", "secret_id", "authorId", "key_hash", "token_sha256"]), r.choice(
                [self.uuid(), self.some(DIGITS, 5, 12), self.some("0123456789abcdef", 64, 64)]), 0
        if r.random() < 0.3:
            name = r.choice(["app", "db", "test", "my", "prod", "default", "user", "service", "aws", "config"]) + "_" + name
        if r.random() < 0.25:
            name = re.sub(r"_(\w)", lambda m: m.group(1).upper(), name)
        form = r.choice(FORMS)
        return form.format(n=name, N=re.sub(r"([a-z])([A-Z])", r"\1_\2", name).upper(), v=value), label


def main():
    maker = Maker(int(sys.argv[1]))
    os.makedirs(sys.argv[3], exist_ok=True)
    with open(sys.argv[3] + "/lines.txt", "w") as lines, open(sys.argv[3] + "/labels.txt", "w") as labels:
        for _ in range(int(sys.argv[2])):
            text, label = maker.line()
            lines.write(text + "\n")
            labels.write(f"{label}\n")


main()
