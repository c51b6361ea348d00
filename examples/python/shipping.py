"""Shipping: what a parcel costs on its way."""

RATE_PER_KILOGRAM = 1.2
RATE_PER_KILOMETRE = 0.08


def postage(weight: float, distance: float) -> float:
    return weight * RATE_PER_KILOGRAM + distance * RATE_PER_KILOMETRE


async def announce(parcel_id: int, carrier) -> None:
    await carrier.post(f"/parcels/{parcel_id}")
