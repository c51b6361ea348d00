//! `practice/duplicated-code`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/duplicated-code",
    category: Category::Practice,
    summary: "A function repeats another one",
    severity: Severity::Information,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports functions of at least ten lines that say nearly the same as a function before them, in the same file or in another one of the workspace. Names of variables and values of literals may differ; what is called and accessed may not.",
        why: "What is changed in one of the two has to be changed in the other one, and sooner or later that is forgotten. Many a bug was mended in one copy only.",
        fix: "Keep one of the two and call it, with what differs as a parameter.",
        limits: "How alike two functions are is estimated from sketches of them, so that a whole workspace can be searched; at 90 % and above they count as nearly the same. Tests are left out, since their repetition is often on purpose. Only the later of two functions is reported, in the order of the files' paths.",
        references: &["https://refactoring.guru/smells/duplicate-code"],
    },
    examples: &[
        Example::bad(
            "python",
            "def total(orders, home):
    sum = 0
    left = []
    for order in orders:
        if order.is_cancelled() or order.count < 1:
            left.append(order.name)
            continue
        price = order.price * order.count
        if order.country != home:
            price = price + shipping(order.weight, order.country)
        if price > 1000:
            price = price - discount(price, order.customer)
        if order.is_gift():
            price = price + wrapping(order.size, order.paper)
        sum = sum + price
    report(sum, left)
    return sum

def invoice(items, country):
    ^^^^^^^ `invoice` repeats `total`
    amount = 0
    skipped = []
    for item in items:
        if item.is_cancelled() or item.count < 1:
            skipped.append(item.name)
            continue
        cost = item.price * item.count
        if item.country != country:
            cost = cost + shipping(item.weight, item.country)
        if cost > 1000:
            cost = cost - discount(cost, item.customer)
        if item.is_gift():
            cost = cost + wrapping(item.size, item.paper)
        amount = amount + cost
    report(amount, skipped)
    return amount
",
        ),
        Example::bad(
            "python",
            "def total(orders, home):
    sum = 0
    left = []
    for order in orders:
        if order.is_cancelled() or order.count < 1:
            left.append(order.name)
            continue
        price = order.price * order.count
        if order.country != home:
            price = price + shipping(order.weight, order.country)
        if price > 1000:
            price = price - discount(price, order.customer)
        if order.is_gift():
            price = price + wrapping(order.size, order.paper)
        sum = sum + price
    report(sum, left)
    return sum

def estimate(orders, home):
    ^^^^^^^^ `estimate` repeats
    sum = 0
    left = []
    for order in orders:
        if order.is_cancelled() or order.count < 1:
            left.append(order.name)
            continue
        price = order.price * order.count
        if order.country != home:
            price = price + shipping(order.weight, order.country)
        if price > 500:
            price = price - discount(price, order.customer)
        if order.is_gift():
            price = price + wrapping(order.size, order.paper)
        sum = sum + price
    report(sum, left)
    return sum
",
        ),
        Example::good(
            "python",
            "def total(orders, home):
    sum = 0
    left = []
    for order in orders:
        if order.is_cancelled() or order.count < 1:
            left.append(order.name)
            continue
        price = order.price * order.count
        if order.country != home:
            price = price + shipping(order.weight, order.country)
        if price > 1000:
            price = price - discount(price, order.customer)
        if order.is_gift():
            price = price + wrapping(order.size, order.paper)
        sum = sum + price
    report(sum, left)
    return sum

def ranking(items, language):
    amount = 0
    skipped = []
    for item in items:
        if item.is_banned() or item.age < 1:
            skipped.append(item.email)
            continue
        cost = item.score * item.age
        if item.language != language:
            cost = cost + bonus(item.level, item.language)
        if cost > 1000:
            cost = cost - penalty(cost, item.history)
        if item.is_veteran():
            cost = cost + medal(item.rank, item.color)
        amount = amount + cost
    publish(amount, skipped)
    return amount
",
        ),
        Example::good(
            "python",
            "def total(order):
    price = order.price * order.count
    return price + shipping(order.weight, order.country)

def invoice(item):
    cost = item.price * item.count
    return cost + shipping(item.weight, item.country)
",
        ),
        Example::bad(
            "javascript",
            "function total(orders, home) {
  let sum = 0;
  const left = [];
  for (const order of orders) {
    if (order.isCancelled() || order.count < 1) {
      left.push(order.name);
      continue;
    }
    let price = order.price * order.count;
    if (order.country !== home) {
      price = price + shipping(order.weight, order.country);
    }
    if (price > 1000) {
      price = price - discount(price, order.customer);
    }
    if (order.isGift()) {
      price = price + wrapping(order.size, order.paper);
    }
    sum = sum + price;
  }
  report(sum, left);
  return sum;
}

function invoice(items, country) {
         ^^^^^^^ `invoice` repeats `total`
  let amount = 0;
  const skipped = [];
  for (const item of items) {
    if (item.isCancelled() || item.count < 1) {
      skipped.push(item.name);
      continue;
    }
    let cost = item.price * item.count;
    if (item.country !== country) {
      cost = cost + shipping(item.weight, item.country);
    }
    if (cost > 1000) {
      cost = cost - discount(cost, item.customer);
    }
    if (item.isGift()) {
      cost = cost + wrapping(item.size, item.paper);
    }
    amount = amount + cost;
  }
  report(amount, skipped);
  return amount;
}
",
        ),
        Example::bad(
            "javascript",
            "function total(orders, home) {
  let sum = 0;
  const left = [];
  for (const order of orders) {
    if (order.isCancelled() || order.count < 1) {
      left.push(order.name);
      continue;
    }
    let price = order.price * order.count;
    if (order.country !== home) {
      price = price + shipping(order.weight, order.country);
    }
    if (price > 1000) {
      price = price - discount(price, order.customer);
    }
    if (order.isGift()) {
      price = price + wrapping(order.size, order.paper);
    }
    sum = sum + price;
  }
  report(sum, left);
  return sum;
}

