"""The network: a small transformer over the tokens of one function, with a head for rewrites.

Every candidate rewrite gets a score, and "no bug" gets one; a softmax over all of a function is
the answer. A rewrite's score says how wrong its place looks, and how much better the new content
fits there than what stands there now.
"""

import math
from dataclasses import asdict, dataclass

import torch
from torch import nn
from torch.nn import functional

from batches import BEYOND_REPAIR, PAYLOAD_POSITIONS, PAYLOAD_SLOT, PAYLOAD_WORDS, SLOTS

KINDS = 17
LANGUAGES = 9
WINDOW = 512


@dataclass
class Configuration:
    words: int
    width: int = 128
    layers: int = 5
    heads: int = 8
    inner: int = 512
    # How strongly a head favours related positions.
    bias: float = 3.0
    dropout: float = 0.0

    def as_dict(self):
        return asdict(self)


def attention_bias(batch, strength):
    """(samples, heads, longest, longest): what each head favours. It is not learned, so that
    attention takes the fast path."""
    longest = batch.longest
    at = torch.arange(longest)
    apart = (at[:, None] - at[None, :]).abs()
    same = lambda values: (values[:, :, None] == values[:, None, :]) & (values > 0)[:, :, None]
    edge = lambda values: (values[:, :, None] == at) | (values[:, None, :] == at[:, None])
    near = lambda reach: (apart <= reach).expand(batch.size, longest, longest)
    siblings = batch.head[:, :, None] == batch.head[:, None, :]
    favoured = torch.stack([
        same(batch.slot), same(batch.name), edge(batch.definition), edge(batch.head), siblings,
        near(1), near(6), torch.zeros(1, 1, 1, dtype=torch.bool).expand(batch.size, longest, longest),
    ], 1)
    bias = favoured.float() * strength
    return bias.masked_fill(~batch.is_position[:, None, None, :], -1e9)


def attend(query, key, value, bias):
    """Scaled dot-product attention, in one operation where PyTorch has it (from version 2 on) and it is fast."""
    # Its way back is slow in half precision.
    if hasattr(functional, "scaled_dot_product_attention") and query.dtype == torch.float32:
        return functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
    weights = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1]) + bias
    return weights.softmax(-1) @ value


class Layer(nn.Module):
    def __init__(self, configuration):
        super().__init__()
        width = configuration.width
        self.heads = configuration.heads
        self.dropout = configuration.dropout
        self.before_attention = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.before_inner = nn.LayerNorm(width)
        self.inner = nn.Linear(width, configuration.inner)
        self.outer = nn.Linear(configuration.inner, width)

    def forward(self, states, bias):
        samples, longest, width = states.shape
        qkv = self.qkv(self.before_attention(states)).view(samples, longest, 3, self.heads, -1)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        mixed = attend(query, key, value, bias)
        mixed = self.out(mixed.transpose(1, 2).reshape(samples, longest, width))
        states = states + functional.dropout(mixed, self.dropout, self.training)
        inner = functional.gelu(self.inner(self.before_inner(states)), approximate="tanh")
        return states + functional.dropout(self.outer(inner), self.dropout, self.training)


