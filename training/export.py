#!/usr/bin/env python3
"""Writes a checkpoint's weights as the product reads them: half precision, with all that a reader
must know to use them.

    export.py runs/a/checkpoint.pt --out runs/a/predictor.safetensors
"""

import argparse
import json
import pathlib

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from batches import FORMAT_VERSION
from network import Configuration, Network


def write(path, configuration, state, progress):
    """Weights in half precision. `progress` tells how long they were trained."""
    metadata = {"format": str(FORMAT_VERSION), "configuration": json.dumps(configuration)}
    metadata |= {name: str(int(value)) for name, value in progress.items()}
    weights = {name: value.half().contiguous() for name, value in state.items()}
    save_file(weights, path, metadata)


def read(path):
    """The configuration, the weights in full precision, and how long they were trained."""
    with safe_open(path, "pt") as opened:
        metadata = opened.metadata()
        weights = {name: opened.get_tensor(name).float() for name in opened.keys()}
    progress = {name: int(metadata.get(name, 0)) for name in ("steps", "positions", "seconds")}
    return Configuration(**json.loads(metadata["configuration"])), weights, progress


def network(path):
    """The network that exported weights make."""
    configuration, weights, _ = read(path)
    made = Network(configuration)
    made.load_state_dict(weights)
    return made.eval()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("checkpoint", type=pathlib.Path)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options = options.parse_args()
    saved = torch.load(options.checkpoint, weights_only=False, map_location="cpu")
    progress = {"steps": saved["step"], "positions": saved["positions"], "seconds": saved["seconds"]}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write(options.out, saved["configuration"], saved["network"], progress)


if __name__ == "__main__":
    main()
