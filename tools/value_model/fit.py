#!/usr/bin/env python3
"""Fits src/match/data/value_model.txt; see README.md beside it for how the inputs are made.

    fit.py --labelled VALUES.jsonl --meta META --seeded VALUES.jsonl LABELS --background VALUES.jsonl
           [--skip-repo ID] [--check] [-o MODEL]

VALUES.jsonl is what dump_values printed. --labelled: CredData's half A; --seeded: of corpus.py; --background: working
trees of public repositories, whose values are taken as no secrets, with little weight. --check cross-validates by
repository in five folds first, and prints what precision and recall each line between the classes would give on
labelled lines (of the values that the generic rules see; what other rules find is not counted here).
Needs numpy and scikit-learn.
"""
import argparse
import collections
import csv
import glob
import json
import math
import os
import random

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

# Weights of one value, by where it comes from.
UNLABELLED, SEEDED, BACKGROUND = 0.6, 0.25, 0.3
MOST_PER_REPOSITORY = 150  # of one label: beyond it a repository's values share the weight of the root
# Each split sees a few features only: trees that differ carry over better to repositories that were not seen.
TREES = dict(max_iter=120, learning_rate=0.1, max_leaf_nodes=16, min_samples_leaf=25, l2_regularization=4, max_features=0.15,
             random_state=1)


class Values:
    def __init__(self):
        self.x, self.y, self.w, self.repo, self.parts, self.place, self.label = [], [], [], [], [], [], []

    def add(self, d, y, w, repo, label):
        self.x.append(d["x"])
        self.y.append(y)
        self.w.append(w)
        self.repo.append(repo)
        self.parts.append(d["parts"])
        self.place.append((d["file"], d["line"]))
        self.label.append(label)

    def finish(self):
        self.x, self.y, self.w = np.array(self.x, dtype=np.float32), np.array(self.y), np.array(self.w)
        count = collections.Counter(zip(self.repo, self.y))
        for i, key in enumerate(zip(self.repo, self.y)):
            if count[key] > MOST_PER_REPOSITORY:
                self.w[i] *= math.sqrt(MOST_PER_REPOSITORY / count[key])


def read_values(path):
    with open(path) as f:
        names = json.loads(f.readline())
        return names, [json.loads(line) for line in f]


def read_rows(meta, skip):
    rows = []
    for path in sorted(glob.glob(os.path.join(meta, "*.csv"))):
        if os.path.basename(path)[:-4] in skip:
            continue
        with open(path, newline="", encoding="utf-8") as f:
            rows += list(csv.DictReader(f))
    return rows


def add_labelled(values, found, rows, skip):
    by_line = collections.defaultdict(list)
    for r in rows:
        for line in range(int(r["LineStart"]), int(r["LineEnd"]) + 1):
            by_line[r["FilePath"], line].append(r)
    for d in found:
        repo = d["file"].split("/")[1]
        if repo in skip:
            continue
        here = by_line.get((d["file"], d["line"]), [])
        truths = {r["GroundTruth"] for r in here}
        label = next((t for t in "TFX" if t in truths), "U")
        y, w = 0, 1.0 if label != "U" else UNLABELLED
        if label == "T":
            w = 0.0  # another value on a line with a credential: neither
            for r in here:
                start, end = int(r["ValueStart"] or -1), int(r["ValueEnd"] or -1)
                if r["GroundTruth"] == "T" and (start < 0 or (start < d["column"] + d.get("size", 1) and end > d["column"])):
                    y, w = 1, 1.0
        values.add(d, y, w, repo, label)


def name_weights(values, chosen):
    """log of how much more often a part of a name stands with secrets than with others"""
    true, false, repos = collections.Counter(), collections.Counter(), collections.defaultdict(set)
    total_true = sum(values.w[i] for i in chosen if values.y[i])
    total_false = sum(values.w[i] for i in chosen if not values.y[i])
    for i in chosen:
        for part in set(values.parts[i]):
            repos[part].add(values.repo[i])
            (true if values.y[i] else false)[part] += values.w[i]
    return {p: math.log((true[p] + 2 * total_true / total_false) / total_true * total_false / (false[p] + 2))
            for p in sorted(repos) if len(repos[p]) >= 3 and true[p] + false[p] >= 4 and len(p) <= 24}


def with_names(values, chosen, weights, index):
    x = values.x[chosen].copy()
    for k, i in enumerate(chosen):
        each = [weights.get(p, 0) for p in values.parts[i]]
        x[k, index["name_weight"]] = sum(each)
        x[k, index["name_least"]] = min(each + [0])
        x[k, index["word_last"]] = each[-1] if each else 0
    return x


