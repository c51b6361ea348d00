from .orders import place_order
from .orders import cancel as cancel_order
from . import prices
