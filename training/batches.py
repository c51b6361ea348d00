"""Reads the batches that `omnistack-models dataset stream` writes.

Their layout is described in crates/models/src/dataset/batch.rs; both must change together.
"""

import pathlib
import subprocess

import numpy as np
import torch

FORMAT_VERSION = 1
MAGIC = 0x4F534200 + FORMAT_VERSION
PAYLOAD_NONE, PAYLOAD_SLOT, PAYLOAD_WORDS, PAYLOAD_POSITIONS = range(4)
# The label of a wrong function that no candidate repairs; a correct one has -1.
BEYOND_REPAIR = -2
# Slots beyond share embeddings with others.
SLOTS = 64


class Batch:
    """One batch as tensors; per-position arrays are padded to (samples, longest)."""

    def __init__(self, read):
        header = np.frombuffer(read(20), "<u4").astype(np.int64)
        magic, samples, positions, groups, candidates = header
        if magic != MAGIC:
            raise ValueError("the batches have another format than this trainer; build both from one version")

        def take(kind, *shape):
            data = np.frombuffer(read(int(np.prod(shape)) * np.dtype(kind).itemsize), kind)
            return torch.from_numpy(data.astype(np.int64).reshape(shape))

        self.lengths = take("<u2", samples)
        self.group_counts = take("<u2", samples)
        self.language = take("u1", samples)
        self.pair = take("<u4", samples)
        self.label_group = take("<i4", samples)
        self.label = take("<i4", samples)
        # Few different lengths: every new shape of a product costs the library time and memory.
        self.size, self.longest = int(samples), (int(self.lengths.max()) + 15) // 16 * 16
        sample_of_position = torch.repeat_interleave(torch.arange(samples), self.lengths)
        starts = torch.cumsum(self.lengths, 0) - self.lengths
        within = torch.arange(positions) - starts[sample_of_position]
        self.flat = sample_of_position * self.longest + within

        def padded(values, fill=0):
            whole = values.new_full((self.size * self.longest, *values.shape[1:]), fill)
            whole[self.flat] = values
            return whole.view(self.size, self.longest, *values.shape[1:])

        self.words = padded(take("<u2", positions, 5))
        self.token_class, self.role, self.parent, self.layout = (padded(take("u1", positions)) for _ in range(4))
        slot = take("<u2", positions)
        self.slot = padded(torch.where(slot > 0, (slot - 1) % (SLOTS - 1) + 1, slot))
        self.name = padded(take("<u2", positions))
        self.head = padded(take("<u2", positions), -1)
        self.definition = padded(take("<u2", positions), -1)
        self.is_position = padded(torch.ones(int(positions), dtype=torch.long)).bool()
        group_position = take("<u2", groups)
        self.group_kind = take("u1", groups)
        self.group_sample = torch.repeat_interleave(torch.arange(samples), self.group_counts)
        self.group_flat = self.group_sample * self.longest + group_position
        self.candidate_group = take("<u4", candidates)
        self.payload_kind = take("u1", candidates)
        self.payload = take("<u2", candidates, 5)
        self.candidate_sample = self.group_sample[self.candidate_group]


def stream(binary, *arguments):
    """Batches of a `dataset stream` or `dataset fixes` command, until it ends."""
    process = subprocess.Popen([str(pathlib.Path(binary).resolve()), "dataset", *map(str, arguments)], stdout=subprocess.PIPE)

    def read(count):
        data = process.stdout.read(count)
        if len(data) < count:
            raise EOFError
        return data

    try:
        while True:
            try:
                yield Batch(read)
            except EOFError:
                return
    finally:
        process.stdout.close()
        process.terminate()
        process.wait()
