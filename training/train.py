#!/usr/bin/env python3
"""Trains the predictor's network.

Batches come from `omnistack-models dataset stream`, so the features are those of the product. A run
goes on from the last checkpoint in --out, if there is one. The learning rate rises, stays, and falls
over the last --decay-minutes of a run: let runs without decay follow one another for as long as the
curve rises, and end with one that decays.

    train.py --out runs/a --minutes 300
    train.py --out runs/a --minutes 60 --decay-minutes 60 --bugs 0.5 --fixes FIXES.jsonl.gz

The last run may learn from real fixes too: a share of its batches are these, each side beside the
other, among functions most of which are correct.

Several processes share the work under `torchrun --nproc-per-node N train.py …`: each draws its own
functions, and the gradients are averaged.
"""

import argparse
import itertools
import json
import os
import pathlib
import random
import time

import torch
import torch.distributed

import evaluate
import export
import grow
from batches import stream
from network import Configuration, Network, contrast_of, loss_of
from optimizer import Optimizer

HERE = pathlib.Path(__file__).resolve().parent
WARM_UP = 400


def arguments():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--binary", type=pathlib.Path, default=HERE.parent / "target/release/omnistack-models")
    options.add_argument("--data", type=pathlib.Path, default=HERE.parent / "target/dataset")
    options.add_argument("--out", type=pathlib.Path, required=True, help="checkpoints, curve and exported weights")
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--decay-minutes", type=float, default=0)
    options.add_argument("--rate", type=float, default=1.5e-3)
    options.add_argument("--tokens", type=int, default=6000, help="positions in a batch")
    options.add_argument("--from", dest="start", type=pathlib.Path, help="weights to go on from; a larger --width widens them")
    options.add_argument("--width", type=int, default=256)
    options.add_argument("--layers", type=int, default=5)
    options.add_argument("--half", action="store_true", help="compute in bfloat16, where the processor is fast at it")
    options.add_argument("--bugs", type=float, default=1.0, help="share of the functions that come with a bug too")
    options.add_argument("--fixes", type=pathlib.Path, help="real fixes: JSON lines, compressed with gzip")
    options.add_argument("--fixes-share", type=float, default=0.25, help="share of the batches that are real fixes")
    options.add_argument("--fixes-times", type=int, default=3, help="how often a fix counts that a candidate repairs")
    options.add_argument("--contrast", type=float, default=0.3, help="weight of the contrast within pairs, with --fixes")
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--log-steps", type=int, default=100)
    options.add_argument("--checkpoint-minutes", type=float, default=10)
    options.add_argument("--validate-minutes", type=float, default=30)
    options.add_argument("--validation", type=int, default=200, help="functions of each language")
    return options.parse_args()


def endless(pass_of):
    """The batches of one pass after the other."""
    return itertools.chain.from_iterable(map(pass_of, itertools.count()))


class Team:
    """The processes that train together; one alone unless `torchrun` started several."""

    def __init__(self):
        self.size = int(os.environ.get("WORLD_SIZE", 1))
        self.number = int(os.environ.get("RANK", 0))
        if self.size > 1:
            torch.distributed.init_process_group("gloo")

    @property
    def leads(self):
        """Whether this process writes the files."""
        return self.number == 0

    def average(self, parameters, is_over):
        """Averages the gradients; tells whether any process says that it is over."""
        if self.size == 1:
            return is_over
        for it in parameters:
            it.grad = torch.zeros_like(it) if it.grad is None else it.grad
        gradients = [it.grad for it in parameters]
        flat = torch.cat([it.view(-1) for it in gradients] + [torch.tensor([float(is_over)])])
        torch.distributed.all_reduce(flat)
        at = 0
        for gradient in gradients:
            gradient.copy_(flat[at : at + gradient.numel()].view_as(gradient) / self.size)
            at += gradient.numel()
        return bool(flat[-1] > 0)

    def add_up(self, tensors):
        """Puts the sum over all processes into each of the tensors."""
        if self.size == 1:
            return
        flat = torch.cat([it.view(-1) for it in tensors])
        torch.distributed.all_reduce(flat)
        for it, part in zip(tensors, flat.split([it.numel() for it in tensors])):
            it.copy_(part.view_as(it))