function estimate(orders, home) {
         ^^^^^^^^ `estimate` repeats
  let sum = 0;
  const left = [];
  for (const order of orders) {
    if (order.isCancelled() || order.count < 1) {
      left.push(order.name);
      continue;
    }
    let price = order.price * order.count;
    if (order.country !== home) {
      price = price + shipping(order.weight, order.country);
    }
    if (price > 500) {
      price = price - discount(price, order.customer);
    }
    if (order.isGift()) {
      price = price + wrapping(order.size, order.paper);
    }
    sum = sum + price;
  }
  report(sum, left);
  return sum;
}
",
        ),
        Example::good(
            "javascript",
            "function total(orders, home) {
  let sum = 0;
  const left = [];
  for (const order of orders) {
    if (order.isCancelled() || order.count < 1) {
      left.push(order.name);
      continue;
    }
    let price = order.price * order.count;
    if (order.country !== home) {
      price = price + shipping(order.weight, order.country);
    }
    if (price > 1000) {
      price = price - discount(price, order.customer);
    }
    if (order.isGift()) {
      price = price + wrapping(order.size, order.paper);
    }
    sum = sum + price;
  }
  report(sum, left);
  return sum;
}

function ranking(items, language) {
  let amount = 0;
  const skipped = [];
  for (const item of items) {
    if (item.isBanned() || item.age < 1) {
      skipped.push(item.email);
      continue;
    }
    let cost = item.score * item.age;
    if (item.language !== language) {
      cost = cost + bonus(item.level, item.language);
    }
    if (cost > 1000) {
      cost = cost - penalty(cost, item.history);
    }
    if (item.isVeteran()) {
      cost = cost + medal(item.rank, item.color);
    }
    amount = amount + cost;
  }
  publish(amount, skipped);
  return amount;
}
",
        ),
        Example::good(
            "javascript",
            "function total(order) {
  const price = order.price * order.count;
  return price + shipping(order.weight, order.country);
}

function invoice(item) {
  const cost = item.price * item.count;
  return cost + shipping(item.weight, item.country);
}
",
        ),
        Example::bad(
            "typescript",
            "function total(orders: Order[], home: string): number {
  let sum = 0;
  const left: string[] = [];
  for (const order of orders) {
    if (order.isCancelled() || order.count < 1) {
      left.push(order.name);
      continue;
    }
    let price = order.price * order.count;
    if (order.country !== home) {
      price = price + shipping(order.weight, order.country);
    }
    if (price > 1000) {
      price = price - discount(price, order.customer);
    }
    if (order.isGift()) {
      price = price + wrapping(order.size, order.paper);
    }
    sum = sum + price;
  }
  report(sum, left);
  return sum;
}