def fit(values, chosen, index):
    weights = name_weights(values, chosen)
    trees = HistGradientBoostingClassifier(**TREES)
    trees.fit(with_names(values, chosen, weights, index), values.y[chosen], sample_weight=values.w[chosen])
    return weights, trees


def figures(scores, values, rows, line):
    reported = {values.place[i] for i in range(len(scores)) if scores[i] >= line and values.label[i] in "TFXU"}
    lines = [{(r["FilePath"], k) for k in range(int(r["LineStart"]), int(r["LineEnd"]) + 1)} for r in rows if r["GroundTruth"] == "T"]
    found = sum(1 for keys in lines if keys & reported)
    false = len(reported - set().union(*lines))
    precision, recall = found / max(found + false, 1), found / len(lines)
    return found, false, precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def check(values, rows, index):
    repos = sorted(set(values.repo))
    random.Random(7).shuffle(repos)
    fold = {r: i % 5 for i, r in enumerate(repos)}
    folds = np.array([fold[r] for r in values.repo])
    scores = np.zeros(len(values.repo))
    for k in range(5):
        weights, trees = fit(values, np.where(folds != k)[0], index)
        rest = np.where(folds == k)[0]
        scores[rest] = trees.decision_function(with_names(values, rest, weights, index))
    for name, keep in (("seeded", "s"), ("background", "b")):
        chosen = [i for i, label in enumerate(values.label) if label == keep]
        for line in (-1, 0, 1):
            right = sum((scores[i] >= line) == values.y[i] for i in chosen)
            wrong = sum(scores[i] >= line and not values.y[i] for i in chosen)
            print(f"{name}, line {line}: {right} of {len(chosen)} right, {wrong} wrongly secrets")
    for line in np.arange(-2, 2.01, 0.25):
        print("line %5.2f  found %5d  false %4d  precision %.3f  recall %.3f  F1 %.3f" % ((line,) + figures(scores, values, rows, line)))
    return scores


def write(out, names, weights, trees, line, comment):
    out.write(f"# The value model; see src/match/value_model.h. Fitted by tools/value_model/fit.py.\n# {comment}\n")
    out.write("features " + " ".join(names) + "\n")
    out.write(f"bias {float(np.ravel(trees._baseline_prediction)[0]) - line:.5f}\n")
    for part, weight in weights.items():
        if abs(weight) >= 0.05:
            out.write(f"name {part} {weight:.2f}\n")
    for (tree,) in trees._predictors:
        nodes = tree.nodes
        # Breadth first, so that a node's two children stand side by side.
        order, place = [0], {0: 0}
        for i in order:
            if not nodes[i]["is_leaf"]:
                for child in (nodes[i]["left"], nodes[i]["right"]):
                    place[int(child)] = len(order)
                    order.append(int(child))
        out.write(f"tree {len(order)}\n")
        for i in order:
            n = nodes[i]
            if n["is_leaf"]:
                out.write(f"leaf {n['value']:.4f}\n")
            else:
                out.write(f"{names[n['feature_idx']]} {n['num_threshold']:.6g} {place[int(n['left'])]}\n")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--labelled", required=True)
    ap.add_argument("--meta", required=True)
    ap.add_argument("--seeded", nargs=2, required=True)
    ap.add_argument("--background", required=True)
    ap.add_argument("--skip-repo", action="append", default=[])
    ap.add_argument("--check", action="store_true")
    ap.add_argument("--line", type=float, default=0.0, help="log of odds that the model's 0 shall stand for")
    ap.add_argument("-o")
    a = ap.parse_args()
    names, labelled = read_values(a.labelled)
    index = {n: i for i, n in enumerate(names)}
    rows = read_rows(a.meta, a.skip_repo)
    values = Values()
    add_labelled(values, labelled, rows, a.skip_repo)
    labels = open(a.seeded[1]).read().split()
    for d in read_values(a.seeded[0])[1]:
        values.add(d, int(labels[d["line"] - 1]), SEEDED, f"seeded{d['line'] % 40}", "s")
    for d in read_values(a.background)[1]:
        values.add(d, 0, BACKGROUND, "b:" + d["file"].split("/")[1], "b")
    values.finish()
    if a.check:
        check(values, rows, index)
    if a.o:
        weights, trees = fit(values, np.arange(len(values.repo)), index)
        counts = collections.Counter(values.label)
        comment = (f"labelled values T {counts['T']}, F {counts['F']}, X {counts['X']}, unlabelled {counts['U']}; "
                   f"seeded {counts['s']}; background {counts['b']}")
        with open(a.o, "w") as out:
            write(out, names, weights, trees, a.line, comment)


main()