class Run:
    """A network with its optimizer and how far it has come."""

    def __init__(self, options, team):
        self.options, self.team = options, team
        self.step, self.positions, self.seconds = 0, 0, 0.0
        torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        self.path = options.out / "checkpoint.pt"
        saved = torch.load(self.path, weights_only=False) if self.path.exists() else None
        weights = None
        if saved:
            configuration = Configuration(**saved["configuration"])
        elif options.start:
            configuration, weights, progress = export.read(options.start)
            configuration, weights = grow.wider(configuration, weights, options.width, options.seed)
            self.positions, self.seconds = progress["positions"], progress["seconds"]
        else:
            words = 1 + len((options.data / "vocabulary.txt").read_text().split("\n")[:-1]) + 1024
            configuration = Configuration(words, options.width, options.layers, inner=4 * options.width)
        self.network = Network(configuration)
        if weights:
            self.network.load_state_dict(weights)
        self.network.half = options.half
        self.optimizer = Optimizer(self.network, options.rate, team)
        if saved:
            self.network.load_state_dict(saved["network"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.step, self.positions, self.seconds = saved["step"], saved["positions"], saved["seconds"]

    def save(self):
        saved = {"configuration": self.network.configuration.as_dict(), "network": self.network.state_dict(),
                 "optimizer": self.optimizer.state_dict(), "step": self.step, "positions": self.positions,
                 "seconds": self.seconds}
        unfinished = self.path.with_suffix(".new")
        torch.save(saved, unfinished)
        os.replace(unfinished, self.path)

    def export(self):
        progress = {"steps": self.step, "positions": self.positions, "seconds": self.seconds}
        network = self.network
        export.write(self.options.out / "predictor.safetensors", network.configuration.as_dict(),
                     network.state_dict(), progress)

    def log(self, **entry):
        entry = {"step": self.step, "positions": self.positions, "minutes": round(self.seconds / 60, 1), **entry}
        with open(self.options.out / "curve.jsonl", "a") as curve:
            curve.write(json.dumps(entry) + "\n")
        print(json.dumps(entry), flush=True)

    def held_out(self):
        """Batches of functions of projects that are never learned from."""
        options = self.options
        return stream(options.binary, "stream", "--data", options.data, "--split", "validation", "--seed", 7,
                      "--tokens", options.tokens, "--once", options.validation)

    def validate(self):
        options = self.options
        self.log(validation=evaluate.report(evaluate.rows(self.network, self.held_out())))
        if options.fixes:
            batches = stream(options.binary, "fixes", options.fixes, "--data", options.data, "--split", "validation",
                             "--tokens", options.tokens)
            self.log(fixes=evaluate.report(evaluate.rows(self.network, batches)))

    def balance(self):
        """Shifts the score of "no bug" to where probabilities hold when half of the functions have a bug, which
        is what confidences are reckoned from, whatever share the network was shown last."""
        rows = evaluate.rows(self.network, self.held_out())
        odds = torch.logit(torch.tensor([row[3] for row in rows], dtype=torch.float64), eps=1e-9)
        bugs = sum(row[2] != -1 for row in rows)
        low, high = -10.0, 10.0
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if torch.sigmoid(odds + middle).sum() < bugs else (low, middle)
        with torch.no_grad():
            self.network.clean.bias -= low
        self.log(balance=round(low, 3))

    def rate(self, left):
        """The learning rate with `left` minutes to go."""
        options = self.options
        rate = options.rate * min(1.0, (self.step + 1) / WARM_UP)
        return rate * min(1.0, max(left, 0) / options.decay_minutes) if options.decay_minutes else rate

    def batches(self, seed):
        """Batches without end: functions with bugs made on purpose and, among them, real fixes."""
        options = self.options
        common = ("--data", options.data, "--tokens", options.tokens)
        made = stream(options.binary, "stream", *common, "--seed", seed, "--bugs", options.bugs)
        if not options.fixes:
            yield from made
            return
        chance = random.Random(seed)
        fixes = endless(lambda at: stream(options.binary, "fixes", options.fixes, *common, "--seed", seed + at,
                                           "--times", options.fixes_times))
        while True:
            yield next(fixes if chance.random() < options.fixes_share else made)

    def train(self):
        options = self.options
        start = last = saved = validated = time.monotonic()
        end = start + options.minutes * 60
        losses = []
        # Every run draws other functions and other bugs.
        seed = (options.seed * 1_000_003 + self.step) * 64 + self.team.number
        for batch in self.batches(seed):
            answer = self.network(batch, shuffle=True)
            loss = loss_of(batch, *answer)
            if options.fixes:
                loss = loss + options.contrast * contrast_of(batch, *answer)
            self.optimizer.zero_grad()
            loss.backward()
            is_over = self.team.average(list(self.network.parameters()), time.monotonic() > end)
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            rate = self.rate((end - time.monotonic()) / 60)
            self.optimizer.step(rate)
            losses.append(float(loss.detach()))
            self.step += 1
            self.positions += int(batch.lengths.sum()) * self.team.size
            now = time.monotonic()
            self.seconds += now - last
            last = now
            if not self.team.leads:
                if is_over:
                    return
                continue
            if self.step % options.log_steps == 0:
                self.log(loss=round(sum(losses) / len(losses), 4), rate=rate)
                losses.clear()
            if now - saved > options.checkpoint_minutes * 60:
                self.save()
                saved = now
            if now - validated > options.validate_minutes * 60:
                self.validate()
                validated = last = time.monotonic()
            if is_over:
                break
        if options.bugs < 1 or options.fixes:
            self.balance()
        self.save()
        self.export()
        self.validate()


def main():
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    team = Team()
    if team.leads:
        settings = {name: str(value) for name, value in vars(options).items()}
        with open(options.out / "runs.jsonl", "a") as runs:
            runs.write(json.dumps({**settings, "processes": team.size}) + "\n")
    Run(options, team).train()


if __name__ == "__main__":
    main()
