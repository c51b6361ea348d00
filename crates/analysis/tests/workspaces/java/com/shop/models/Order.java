package com.shop.models;

public class Order {
    public Order(int number) {
        save(); // -> com/shop/models/Order.java:Order.save
    }

    public void save() {}

    public void save(boolean force) {}
}
