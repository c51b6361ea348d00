#!/usr/bin/env python3
"""Tells what there is to learn from real fixes: how well scores on top of the frozen network tell the
wrong side of a fix from the right one, beside what counting tokens tells.

    probe.py --fixes FIXES.jsonl.gz

Every score is a sum over features of a side, so that a logistic regression on the difference of both
sides finds it. It learns from the repositories of the training part; how much its weights are held back
is chosen on the validation part, and the table is of the test part. Several thousand pairs take some
minutes, most of which the network takes.
"""

import argparse
import pathlib

import torch
from torch.nn import functional

import export
from batches import stream
from network import log_probabilities

HERE = pathlib.Path(__file__).resolve().parent
# Numbers that are made of each token's state, by a map that is drawn and not learned: a score that is
# linear in these is a curved one of the state.
CURVES = 512
# The changed tokens and so many on either side, for the score that is told where to look.
AROUND = 6
# How much weights may be held back, and how much more a pair counts whose sides are equally long.
RESTRAINTS = (0.01, 0.03, 0.1, 0.3)
SAME_LENGTH_COUNTS = 4.0


def changed(one, other):
    """The tokens of each of two sides between what both start with and what both end with."""
    most = min(len(one), len(other))
    same = (one[:most] == other[:most]).all(1).long()
    start = int(same.cumprod(0).sum())
    same = (one.flip(0)[: most - start] == other.flip(0)[: most - start]).all(1).long()
    end = int(same.cumprod(0).sum())
    return start, len(one) - end, len(other) - end


class Features:
    """The features of the network's states, as differences of the wrong side and the right one."""

    def __init__(self, network, seed=1):
        self.network = network
        width = network.configuration.width
        chance = torch.Generator().manual_seed(seed)
        self.map = torch.randn(width, CURVES, generator=chance) / width**0.5 * 1.5
        self.offset = torch.randn(CURVES, generator=chance) * 0.5
        network.after.register_forward_hook(lambda _module, _inputs, states: setattr(self, "states", states))
        parts = {"length": 1, "own": 1, "whole": 2 * width, "tokens": CURVES + width, "place": CURVES + width}
        ends = torch.tensor(list(parts.values())).cumsum(0).tolist()
        self.columns = {name: range(end - size, end) for (name, size), end in zip(parts.items(), ends)}

    @torch.inference_mode()
    def differences(self, batch):
        """One row for each pair of a batch."""
        _, none = log_probabilities(batch, *self.network(batch))
        own = torch.log(-torch.expm1(none.clamp(max=-1e-6))) - none

        def of(sample, start, end):
            states = self.states[sample, : batch.lengths[sample]]
            curves = functional.gelu(states @ self.map + self.offset, approximate="tanh")
            both = torch.cat([curves, states], 1)
            near = both[max(start - AROUND, 0) : max(end, start + 1) + AROUND]
            return torch.cat([batch.lengths[sample, None].float(), own[sample, None], states.mean(0), states.amax(0),
                              both.sum(0), near.sum(0)])

        rows = []
        for right in range(batch.size - 1):
            wrong = right + 1
            if batch.pair[right] != batch.pair[wrong] or batch.label[right] != -1:
                continue
            texts = [batch.words[sample, : batch.lengths[sample]] for sample in (right, wrong)]
            start, end, wrong_end = changed(*texts)
            if end > start or wrong_end > start:
                rows.append(of(wrong, start, wrong_end) - of(right, start, end))
        return rows


def fit(rows, is_same, restraint):
    """Weights under which wrong sides score higher."""
    counts = torch.where(is_same, SAME_LENGTH_COUNTS, 1.0)
    size = rows.pow(2).mean(0).sqrt() + 1e-6
    weights = torch.zeros(rows.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=40)

    def loss():
        optimizer.zero_grad()
        found = (counts * functional.softplus(-(rows / size) @ weights)).sum() / counts.sum()
        found = found + restraint * weights.pow(2).sum()
        found.backward()
        return found

    optimizer.step(loss)
    return weights.detach() / size


def accuracy(scores):
    """How many pairs are told apart; ties count half."""
    return ((scores > 0).float() + 0.5 * (scores == 0)).mean().item() if len(scores) else 0.0


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--binary", type=pathlib.Path, default=HERE.parent / "target/release/omnistack-models")
    options.add_argument("--model", type=pathlib.Path, default=HERE.parent / "crates/models/weights")
    options.add_argument("--fixes", type=pathlib.Path, required=True)
    options.add_argument("--longest", type=int, default=256, help="functions of more tokens are left out")
    options = options.parse_args()
    torch.set_num_threads(1)
    features = Features(export.network(options.model / "predictor.safetensors"))
    parts = {}
    for split in ("train", "validation", "test"):
        batches = stream(options.binary, "fixes", options.fixes, "--data", options.model, "--split", split)
        short = (batch for batch in batches if int(batch.lengths.max()) <= options.longest)
        rows = torch.stack([row for batch in short for row in features.differences(batch)])
        parts[split] = rows, rows[:, 0] == 0
        print(f"{split}: {len(rows)} pairs, {int(parts[split][1].sum())} of equal length", flush=True)
    tests, is_same = parts["test"]
    print("\n| | all | same length | other |\n|---|---|---|---|")

    def show(name, scores):
        shares = (accuracy(scores), accuracy(scores[is_same]), accuracy(scores[~is_same]))
        print(f"| {name} | " + " | ".join(f"{share:.1%}".replace("%", " %") for share in shares) + " |")

    show("the shorter side", -tests[:, 0])
    show("the network's own score", tests[:, 1])
    learned = {"mean and maximum of all states": ("whole",), "sum over all tokens": ("length", "tokens"),
               "sum over the changed tokens": ("length", "place"), "all of these": tuple(features.columns)}
    for name, sets in learned.items():
        columns = [column for part in sets for column in features.columns[part]]
        weights = [fit(parts["train"][0][:, columns], parts["train"][1], restraint) for restraint in RESTRAINTS]
        rows, held_out_same = parts["validation"]
        balanced = lambda scores: accuracy(scores[held_out_same]) + accuracy(scores[~held_out_same])
        best = max(weights, key=lambda it: balanced(rows[:, columns] @ it))
        show(name, tests[:, columns] @ best)


if __name__ == "__main__":
    main()
