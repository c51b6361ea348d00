import greet, { farewell as bye } from "./greet";
import * as models from "./models";
import { Cart, total, banner, plus, wallet } from "./models";
import { useState } from "react";
import { round } from "./both";
import type { Line } from "./models";

const shared = new Cart(); // -> src/models/cart.ts:Cart

export function App(cart: Cart, line: Line, other: Cart | null) {
  greet("you"); // -> src/greet.ts:greet
  bye("you"); // -> ?
  models.round(1); // -> src/models/price.ts:round
  models.Cart.empty(); // -> src/models/cart.ts:Cart.empty
  cart.total([]); // -> src/models/cart.ts:Cart.total
  cart.describe(1); // -> src/models/cart.ts:Base.describe
  shared.total([]); // -> src/models/cart.ts:Cart.total
  total([]); // -> src/models/price.ts:total
  banner("x"); // -> src/models/banner.ts:banner
  plus(1, 2); // -> src/models/price.ts:add
  wallet.pay(1); // -> src/models/wallet.ts:pay
  useState(1); // -> ?
  round(1); // -> ?
  other.total([]); // -> ?
  line.total(); // -> ?
  const own = new models.Cart(); // -> src/models/cart.ts:Cart
  own.total([]); // -> src/models/cart.ts:Cart.total
  const total2 = (value: number) => value;
  total2(1); // -> ?
}
