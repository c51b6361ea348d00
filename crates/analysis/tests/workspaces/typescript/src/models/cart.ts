import { total as sum, round } from "./price.js";

export interface Line { price: number }

export abstract class Base {
  describe(width: number) { return this.label(width); } // -> src/models/cart.ts:Base.label
  protected label(width: number) { return round(width); } // -> src/models/price.ts:round
}

export class Cart extends Base {
  static empty() { return new Cart(); } // -> src/models/cart.ts:Cart
  total(lines: number[]) {
    this.label(1); // -> src/models/cart.ts:Base.label
    super.describe(2); // -> src/models/cart.ts:Base.describe
    this.ghost(); // -> ?
    lines.map((line) => this.label(line)); // -> src/models/cart.ts:Base.label
    lines.forEach(function (line) {
      this.label(line); // -> ?
    });
    return sum(lines); // -> src/models/price.ts:total
  }
}
