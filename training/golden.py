#!/usr/bin/env python3
"""Writes the scores that the trainer's network gives to a few functions, for a test that compares
them with those of the product's.

    golden.py --model crates/models/weights --functions crates/models/tests/golden/functions.jsonl
"""

import argparse
import json
import pathlib

import torch

import export
from batches import stream

HERE = pathlib.Path(__file__).resolve().parent


@torch.no_grad()
def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--binary", type=pathlib.Path, default=HERE.parent / "target/release/omnistack-models")
    options.add_argument("--model", type=pathlib.Path, default=HERE.parent / "crates/models/weights")
    golden = HERE.parent / "crates/models/tests/golden"
    options.add_argument("--functions", type=pathlib.Path, default=golden / "functions.jsonl")
    options.add_argument("--out", type=pathlib.Path, default=golden / "scores.json")
    options = options.parse_args()
    network = export.network(options.model / "predictor.safetensors")
    found = []
    for batch in stream(options.binary, "encode", options.functions, "--data", options.model):
        scores, clean = network(batch)
        for sample in range(batch.size):
            own = scores[batch.candidate_sample == sample]
            found.append({"clean": round(float(clean[sample]), 5),
                          "candidates": [round(float(score), 5) for score in own]})
    options.out.write_text(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