function invoice(items: Order[], country: string): number {
         ^^^^^^^ `invoice` repeats `total`
  let amount = 0;
  const skipped: string[] = [];
  for (const item of items) {
    if (item.isCancelled() || item.count < 1) {
      skipped.push(item.name);
      continue;
    }
    let cost = item.price * item.count;
    if (item.country !== country) {
      cost = cost + shipping(item.weight, item.country);
    }
    if (cost > 1000) {
      cost = cost - discount(cost, item.customer);
    }
    if (item.isGift()) {
      cost = cost + wrapping(item.size, item.paper);
    }
    amount = amount + cost;
  }
  report(amount, skipped);
  return amount;
}
",
        ),
        Example::bad(
            "typescript",
            "function total(orders: Order[], home: string): number {
  let sum = 0;
  const left: string[] = [];
  for (const order of orders) {
    if (order.isCancelled() || order.count < 1) {
      left.push(order.name);
      continue;
    }
    let price = order.price * order.count;
    if (order.country !== home) {
      price = price + shipping(order.weight, order.country);
    }
    if (price > 1000) {
      price = price - discount(price, order.customer);
    }
    if (order.isGift()) {
      price = price + wrapping(order.size, order.paper);
    }
    sum = sum + price;
  }
  report(sum, left);
  return sum;
}

function estimate(orders: Order[], home: string): number {
         ^^^^^^^^ `estimate` repeats
  let sum = 0;
  const left: string[] = [];
  for (const order of orders) {
    if (order.isCancelled() || order.count < 1) {
      left.push(order.name);
      continue;
    }
    let price = order.price * order.count;
    if (order.country !== home) {
      price = price + shipping(order.weight, order.country);
    }
    if (price > 500) {
      price = price - discount(price, order.customer);
    }
    if (order.isGift()) {
      price = price + wrapping(order.size, order.paper);
    }
    sum = sum + price;
  }
  report(sum, left);
  return sum;
}
",
        ),
        Example::good(
            "typescript",
            "function total(orders: Order[], home: string): number {
  let sum = 0;
  const left: string[] = [];
  for (const order of orders) {
    if (order.isCancelled() || order.count < 1) {
      left.push(order.name);
      continue;
    }
    let price = order.price * order.count;
    if (order.country !== home) {
      price = price + shipping(order.weight, order.country);
    }
    if (price > 1000) {
      price = price - discount(price, order.customer);
    }
    if (order.isGift()) {
      price = price + wrapping(order.size, order.paper);
    }
    sum = sum + price;
  }
  report(sum, left);
  return sum;
}

function ranking(items: Player[], language: string): number {
  let amount = 0;
  const skipped: string[] = [];
  for (const item of items) {
    if (item.isBanned() || item.age < 1) {
      skipped.push(item.email);
      continue;
    }
    let cost = item.score * item.age;
    if (item.language !== language) {
      cost = cost + bonus(item.level, item.language);
    }
    if (cost > 1000) {
      cost = cost - penalty(cost, item.history);
    }
    if (item.isVeteran()) {
      cost = cost + medal(item.rank, item.color);
    }
    amount = amount + cost;
  }
  publish(amount, skipped);
  return amount;
}
",
        ),
        Example::good(
            "typescript",
            "function total(order: Order): number {
  const price = order.price * order.count;
  return price + shipping(order.weight, order.country);
}

function invoice(item: Order): number {
  const cost = item.price * item.count;
  return cost + shipping(item.weight, item.country);
}
",
        ),
        Example::bad(
            "rust",
            "fn total(orders: &[Order], home: &str) -> f64 {
    let mut sum = 0.0;
    let mut left = Vec::new();
    for order in orders {
        if order.is_cancelled() || order.count < 1 {
            left.push(order.name.clone());
            continue;
        }
        let mut price = order.price * order.count as f64;
        if order.country != home {
            price = price + shipping(order.weight, &order.country);
        }
        if price > 1000.0 {
            price = price - discount(price, &order.customer);
        }
        if order.is_gift() {
            price = price + wrapping(order.size, &order.paper);
        }
        sum = sum + price;
    }
    report(sum, &left);
    sum
}

