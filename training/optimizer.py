"""The optimizer: Muon for the matrices of the network, AdamW for all else.

Muon takes of a matrix's averaged gradient only its directions, all with one length (Jordan et al., Muon,
2024); the length is chosen as that of AdamW's steps, so that one learning rate serves both (Liu et al.,
"Muon is Scalable for LLM Training", 2025).
"""

import math

import torch

MOMENTUM = 0.95
DECAY = 0.02


def orthogonal(matrix, rounds=5):
    """About the nearest matrix with orthogonal rows or columns, by Newton and Schulz's iteration."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = matrix.shape[0] > matrix.shape[1]
    # Half the digits suffice: the result is only about orthogonal.
    x = (matrix.T if tall else matrix).bfloat16()
    x = x / (x.norm() + 1e-7)
    for _ in range(rounds):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return (x.T if tall else x).float()


class Optimizer:
    """Steps for a network, shared among the processes of a team: each works out some of the matrices."""

    def __init__(self, network, rate, team):
        self.team = team
        named = list(network.named_parameters())
        is_matrix = lambda name, it: it.ndim == 2 and ("layers." in name or name.split(".")[0] in (
            "want", "variable", "content", "left", "right", "suspicion_inner", "clean_inner"))
        self.matrices = [it for name, it in named if is_matrix(name, it)]
        # Queries, keys and values are three matrices.
        self.parts = [3 if name.endswith("qkv.weight") else 1 for name, it in named if is_matrix(name, it)]
        rest = [it for name, it in named if not is_matrix(name, it)]
        groups = [{"params": [it for it in rest if it.ndim == 2], "weight_decay": 0.01},
                  {"params": [it for it in rest if it.ndim != 2], "weight_decay": 0.0}]
        # PyTorch has the fused step on the CPU from version 2.4 on.
        version = tuple(int(part) for part in torch.__version__.split(".")[:2])
        fused = {"fused": True} if version >= (2, 4) else {}
        self.others = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), **fused)
        self.momenta = [torch.zeros_like(it) for it in self.matrices]

    @torch.no_grad()
    def step(self, rate):
        """One step at a learning rate; gradients are the same in all processes."""
        for group in self.others.param_groups:
            group["lr"] = rate
        self.others.step()
        changes = [torch.zeros_like(it) for it in self.matrices]
        owner = 0
        for change, matrix, momentum, parts in zip(changes, self.matrices, self.momenta, self.parts):
            gradient = torch.zeros_like(matrix) if matrix.grad is None else matrix.grad
            momentum.mul_(MOMENTUM).add_(gradient)
            ahead = gradient + MOMENTUM * momentum
            for part, target in zip(ahead.chunk(parts), change.chunk(parts)):
                if owner % self.team.size == self.team.number:
                    target.copy_(orthogonal(part) * (0.2 * math.sqrt(max(part.shape))))
                owner += 1
        self.team.add_up(changes)
        for change, matrix in zip(changes, self.matrices):
            matrix.mul_(1 - rate * DECAY).sub_(change, alpha=rate)

    def zero_grad(self):
        """Forgets the gradients."""
        for it in self.matrices:
            it.grad = None
        self.others.zero_grad(set_to_none=True)

    def state_dict(self):
        """All that it remembers."""
        return {"others": self.others.state_dict(), "momenta": self.momenta}

    def load_state_dict(self, saved):
        """Takes up what was remembered."""
        self.others.load_state_dict(saved["others"])
        for momentum, it in zip(self.momenta, saved["momenta"]):
            momentum.copy_(it)
