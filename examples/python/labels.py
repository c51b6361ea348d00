"""What is printed on a parcel."""


class Label:
    def __init__(self, customer, table):
        self.customer = customer
        self.table = table

    def recipient(self):
        name = self.customer.full_name()
        return self.strip()

    def is_empty(self):
        count = self.table.count("lines")
        return self == 0

    def is_fragile(self):
        marks = self.table.count("marks")
        return self > 0
