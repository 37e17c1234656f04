#!/usr/bin/env python3
"""Counts words and letters in the working trees of repositories, for src/match/data/language.txt.

    language.py REPOSITORY.git... > src/match/data/language.txt

A word is a run of letters in one case (camelCase counts as two). Kept are words of 3 to 14 letters
that stand in at least five repositories (of three letters: eight), and those of EXTRA: names and
keyboard walks that people take for passwords. The trigrams are those of all words, each counted
with the root of its frequency, so that rare words count too. Output is the same for the same input.
"""
import collections
import math
import re
import subprocess
import sys

PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
ORDER = "abcdefghijklmnopqrstuvwxyz^"
EXTRA = """
abc abcd abcdef abcdefg abcdefgh admin administrator alice anonymous apple asdf asdfgh asdfghjkl azerty babygirl bar baseball bat batman baz
baseball blah bob bogus carol changeme charlie chocolate correct dave default demo donald dragon dummy eve example fake fixme flower foo foobar football
freedom frob fubar george ginger guest hacker harley hello hunter iloveyou jane jennifer jessica joe john jordan killer letmein login lorem ipsum
lovely maggie master matrix merlin michael monkey mustang mypass mypassword mysecret mysql ninja nobody none null oracle pass passw passwd password
passphrase pepper pikachu placeholder postgres princess pwd qazwsx qux quux qwer qwert qwerty qwertyuiop random ranger redacted redis replace robert root
sample samsung scott secret secure shadow silver snoopy soccer solo somepass someone something starwars steve summer sunshine super superman superuser swordfish sysadmin
taylor temp temppass tempvalue test tester testing testpass testpassword testtest testuser thomas thunder tiger todo toor trustno user username vagrant
welcome whatever william winter xxx xyz xyzzy yankee yourkey yourpassword zaq zxcv zxcvbn zxcvbnm
""".split()


def count(git_dir):
    grep = subprocess.run(["git", "--git-dir", git_dir, "grep", "-I", "-h", "-o", "-E", "[A-Za-z]{3,24}", "HEAD"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    words = collections.Counter()
    for text, n in collections.Counter(grep.stdout.decode("latin1").split("\n")).items():
        for part in PARTS.findall(text):
            if 3 <= len(part) <= 14:
                words[part.lower()] += n
    return words


def main():
    repositories, frequency = collections.Counter(), collections.Counter()
    for git_dir in sys.argv[1:]:
        words = count(git_dir)
        total = sum(words.values())
        for word, n in words.items():
            repositories[word] += n >= 2
            frequency[word] += n * 1e6 / total
    kept = {w for w in frequency if repositories[w] >= (8 if len(w) == 3 else 5)}
    kept |= {w for w in EXTRA if 3 <= len(w) <= 14}
    trigrams = collections.Counter()
    for word in kept:
        padded = "^^" + word
        for i in range(2, len(padded)):
            trigrams[padded[i - 2:i + 1]] += math.sqrt(max(frequency[word], 1))
    print("# Words and letters of source code; see src/match/language_model.h. Made by tools/value_model/language.py.")
    print("trigrams")
    for first in ORDER:
        line = ""
        for second in ORDER:
            counts = [trigrams[first + second + third] for third in ORDER[:26]]
            total = sum(counts)
            for c in counts:
                # Smoothed towards even odds by what three words would count.
                bits = -math.log2((c + 3 / 26) / (total + 3))
                line += chr(33 + min(round(bits * 8), 90))
            line += "!"
        print(line)
    print("words")
    line = ""
    for word in sorted(kept):
        if len(line) + len(word) >= 119:
            print(line.strip())
            line = ""
        line += " " + word
    print(line.strip())


main()
