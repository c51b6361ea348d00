use shop_core::open;

#[test]
fn it_opens() {
    open(); // -> core/src/lib.rs:open
    crate::helper(); // -> tool/tests/run.rs:helper
}

fn helper() {}
