package orders

func twice(number int, name string) {}
