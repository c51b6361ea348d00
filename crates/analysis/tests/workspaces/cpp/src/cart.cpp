#include "cart.hpp"

namespace shop {
void Base::describe(int width) {
    size(); // -> include/cart.hpp:Base.size
}

void Cart::add(int number, int price) {
    describe(1); // -> src/cart.cpp:Base.describe
    this->size(); // -> include/cart.hpp:Base.size
    total(price); // -> src/cart.cpp:total
    total(price, 2); // -> src/cart.cpp:total#2
    ghost(); // -> ?
}

int total(int price) { return price; }
int total(int price, int count) { return price * count; }
}