fn invoice(items: &[Order], country: &str) -> f64 {
   ^^^^^^^ `invoice` repeats `total`
    let mut amount = 0.0;
    let mut skipped = Vec::new();
    for item in items {
        if item.is_cancelled() || item.count < 1 {
            skipped.push(item.name.clone());
            continue;
        }
        let mut cost = item.price * item.count as f64;
        if item.country != country {
            cost = cost + shipping(item.weight, &item.country);
        }
        if cost > 1000.0 {
            cost = cost - discount(cost, &item.customer);
        }
        if item.is_gift() {
            cost = cost + wrapping(item.size, &item.paper);
        }
        amount = amount + cost;
    }
    report(amount, &skipped);
    amount
}
",
        ),
        Example::bad(
            "rust",
            "fn total(orders: &[Order], home: &str) -> f64 {
    let mut sum = 0.0;
    let mut left = Vec::new();
    for order in orders {
        if order.is_cancelled() || order.count < 1 {
            left.push(order.name.clone());
            continue;
        }
        let mut price = order.price * order.count as f64;
        if order.country != home {
            price = price + shipping(order.weight, &order.country);
        }
        if price > 1000.0 {
            price = price - discount(price, &order.customer);
        }
        if order.is_gift() {
            price = price + wrapping(order.size, &order.paper);
        }
        sum = sum + price;
    }
    report(sum, &left);
    sum
}

fn estimate(orders: &[Order], home: &str) -> f64 {
   ^^^^^^^^ `estimate` repeats
    let mut sum = 0.0;
    let mut left = Vec::new();
    for order in orders {
        if order.is_cancelled() || order.count < 1 {
            left.push(order.name.clone());
            continue;
        }
        let mut price = order.price * order.count as f64;
        if order.country != home {
            price = price + shipping(order.weight, &order.country);
        }
        if price > 500.0 {
            price = price - discount(price, &order.customer);
        }
        if order.is_gift() {
            price = price + wrapping(order.size, &order.paper);
        }
        sum = sum + price;
    }
    report(sum, &left);
    sum
}
",
        ),
        Example::good(
            "rust",
            "fn total(orders: &[Order], home: &str) -> f64 {
    let mut sum = 0.0;
    let mut left = Vec::new();
    for order in orders {
        if order.is_cancelled() || order.count < 1 {
            left.push(order.name.clone());
            continue;
        }
        let mut price = order.price * order.count as f64;
        if order.country != home {
            price = price + shipping(order.weight, &order.country);
        }
        if price > 1000.0 {
            price = price - discount(price, &order.customer);
        }
        if order.is_gift() {
            price = price + wrapping(order.size, &order.paper);
        }
        sum = sum + price;
    }
    report(sum, &left);
    sum
}

fn ranking(items: &[Player], language: &str) -> f64 {
    let mut amount = 0.0;
    let mut skipped = Vec::new();
    for item in items {
        if item.is_banned() || item.age < 1 {
            skipped.push(item.email.clone());
            continue;
        }
        let mut cost = item.score * item.age as f64;
        if item.language != language {
            cost = cost + bonus(item.level, &item.language);
        }
        if cost > 1000.0 {
            cost = cost - penalty(cost, &item.history);
        }
        if item.is_veteran() {
            cost = cost + medal(item.rank, &item.color);
        }
        amount = amount + cost;
    }
    publish(amount, &skipped);
    amount
}
",
        ),
        Example::good(
            "rust",
            "fn total(order: &Order) -> f64 {
    let price = order.price * order.count;
    price + shipping(order.weight, &order.country)
}

