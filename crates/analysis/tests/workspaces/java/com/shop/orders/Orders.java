package com.shop.orders;

import com.shop.models.Order;
import com.shop.util.*;
import static com.shop.util.Prices.rounded;
import static com.shop.util.Text.*;
import java.util.List;

public class Orders extends Base {
    void place(int number, Order given, List<Order> all) {
        Order order = new Order(number); // -> com/shop/models/Order.java:Order
        order.save(); // -> com/shop/models/Order.java:Order.save
        given.save(); // -> com/shop/models/Order.java:Order.save
        all.add(order); // -> ?
        var made = new Order(1); // -> com/shop/models/Order.java:Order
        made.save(true); // -> com/shop/models/Order.java:Order.save#2
        Prices.total(1); // -> com/shop/util/Prices.java:Prices.total
        com.shop.util.Prices.total(2); // -> com/shop/util/Prices.java:Prices.total
        rounded(1); // -> com/shop/util/Prices.java:Prices.rounded
        shorten("x"); // -> com/shop/util/Text.java:Text.shorten
        inherited(1); // -> com/shop/orders/Base.java:Base.inherited
        this.inherited(2); // -> com/shop/orders/Base.java:Base.inherited
        super.place(3); // -> com/shop/orders/Base.java:Base.place
        place(1); // -> com/shop/orders/Base.java:Base.place
        overloaded("x"); // -> com/shop/orders/Orders.java:Orders.overloaded
        overloaded("x", 1); // -> com/shop/orders/Orders.java:Orders.overloaded#3
        Inner.run(); // -> com/shop/orders/Orders.java:Orders.Inner.run
        Helper.help(); // -> com/shop/orders/Base.java:Helper.help
        Math.abs(1); // -> ?
        unknown(); // -> ?
    }

    void overloaded(String text) {}

    void overloaded(int number) {}

    void overloaded(String text, int number) {}

    static class Inner {
        static void run() {
            back(); // -> com/shop/orders/Orders.java:Orders.back
        }
    }

    static void back() {}
}
