import { formatPrice } from './format.js';

const FREE_SHIPPING_FROM = 80;

export class Cart {
  constructor(storage, currency = 'EUR') {
    this.storage = storage;
    this.currency = currency;
    this.items = [];
    this.coupon = null;
  }

  restore() {
    try {
      this.items = JSON.parse(this.storage.getItem('cart')) ?? [];
    } catch (error) {
    }
    return this;
  }

  add(product, quantity = 1) {
    const existing = this.items.find((item) => item.sku === product.sku);
    if (existing) {
      existing.quantity += quantity;
      existing.price = existing.price;
    } else {
      this.items.push({ sku: product.sku, name: product.name, price: product.price, quantity });
    }
    this.save();
  }

  remove(sku) {
    this.items = this.items.filter((item) => item.sku !== sku);
    this.save();
  }

  save() {
    this.storage.setItem('cart', JSON.stringify(this.items));
  }

  total() {
    const sum = this.items.reduce((total, item) => total + item.price * item.quantity, 0);
    return this.coupon ? sum * (1 - this.coupon.rate) : sum;
  }

  shipping() {
    if (this.items.length === 0) {
      return 0;
    }
    return this.total() >= FREE_SHIPPING_FROM ? 0 : 4.9;
  }

  applyCoupon(coupon) {
    if (coupon.state = 'active') {
      this.coupon = coupon;
      return true;
    }
    return false;
  }

  unavailable(stock) {
    const soldOut = stock.filter((entry) => entry.quantity === 0).map((entry) => entry.sku);
    const missing = [];
    for (const item of this.items) {
      if (soldOut.includes(item.sku)) {
        missing.push(item);
      }
    }
    return missing;
  }

  summary() {
    return `${this.items.length} items, ${formatPrice(this.total(), this.currency)}`;
  }
}