fn invoice(item: &Order) -> f64 {
    let cost = item.price * item.count;
    cost + shipping(item.weight, &item.country)
}
",
        ),
        Example::bad(
            "go",
            "package shop

func total(orders []Order, home string) float64 {
	sum := 0.0
	left := []string{}
	for _, order := range orders {
		if order.IsCancelled() || order.Count < 1 {
			left = append(left, order.Name)
			continue
		}
		price := order.Price * order.Count
		if order.Country != home {
			price = price + shipping(order.Weight, order.Country)
		}
		if price > 1000 {
			price = price - discount(price, order.Customer)
		}
		if order.IsGift() {
			price = price + wrapping(order.Size, order.Paper)
		}
		sum = sum + price
	}
	report(sum, left)
	return sum
}

func invoice(items []Order, country string) float64 {
     ^^^^^^^ `invoice` repeats `total`
	amount := 0.0
	skipped := []string{}
	for _, item := range items {
		if item.IsCancelled() || item.Count < 1 {
			skipped = append(skipped, item.Name)
			continue
		}
		cost := item.Price * item.Count
		if item.Country != country {
			cost = cost + shipping(item.Weight, item.Country)
		}
		if cost > 1000 {
			cost = cost - discount(cost, item.Customer)
		}
		if item.IsGift() {
			cost = cost + wrapping(item.Size, item.Paper)
		}
		amount = amount + cost
	}
	report(amount, skipped)
	return amount
}
",
        ),
        Example::bad(
            "go",
            "package shop

func total(orders []Order, home string) float64 {
	sum := 0.0
	left := []string{}
	for _, order := range orders {
		if order.IsCancelled() || order.Count < 1 {
			left = append(left, order.Name)
			continue
		}
		price := order.Price * order.Count
		if order.Country != home {
			price = price + shipping(order.Weight, order.Country)
		}
		if price > 1000 {
			price = price - discount(price, order.Customer)
		}
		if order.IsGift() {
			price = price + wrapping(order.Size, order.Paper)
		}
		sum = sum + price
	}
	report(sum, left)
	return sum
}

func estimate(orders []Order, home string) float64 {
     ^^^^^^^^ `estimate` repeats
	sum := 0.0
	left := []string{}
	for _, order := range orders {
		if order.IsCancelled() || order.Count < 1 {
			left = append(left, order.Name)
			continue
		}
		price := order.Price * order.Count
		if order.Country != home {
			price = price + shipping(order.Weight, order.Country)
		}
		if price > 500 {
			price = price - discount(price, order.Customer)
		}
		if order.IsGift() {
			price = price + wrapping(order.Size, order.Paper)
		}
		sum = sum + price
	}
	report(sum, left)
	return sum
}
",
        ),
        Example::good(
            "go",
            "package shop

func total(orders []Order, home string) float64 {
	sum := 0.0
	left := []string{}
	for _, order := range orders {
		if order.IsCancelled() || order.Count < 1 {
			left = append(left, order.Name)
			continue
		}
		price := order.Price * order.Count
		if order.Country != home {
			price = price + shipping(order.Weight, order.Country)
		}
		if price > 1000 {
			price = price - discount(price, order.Customer)
		}
		if order.IsGift() {
			price = price + wrapping(order.Size, order.Paper)
		}
		sum = sum + price
	}
	report(sum, left)
	return sum
}

func ranking(items []Player, language string) float64 {
	amount := 0.0
	skipped := []string{}
	for _, item := range items {
		if item.IsBanned() || item.Age < 1 {
			skipped = append(skipped, item.Email)
			continue
		}
		cost := item.Score * item.Age
		if item.Language != language {
			cost = cost + bonus(item.Level, item.Language)
		}
		if cost > 1000 {
			cost = cost - penalty(cost, item.History)
		}
		if item.IsVeteran() {
			cost = cost + medal(item.Rank, item.Color)
		}
		amount = amount + cost
	}
	publish(amount, skipped)
	return amount
}
",
        ),
        Example::good(
            "go",
            "package shop

func total(order Order) float64 {
	price := order.Price * order.Count
	return price + shipping(order.Weight, order.Country)
}

func invoice(item Order) float64 {
	cost := item.Price * item.Count
	return cost + shipping(item.Weight, item.Country)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    double total(List<Order> orders, String home) {
        double sum = 0;
        List<String> left = new ArrayList<>();
        for (Order order : orders) {
            if (order.isCancelled() || order.count < 1) {
                left.add(order.name);
                continue;
            }
            double price = order.price * order.count;
            if (order.country != home) {
                price = price + shipping(order.weight, order.country);
            }
            if (price > 1000) {
                price = price - discount(price, order.customer);
            }
            if (order.isGift()) {
                price = price + wrapping(order.size, order.paper);
            }
            sum = sum + price;
        }
        report(sum, left);
        return sum;
    }

    double invoice(List<Order> items, String country) {
           ^^^^^^^ `invoice` repeats `Shop.total`
        double amount = 0;
        List<String> skipped = new ArrayList<>();
        for (Order item : items) {
            if (item.isCancelled() || item.count < 1) {
                skipped.add(item.name);
                continue;
            }
            double cost = item.price * item.count;
            if (item.country != country) {
                cost = cost + shipping(item.weight, item.country);
            }
            if (cost > 1000) {
                cost = cost - discount(cost, item.customer);
            }
            if (item.isGift()) {
                cost = cost + wrapping(item.size, item.paper);
            }
            amount = amount + cost;
        }
        report(amount, skipped);
        return amount;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    double total(List<Order> orders, String home) {
        double sum = 0;
        List<String> left = new ArrayList<>();
        for (Order order : orders) {
            if (order.isCancelled() || order.count < 1) {
                left.add(order.name);
                continue;
            }
            double price = order.price * order.count;
            if (order.country != home) {
                price = price + shipping(order.weight, order.country);
            }
            if (price > 1000) {
                price = price - discount(price, order.customer);
            }
            if (order.isGift()) {
                price = price + wrapping(order.size, order.paper);
            }
            sum = sum + price;
        }
        report(sum, left);
        return sum;
    }

    double estimate(List<Order> orders, String home) {
           ^^^^^^^^ `estimate` repeats
        double sum = 0;
        List<String> left = new ArrayList<>();
        for (Order order : orders) {
            if (order.isCancelled() || order.count < 1) {
                left.add(order.name);
                continue;
            }
            double price = order.price * order.count;
            if (order.country != home) {
                price = price + shipping(order.weight, order.country);
            }
            if (price > 500) {
                price = price - discount(price, order.customer);
            }
            if (order.isGift()) {
                price = price + wrapping(order.size, order.paper);
            }
            sum = sum + price;
        }
        report(sum, left);
        return sum;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    double total(List<Order> orders, String home) {
        double sum = 0;
        List<String> left = new ArrayList<>();
        for (Order order : orders) {
            if (order.isCancelled() || order.count < 1) {
                left.add(order.name);
                continue;
            }
            double price = order.price * order.count;
            if (order.country != home) {
                price = price + shipping(order.weight, order.country);
            }
            if (price > 1000) {
                price = price - discount(price, order.customer);
            }
            if (order.isGift()) {
                price = price + wrapping(order.size, order.paper);
            }
            sum = sum + price;
        }
        report(sum, left);
        return sum;
    }

    double ranking(List<Player> items, String language) {
        double amount = 0;
        List<String> skipped = new ArrayList<>();
        for (Player item : items) {
            if (item.isBanned() || item.age < 1) {
                skipped.add(item.email);
                continue;
            }
            double cost = item.score * item.age;
            if (item.language != language) {
                cost = cost + bonus(item.level, item.language);
            }
            if (cost > 1000) {
                cost = cost - penalty(cost, item.history);
            }
            if (item.isVeteran()) {
                cost = cost + medal(item.rank, item.color);
            }
            amount = amount + cost;
        }
        publish(amount, skipped);
        return amount;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    double total(Order order) {
        double price = order.price * order.count;
        return price + shipping(order.weight, order.country);
    }

    double invoice(Order item) {
        double cost = item.price * item.count;
        return cost + shipping(item.weight, item.country);
    }
}
",
        ),
        Example::bad(
            "c",
            "double total(struct order *orders, int home) {
    double sum = 0;
    int left = 0;
    for (struct order *order = orders; order != NULL; order = order->next) {
        if (is_cancelled(order) || order->count < 1) {
            left = left + 1;
            continue;
        }
        double price = order->price * order->count;
        if (order->country != home) {
            price = price + shipping(order->weight, order->country);
        }
        if (price > 1000) {
            price = price - discount(price, order->customer);
        }
        if (is_gift(order)) {
            price = price + wrapping(order->size, order->paper);
        }
        sum = sum + price;
    }
    report(sum, left);
    return sum;
}

double invoice(struct order *items, int country) {
       ^^^^^^^ `invoice` repeats `total`
    double amount = 0;
    int skipped = 0;
    for (struct order *item = items; item != NULL; item = item->next) {
        if (is_cancelled(item) || item->count < 1) {
            skipped = skipped + 1;
            continue;
        }
        double cost = item->price * item->count;
        if (item->country != country) {
            cost = cost + shipping(item->weight, item->country);
        }
        if (cost > 1000) {
            cost = cost - discount(cost, item->customer);
        }
        if (is_gift(item)) {
            cost = cost + wrapping(item->size, item->paper);
        }
        amount = amount + cost;
    }
    report(amount, skipped);
    return amount;
}
",
        ),
        Example::bad(
            "c",
            "double total(struct order *orders, int home) {
    double sum = 0;
    int left = 0;
    for (struct order *order = orders; order != NULL; order = order->next) {
        if (is_cancelled(order) || order->count < 1) {
            left = left + 1;
            continue;
        }
        double price = order->price * order->count;
        if (order->country != home) {
            price = price + shipping(order->weight, order->country);
        }
        if (price > 1000) {
            price = price - discount(price, order->customer);
        }
        if (is_gift(order)) {
            price = price + wrapping(order->size, order->paper);
        }
        sum = sum + price;
    }
    report(sum, left);
    return sum;
}

double estimate(struct order *orders, int home) {
       ^^^^^^^^ `estimate` repeats
    double sum = 0;
    int left = 0;
    for (struct order *order = orders; order != NULL; order = order->next) {
        if (is_cancelled(order) || order->count < 1) {
            left = left + 1;
            continue;
        }
        double price = order->price * order->count;
        if (order->country != home) {
            price = price + shipping(order->weight, order->country);
        }
        if (price > 500) {
            price = price - discount(price, order->customer);
        }
        if (is_gift(order)) {
            price = price + wrapping(order->size, order->paper);
        }
        sum = sum + price;
    }
    report(sum, left);
    return sum;
}
",
        ),
        Example::good(
            "c",
            "double total(struct order *orders, int home) {
    double sum = 0;
    int left = 0;
    for (struct order *order = orders; order != NULL; order = order->next) {
        if (is_cancelled(order) || order->count < 1) {
            left = left + 1;
            continue;
        }
        double price = order->price * order->count;
        if (order->country != home) {
            price = price + shipping(order->weight, order->country);
        }
        if (price > 1000) {
            price = price - discount(price, order->customer);
        }
        if (is_gift(order)) {
            price = price + wrapping(order->size, order->paper);
        }
        sum = sum + price;
    }
    report(sum, left);
    return sum;
}

double ranking(struct player *items, int language) {
    double amount = 0;
    int skipped = 0;
    for (struct player *item = items; item != NULL; item = item->next) {
        if (is_banned(item) || item->age < 1) {
            skipped = skipped + 1;
            continue;
        }
        double cost = item->score * item->age;
        if (item->language != language) {
            cost = cost + bonus(item->level, item->language);
        }
        if (cost > 1000) {
            cost = cost - penalty(cost, item->history);
        }
        if (is_veteran(item)) {
            cost = cost + medal(item->rank, item->color);
        }
        amount = amount + cost;
    }
    publish(amount, skipped);
    return amount;
}
",
        ),
        Example::good(
            "c",
            "double total(struct order *order) {
    double price = order->price * order->count;
    return price + shipping(order->weight, order->country);
}

