package orders

import (
	"fmt"

	cost "example.com/shop/internal/prices"
	"example.com/other/prices"
)

type Order struct {
	Number int
}

func (o *Order) Save(force bool) error {
	o.check()                // -> orders/check.go:Order.check
	o.ghost()                // -> ?
	cost.Total(nil)          // -> internal/prices/prices.go:Total
	prices.Total(nil)        // -> ?
	helper(1)                // -> orders/check.go:helper
	fmt.Println("saved")     // -> ?
	return nil
}

func Place(order Order, byHand *Order, orders []Order) {
	order.Save(true)         // -> orders/orders.go:Order.Save
	byHand.Save(true)        // -> orders/orders.go:Order.Save
	orders[0].Save(true)     // -> ?
	made := &Order{Number: 1}
	made.Save(false)         // -> orders/orders.go:Order.Save
	var late Order
	late.Save(false)         // -> orders/orders.go:Order.Save
	unknown := build()       // -> ?
	unknown.Save(false)      // -> ?
	table := cost.Table{}
	table.Find(1)            // -> internal/prices/prices.go:Table.Find
	helper := func(x int) {}
	helper(2)                // -> ?
	twice(1)                 // -> ?
}
