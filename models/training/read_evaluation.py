"""Reads what `silvergrain evaluate --json` has printed: the discriminator's scores by region, and the best realism.

    npm run -s evaluate -- DIR --realism 0,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1 --json > DIR.jsonl
    cat *.jsonl | /usr/bin/python3 models/training/read_evaluation.py

The best realism is the one that gives up least: HaarPSI asks whether the detail is where the photo has it and falls with
realism; the texture's distance asks whether there is as much of it and of the same kind, and falls too, which is good.
Each is put on a scale from 0 (the best of the run) to 1 (the worst of its two ends); the least sum wins. That the two
pull in opposite directions is no accident (Blau and Michaeli 2018, "The perception-distortion tradeoff").
"""

import json
import re
import sys

import numpy as np

QUANTILES = (5, 25, 50, 75, 95)


def realism_of(candidate):
    """The realism that a candidate's name stands for, or None."""
    ends = {"srresnet-x4": 0.0, "srgan-x4": 1.0}
    if candidate in ends:
        return ends[candidate]
    between = re.fullmatch(r"silvergrain-x4@([\d.]+)", candidate)
    return float(between.group(1)) if between else None


def tell_distribution(pictures):
    """Prints the quantiles of the region scores of each candidate."""
    print("discriminator, regions of 64 px".ljust(34) + "".join(f"{q:>7} %" for q in QUANTILES) + "    regions")
    for candidate in dict.fromkeys(each["candidate"] for each in pictures):
        scores = [
            score
            for each in pictures
            if each["candidate"] == candidate
            for score in each["realism"]["regions"]["scores"]
        ]
        values = np.percentile(scores, QUANTILES)
        print(candidate.ljust(34) + "".join(f"{value:9.3f}" for value in values) + f"{len(scores):11d}")


def mean_of(pictures, share, figure):
    """The mean of a figure over the pictures at a realism."""
    return np.mean([each["comparison"][figure] for each in pictures if realism_of(each["candidate"]) == share])


def tell_best(pictures):
    """Prints what each realism gives up, and the least."""
    share = np.array(sorted({realism_of(each["candidate"]) for each in pictures} - {None}))
    if len(share) < 3:
        return
    fidelity = np.array([mean_of(pictures, each, "haarPsi") for each in share])
    texture = np.array([mean_of(pictures, each, "texture") for each in share])
    lost = (fidelity.max() - fidelity) / (fidelity.max() - min(fidelity[0], fidelity[-1]))
    missing = (texture - texture.min()) / (max(texture[0], texture[-1]) - texture.min())
    print("\nrealism   fidelity given up   texture missing   sum")
    for row in zip(share, lost, missing, lost + missing):
        print("{:7.2f}{:20.3f}{:18.3f}{:8.3f}".format(*row))
    print(f"least at {share[np.argmin(lost + missing)]:g}")


def main():
    lines = [json.loads(line) for line in sys.stdin if line.startswith("{")]
    pictures = [each for each in lines if each["type"] == "picture"]
    tell_distribution(pictures)
    tell_best(pictures)


main()