double invoice(struct order *item) {
    double cost = item->price * item->count;
    return cost + shipping(item->weight, item->country);
}
",
        ),
        Example::bad(
            "cpp",
            "double total(const std::vector<Order> &orders, int home) {
    double sum = 0;
    std::vector<std::string> left;
    for (const auto &order : orders) {
        if (order.isCancelled() || order.count < 1) {
            left.push_back(order.name);
            continue;
        }
        double price = order.price * order.count;
        if (order.country != home) {
            price = price + shipping(order.weight, order.country);
        }
        if (price > 1000) {
            price = price - discount(price, order.customer);
        }
        if (order.isGift()) {
            price = price + wrapping(order.size, order.paper);
        }
        sum = sum + price;
    }
    report(sum, left);
    return sum;
}

double invoice(const std::vector<Order> &items, int country) {
       ^^^^^^^ `invoice` repeats `total`
    double amount = 0;
    std::vector<std::string> skipped;
    for (const auto &item : items) {
        if (item.isCancelled() || item.count < 1) {
            skipped.push_back(item.name);
            continue;
        }
        double cost = item.price * item.count;
        if (item.country != country) {
            cost = cost + shipping(item.weight, item.country);
        }
        if (cost > 1000) {
            cost = cost - discount(cost, item.customer);
        }
        if (item.isGift()) {
            cost = cost + wrapping(item.size, item.paper);
        }
        amount = amount + cost;
    }
    report(amount, skipped);
    return amount;
}
",
        ),
        Example::bad(
            "cpp",
            "double total(const std::vector<Order> &orders, int home) {
    double sum = 0;
    std::vector<std::string> left;
    for (const auto &order : orders) {
        if (order.isCancelled() || order.count < 1) {
            left.push_back(order.name);
            continue;
        }
        double price = order.price * order.count;
        if (order.country != home) {
            price = price + shipping(order.weight, order.country);
        }
        if (price > 1000) {
            price = price - discount(price, order.customer);
        }
        if (order.isGift()) {
            price = price + wrapping(order.size, order.paper);
        }
        sum = sum + price;
    }
    report(sum, left);
    return sum;
}

