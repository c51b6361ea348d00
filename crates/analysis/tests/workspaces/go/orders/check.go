package orders

func (o *Order) check() {
	helper(o.Number) // -> orders/check.go:helper
}

func helper(number int) {}
