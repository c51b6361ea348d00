use shop_core::price::*;
use shop_core::{open, Cart};

fn main() {
    let cart = open(); // -> core/src/lib.rs:open
    total(&[]); // -> core/src/price.rs:total
    shop_core::sum(&[]); // -> core/src/price.rs:total
    run(&Cart::new(1)); // -> core/src/model/mod.rs:Cart.new, tool/src/main.rs:run
    serde_json::to_string(&1); // -> ?
    cart.add(1); // -> ?
}

fn run(cart: &Cart) {
    cart.add(1); // -> core/src/model/mod.rs:Cart.add
    let total = |x: u32| x;
    total(1); // -> ?
}
