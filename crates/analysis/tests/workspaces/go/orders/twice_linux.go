package orders

func twice(number int) {}
