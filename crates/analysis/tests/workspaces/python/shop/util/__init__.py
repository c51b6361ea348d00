from .text import trimmed


def clean(text):
    return trimmed(text)  # -> shop/util/text.py:trimmed
