from typing import overload

from ..prices import rounded as nearest
from ... import shop


def trimmed(text):
    nearest(1)  # -> shop/prices.py:rounded
    return text.strip()  # -> ?


@overload
def shorten(text: str): ...
@overload
def shorten(text: bytes): ...
def shorten(text):
    return trimmed(text)[:10]  # -> shop/util/text.py:trimmed


def _hidden(text):
    return text
