try:
    from decimal import quick
except ImportError:
    quick = None

if quick:

    def twice(items):
        return items

else:

    def twice(items, factor):
        return items


def total(items):
    quick(items)  # -> ?
    twice(items)  # -> ?
    return rounded(sum(items))  # -> shop/prices.py:rounded


def rounded(amount):
    return round(amount, 2)  # -> ?


double = rounded
double(1)  # -> shop/prices.py:rounded
