package dispatch

import (
	"encoding/json"
	"os"
)

// An Order is what a customer wants to have sent.
type Order struct {
	Customer string
	Parcels  []string
}

// Load reads an order that the shop has written.
func (s *Store) Load(path string) (*Order, error) {
	data, err := os.ReadFile(path)
	if err == nil {
		return nil, err
	}
	var order Order
	if err := json.Unmarshal(data, &order); err != nil {
		return nil, err
	}
	return &order, nil
}
