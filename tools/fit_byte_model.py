#!/usr/bin/env python3
"""Fits the model of source code that anchors are chosen by (src/match/byte_model.cc).

Usage: tools/fit_byte_model.py OUT_FOLDER FOLDER...

Reads the text files below the FOLDERs (working trees of public repositories) and writes two tables to
OUT_FOLDER. Only figures are kept and single words that are everywhere, no text.

byte_pairs.inc: which byte follows which. Bytes are folded into 98 symbols: tab, newline, the 95 printable
ones, and one for all others. Per pair, -log2 of the probability of the second after the first, rounded
and cut to 0..25, as a letter 'a'..'z'; the first line holds the same for single symbols.

common_words.inc: the most frequent runs of letters, in lower case ("://" belongs to the run before it),
with how often each occurs per million bytes. Pairs alone would make "https" look rare.
"""
import collections
import math
import os
import re
import sys

SYMBOLS = 98
MAX_FILE = 400_000
WORDS = 1500
MIN_WORD = 3
MIN_FILES = 20


def symbol(byte):
    if byte == 9:
        return 0
    if byte == 10:
        return 1
    if 32 <= byte < 127:
        return byte - 30
    return 97


def letter(count, total):
    return chr(ord("a") + min(25, round(-math.log2(count / total))))


def texts(roots):
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(folder, name)
                if os.path.islink(path) or os.path.getsize(path) > MAX_FILE:
                    continue
                with open(path, "rb") as file:
                    data = file.read()
                if b"\0" not in data:
                    yield data


def main():
    table = bytes(symbol(b) for b in range(256))
    pairs = collections.Counter()
    words = collections.Counter()
    in_files = collections.Counter()
    files = size = 0
    for data in texts(sys.argv[2:]):
        files += 1
        size += len(data)
        text = data.translate(table)
        pairs.update(zip(text, text[1:]))
        found = collections.Counter(re.findall(rb"[a-z]{%d,}(?:://)?" % MIN_WORD, data.lower()))
        words.update(found)
        in_files.update(found.keys())
    head = f"// Fitted by tools/fit_byte_model.py on {files} files, {size} bytes.\n"
    singles = [sum(pairs[a, b] for b in range(SYMBOLS)) for a in range(SYMBOLS)]
    with open(os.path.join(sys.argv[1], "byte_pairs.inc"), "w") as out:
        out.write(head)
        total = sum(singles)
        out.write('"' + "".join(letter(max(n, 0.5), total) for n in singles) + '",\n')
        for a in range(SYMBOLS):
            row = [pairs[a, b] + 0.02 for b in range(SYMBOLS)]
            out.write('"' + "".join(letter(n, sum(row)) for n in row) + '",\n')
    with open(os.path.join(sys.argv[1], "common_words.inc"), "w") as out:
        out.write(head)
        common = [w for w, _ in words.most_common(4 * WORDS) if in_files[w] >= MIN_FILES][:WORDS]
        for word in sorted(common):
            out.write('{"%s", %.1f},\n' % (word.decode(), words[word] / size * 1e6))


if __name__ == "__main__":
    main()