class Network(nn.Module):
    def __init__(self, configuration):
        super().__init__()
        self.configuration = configuration
        # Whether the encoder computes in bfloat16: much faster where the processor has it (AVX512-BF16, AMX).
        self.half = False
        width = configuration.width
        self.words = nn.Embedding(configuration.words, width, padding_idx=0)
        tables = {"token_class": 16, "role": 64, "parent": 128, "layout": 32, "slot": SLOTS}
        self.tables = nn.ModuleDict({name: nn.Embedding(size, width) for name, size in tables.items()})
        self.language = nn.Embedding(LANGUAGES, width)
        self.place = nn.Embedding(WINDOW, width)
        self.layers = nn.ModuleList(Layer(configuration) for _ in range(configuration.layers))
        self.after = nn.LayerNorm(width)
        self.suspicion_inner = nn.Linear(width, width)
        self.suspicion = nn.Linear(width, KINDS)
        self.kind = nn.Embedding(KINDS, width)
        self.want = nn.Linear(width, width)
        self.variable = nn.Linear(width, width)
        self.content = nn.Linear(width, width)
        self.left = nn.Linear(width, width)
        self.right = nn.Linear(width, width)
        self.clean_inner = nn.Linear(2 * width + 1, width)
        self.clean = nn.Linear(width, 1)
        for module in self.modules():
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=0.05)
            elif isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.6 / math.sqrt(module.in_features))
                nn.init.zeros_(module.bias)

    def content_of(self, words):
        """A token's words as one vector."""
        count = (words > 0).sum(-1, keepdim=True).clamp(min=1)
        return self.words(words).sum(-2) / count.sqrt()

    def forward(self, batch, shuffle=False):
        """Scores of all candidates (flat) and of "no bug" (per sample)."""
        width = self.configuration.width
        content = self.content_of(batch.words)
        slot = batch.slot
        if shuffle:
            # The same variable, the same slot; which one means nothing.
            order = torch.rand(batch.size, SLOTS - 1).argsort(1) + 1
            order = torch.cat([torch.zeros(batch.size, 1, dtype=torch.long), order], 1)
            slot = order.gather(1, slot)
        states = content + self.place.weight[: batch.longest] + self.language(batch.language)[:, None]
        inputs = {"token_class": batch.token_class, "role": batch.role, "parent": batch.parent,
                  "layout": batch.layout, "slot": slot}
        for name, numbers in inputs.items():
            states = states + self.tables[name](numbers)
        bias = attention_bias(batch, self.configuration.bias)
        # Half the digits suffice for the products of the encoder while it learns; sums keep all of them.
        with torch.autocast("cpu", torch.bfloat16, enabled=self.half):
            if self.half:
                bias = bias.bfloat16()
            for layer in self.layers:
                states = layer(states, bias)
        states = self.after(states)
        flat = states.view(-1, width)

        # How wrong each place looks, for each kind of rewrite.
        place = flat[batch.group_flat]
        hidden = functional.gelu(self.suspicion_inner(place), approximate="tanh")
        suspicion = self.suspicion(hidden).gather(1, batch.group_kind[:, None])[:, 0]
        want = self.want(place) + self.kind(batch.group_kind)

        # How well other contents fit, less how well the present one does.
        scores = suspicion[batch.candidate_group]
        scale = 1 / math.sqrt(width)
        owners = batch.candidate_group
        chosen = (batch.payload_kind == PAYLOAD_SLOT).nonzero()[:, 0]
        symbol_of = torch.arange(batch.size)[:, None] * SLOTS + batch.slot
        symbols = flat.new_zeros(batch.size * SLOTS, width + 1)
        ones = flat.new_ones(flat.shape[0], 1)
        symbols = symbols.index_add(0, symbol_of.view(-1), torch.cat([flat, ones], 1))
        symbols = self.variable(symbols[:, :width] / symbols[:, width:].clamp(min=1))
        wanted_slot = (batch.payload[chosen, 0] - 1) % (SLOTS - 1) + 1
        owner = owners[chosen]
        new = symbols[batch.candidate_sample[chosen] * SLOTS + wanted_slot]
        old = symbols[symbol_of.view(-1)[batch.group_flat[owner]]]
        fit = (want[owner] * (new - old)).sum(1) * scale
        scores = scores.index_add(0, chosen, fit)

        chosen = (batch.payload_kind == PAYLOAD_WORDS).nonzero()[:, 0]
        owner = owners[chosen]
        new = self.content(self.content_of(batch.payload[chosen]))
        old = self.content(content.view(-1, width)[batch.group_flat[owner]])
        fit = (want[owner] * (new - old)).sum(1) * scale
        scores = scores.index_add(0, chosen, fit)

        chosen = (batch.payload_kind == PAYLOAD_POSITIONS).nonzero()[:, 0]
        first, second = (flat[batch.candidate_sample[chosen] * batch.longest + batch.payload[chosen, at]]
                         for at in (0, 1))
        first_left, second_left = self.left(first), self.left(second)
        first_right, second_right = self.right(first), self.right(second)
        fit = (second_left * first_right - first_left * second_right).sum(1) * scale
        scores = scores.index_add(0, chosen, fit)

        mask = batch.is_position[..., None]
        mean = (states * mask).sum(1) / batch.lengths[:, None]
        most = states.masked_fill(~mask, -1e4).amax(1)
        count = torch.bincount(batch.candidate_sample, minlength=batch.size).clamp(min=1).float().log()
        pooled = torch.cat([mean, most, count[:, None]], 1)
        clean = self.clean(functional.gelu(self.clean_inner(pooled), approximate="tanh"))[:, 0] + count
        return scores, clean


def log_probabilities(batch, scores, clean):
    """Of all candidates (flat), and of "no bug" (per sample)."""
    most = clean.detach().scatter_reduce(0, batch.candidate_sample, scores.detach(), "amax")
    total = torch.exp(clean - most).index_add(0, batch.candidate_sample, torch.exp(scores - most[batch.candidate_sample]))
    whole = most + total.log()
    return scores - whole[batch.candidate_sample], clean - whole


# How much it counts that a function which no candidate repairs was taken for correct.
BEYOND_REPAIR_WEIGHT = 0.2


def loss_of(batch, scores, clean):
    """Mean of -log P(right answer). Of what is wrong beyond repair, only that it is no correct function."""
    candidates, none = log_probabilities(batch, scores, clean)
    is_bug = batch.label >= 0
    right = torch.where(is_bug, candidates[batch.label.clamp(min=0)], none)
    some = torch.log(-torch.expm1(none.clamp(max=-1e-6)))
    is_beyond = batch.label == BEYOND_REPAIR
    return -torch.where(is_beyond, BEYOND_REPAIR_WEIGHT * some, right).mean()


def contrast_of(batch, scores, clean):
    """Mean over pairs of -log sigmoid(how much more a wrong function looks wrong than its correct original).

    He et al., "On Distribution Shift in Learning-based Bug Detectors", 2022, contrast pairs likewise.
    """
    _, none = log_probabilities(batch, scores, clean)
    suspicion = torch.log(-torch.expm1(none.clamp(max=-1e-6))) - none
    same = (batch.pair[1:] == batch.pair[:-1]) & (batch.label[:-1] == -1) & (batch.label[1:] != -1)
    first = same.nonzero()[:, 0]
    if not len(first):
        return suspicion.sum() * 0
    return functional.softplus(suspicion[first] - suspicion[first + 1]).mean()
