package com.shop.util;

public class Prices {
    public static int total(int amount) {
        return rounded(amount); // -> com/shop/util/Prices.java:Prices.rounded
    }

    public static int rounded(int amount) {
        return Text.shorten("x"); // -> com/shop/util/Text.java:Text.shorten
    }
}
