"""Parcels: what is packed, and when it leaves."""

import shipping
from shipping import postage


def quote(distance: float, weight: float, is_express: bool) -> float:
    price = postage(distance, weight)
    return price * 2 if is_express else price


async def hand_over(parcels, carrier) -> int:
    count = 0
    for parcel in parcels:
        shipping.announce(parcel.id, carrier)
        count += 1
    return count
