void twice(int number) {}
