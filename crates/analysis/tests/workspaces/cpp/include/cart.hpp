#pragma once
namespace shop {
class Base {
public:
    void describe(int width);
    int size() { return 1; }
};

class Cart : public Base {
public:
    explicit Cart(int number);
    void add(int number, int price);
    static Cart empty() { return Cart(1); } // -> include/cart.hpp:Cart
};

int total(int price);
int total(int price, int count);
}
