mod print;

use super::price;
use crate::price::{rounded, total as add_up};

pub struct Cart {
    count: u32,
}

pub struct Line;

impl Cart {
    pub fn new(count: u32) -> Self {
        Self::check(count); // -> core/src/model/mod.rs:Cart.check
        Cart { count }
    }

    fn check(count: u32) {
        price::rounded(count); // -> core/src/price.rs:rounded
    }

    pub fn poll(mut self: Pin<&mut Self>) {
        self.print(); // -> core/src/model/print.rs:Cart.print
    }

    pub fn add(&self, count: u32) {
        self.print(); // -> core/src/model/print.rs:Cart.print
        rounded(count); // -> core/src/price.rs:rounded
        add_up(&[]); // -> core/src/price.rs:total
        crate::price::total(&[]); // -> core/src/price.rs:total
        self.count.min(1); // -> ?
    }
}