double estimate(const std::vector<Order> &orders, int home) {
       ^^^^^^^^ `estimate` repeats
    double sum = 0;
    std::vector<std::string> left;
    for (const auto &order : orders) {
        if (order.isCancelled() || order.count < 1) {
            left.push_back(order.name);
            continue;
        }
        double price = order.price * order.count;
        if (order.country != home) {
            price = price + shipping(order.weight, order.country);
        }
        if (price > 500) {
            price = price - discount(price, order.customer);
        }
        if (order.isGift()) {
            price = price + wrapping(order.size, order.paper);
        }
        sum = sum + price;
    }
    report(sum, left);
    return sum;
}
",
        ),
        Example::good(
            "cpp",
            "double total(const std::vector<Order> &orders, int home) {
    double sum = 0;
    std::vector<std::string> left;
    for (const auto &order : orders) {
        if (order.isCancelled() || order.count < 1) {
            left.push_back(order.name);
            continue;
        }
        double price = order.price * order.count;
        if (order.country != home) {
            price = price + shipping(order.weight, order.country);
        }
        if (price > 1000) {
            price = price - discount(price, order.customer);
        }
        if (order.isGift()) {
            price = price + wrapping(order.size, order.paper);
        }
        sum = sum + price;
    }
    report(sum, left);
    return sum;
}

