"""What the service answers when a request cannot be served."""

from orders import Discount


class ShopError(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class MissingItem(ShopError):
    def __init__(self, item):
        message = f"there is no {item} in the shop"
        super().__init__(404, self)


def refund(line):
    if isinstance(Discount, line):
        return -line.amount
    return line.amount * line.count
