"""Makes a trained network wider without changing what it computes, so that it can learn on.

Every number of a state stands several times in the wider one; what reads it gets shares that add up to
the former weight, and since these shares are drawn at random, what was equal grows apart in training
(Chen, Goodfellow, Shlens: Net2Net, ICLR 2016).
"""

import math

import torch

from network import Configuration


def wider(configuration, state, width, seed=1):
    """The configuration and weights of a network of `width`, a multiple of the present one."""
    times, rest = divmod(width, configuration.width)
    if rest or times < 1:
        raise ValueError(f"a width of {configuration.width} cannot grow to {width}: it is no multiple")
    new = Configuration(**{**configuration.as_dict(), "width": width, "inner": configuration.inner * times})
    if times == 1:
        return new, dict(state)
    chance = torch.Generator().manual_seed(seed)
    of_head = configuration.width // configuration.heads

    def rows(values, group=None):
        """Every row `times` times: after all of them, or after the rows of its group."""
        group = group or values.shape[0]
        parts = values.view(-1, group, *values.shape[1:])
        return torch.cat([parts] * times, 1).reshape(-1, *values.shape[1:])

    def columns(values, group=None):
        """Every column as `times` columns whose sum it is."""
        group = group or values.shape[1]
        parts = values.view(values.shape[0], -1, 1, group)
        shares = torch.rand(values.shape[0], parts.shape[1], times, group, generator=chance) + 0.25
        shares = shares / shares.sum(2, keepdim=True)
        return (parts * shares).reshape(values.shape[0], -1)

    def grown(name, values):
        if values.ndim == 2 and name.split(".")[0] in ("words", "tables", "language", "place", "kind"):
            wide = torch.cat([values] * times, 1)
            return wide / math.sqrt(times) if name.startswith("kind.") else wide
        if name == "clean_inner.weight":
            mean, most, count = values.split([configuration.width, configuration.width, 1], 1)
            return rows(torch.cat([columns(mean), columns(most), count], 1))
        if name.startswith(("suspicion.", "clean.")):
            return columns(values) if values.ndim == 2 else values
        if ".qkv." in name:
            query, *others = values.split(configuration.width)
            # Products of longer rows are larger, which their scale makes up for only in part.
            parts = [rows(part, of_head) for part in (query / math.sqrt(times), *others)]
            values = torch.cat(parts)
            return columns(values) if values.ndim == 2 else values
        if name.endswith(".out.weight"):
            return columns(rows(values), of_head)
        if name.startswith(("want.", "left.")):
            values = values / math.sqrt(times)
        return columns(rows(values)) if values.ndim == 2 else rows(values)

    return new, {name: grown(name, values.float()) for name, values in state.items()}
