#include "cart.hpp"
#include <vector>

int main() {
    shop::Cart cart(1);
    cart.add(1, 2); // -> src/cart.cpp:Cart.add
    cart.describe(1); // -> src/cart.cpp:Base.describe
    shop::Cart *made = new shop::Cart(2); // -> include/cart.hpp:Cart
    made->add(1, 2); // -> src/cart.cpp:Cart.add
    shop::Cart::empty(); // -> include/cart.hpp:Cart.empty
    shop::total(1); // -> src/cart.cpp:total
    std::vector<int> numbers;
    numbers.push_back(1); // -> ?
    unrelated(1); // -> ?
}