double ranking(const std::vector<Player> &items, int language) {
    double amount = 0;
    std::vector<std::string> skipped;
    for (const auto &item : items) {
        if (item.isBanned() || item.age < 1) {
            skipped.push_back(item.email);
            continue;
        }
        double cost = item.score * item.age;
        if (item.language != language) {
            cost = cost + bonus(item.level, item.language);
        }
        if (cost > 1000) {
            cost = cost - penalty(cost, item.history);
        }
        if (item.isVeteran()) {
            cost = cost + medal(item.rank, item.color);
        }
        amount = amount + cost;
    }
    publish(amount, skipped);
    return amount;
}
",
        ),
        Example::good(
            "cpp",
            "double total(const Order &order) {
    double price = order.price * order.count;
    return price + shipping(order.weight, order.country);
}

double invoice(const Order &item) {
    double cost = item.price * item.count;
    return cost + shipping(item.weight, item.country);
}
",
        ),
    ],
    kinds: &[Kind::Function, Kind::Lambda],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_outermost = tree.ids().find(|it| tree.kind(*it).is_function()) == Some(id);
    let Some(twin) = context.callees.twin().filter(|_| is_outermost).cloned() else { return };
    if tree.flags(id).has(Flags::STUB) || context.is_test || context.is_test_file {
        return;
    }
    let name = match tree.name(id) {
        "" => "this function".to_owned(),
        name => format!("`{name}`"),
    };
    let other = match &*twin.name {
        "" => "a function".to_owned(),
        name => format!("`{name}`"),
    };
    let file = match twin.near {
        Some(_) => String::new(),
        None => format!(" of {}", twin.file_name()),
    };
    let at = tree.child(id, Role::Name).unwrap_or(id);
    context
        .report(at, format!("{name} repeats {other}{file}: about {} % of it is the same", twin.percent))
        .because("Rows of neighbouring nodes were compared, without the names of variables and the values of literals.")
        .twin(format!("{other} is declared here"))
        .emit();
}
