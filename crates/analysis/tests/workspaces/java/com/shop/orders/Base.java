package com.shop.orders;

class Base {
    void inherited(int number) {
        place(number); // -> com/shop/orders/Base.java:Base.place
    }

    void place(int number) {}
}

class Helper {
    static void help() {}
}
