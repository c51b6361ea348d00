import shop
from shop import place_order, cancel_order, prices
from shop.util import trimmed
from helpers import greet
import json


place_order([], None)  # -> shop/orders.py:place_order
cancel_order(None)  # -> shop/orders.py:cancel
prices.total([])  # -> shop/prices.py:total
shop.prices.total([])  # -> shop/prices.py:total
shop.orders.cancel(None)  # -> shop/orders.py:cancel
trimmed("x")  # -> shop/util/text.py:trimmed
greet()  # -> scripts/helpers.py:greet
json.dumps(1)  # -> ?
