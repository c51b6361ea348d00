from . import prices
from .models import Order, Base as Root
from .util.text import *
from .util import clean as tidy
import shop.prices
import shop.prices as cost
import logging


def place_order(items, customer):
    total = prices.total(items)  # -> shop/prices.py:total
    shop.prices.rounded(total)  # -> shop/prices.py:rounded
    cost.rounded(total)  # -> shop/prices.py:rounded
    order = Order(customer)  # -> shop/models.py:Order
    order.save()  # -> shop/models.py:Order.save
    order.describe()  # -> shop/models.py:Base.describe
    order.ghost()  # -> ?
    Order.load(1)  # -> shop/models.py:Order.load
    shorten("text")  # -> shop/util/text.py:shorten#3
    tidy("text")  # -> shop/util/__init__.py:clean
    logging.info("placed")  # -> ?
    len(items)  # -> ?
    customer.save()  # -> ?
    return cancel(order)  # -> shop/orders.py:cancel


def cancel(order: Order):
    order.save()  # -> shop/models.py:Order.save

    def cancel(inner):
        return inner

    cancel(order)  # -> ?


class Special(Root):
    def describe(self):
        self.label()  # -> shop/models.py:Base.label
        self.describe()  # -> shop/orders.py:Special.describe
        self.unknown()  # -> ?
        super().describe()  # -> shop/models.py:Base.describe

    def make(cls):
        cls.label()  # -> shop/models.py:Base.label


class Foreign(logging.Handler, Root):
    def emit(self):
        # The handler of the library may have one of its own.
        self.label()  # -> ?


class Outer(Root):
    def build(self):
        class Inner(logging.Handler):
            def describe(self):
                super().describe()  # -> ?
                self.label()  # -> ?

        return Inner


def later():
    from .models import Order as Late

    late = Late(1)  # -> shop/models.py:Order
    late.save()  # -> shop/models.py:Order.save
    from .prices import total

    total([])  # -> shop/prices.py:total


def shadowed(total):
    total([])  # -> ?


def rebound(order: Order):
    order = fetch(order)  # -> ?
    order.save()  # -> ?
