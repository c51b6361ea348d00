mod model;
pub mod price;

pub use model::{Cart, Line};
pub use self::price::total as sum;

pub fn open() -> Cart {
    let cart = Cart::new(1); // -> core/src/model/mod.rs:Cart.new
    cart.add(2); // -> core/src/model/mod.rs:Cart.add
    cart.print(); // -> core/src/model/print.rs:Cart.print
    price::total(&[]); // -> core/src/price.rs:total
    self::price::total(&[]); // -> core/src/price.rs:total
    sum(&[]); // -> core/src/price.rs:total
    inline::helper(); // -> core/src/lib.rs:helper
    std::mem::take(&mut 1); // -> ?
    cart
}

mod inline {
    pub fn helper() {
        super::open(); // -> core/src/lib.rs:open
    }
}
