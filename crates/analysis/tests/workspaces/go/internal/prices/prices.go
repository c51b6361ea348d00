package prices

import . "example.com/shop/orders"

type Table struct{}

func (t Table) Find(number int) {}

func Total(orders []Order) {
	Place(orders[0], nil, nil) // -> orders/orders.go:Place
	rounded(1)                 // -> internal/prices/prices.go:rounded
	len(orders)                // -> ?
}

func rounded(amount int) {}
