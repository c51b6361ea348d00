use super::{Cart, Line};

impl Cart {
    pub fn print(&self) {
        super::super::open(); // -> core/src/lib.rs:open
    }
}

pub trait Show {
    fn show(&self);
    fn twice(&self) {
        self.show(); // -> ?
    }
}

impl Show for Line {
    fn show(&self) {}
}

impl Line {
    fn show(&self) {}
    fn both(&self) {
        self.show(); // -> ?
    }
}
