const symbols = { EUR: '€', USD: '$', GBP: '£' };

export function formatPrice(amount, currency) {
  const symbol = symbols[currency];
  if (symbol === undefined) {
    return `${amount.toFixed(2)} ${currency}`;
  }
  return `${symbol}${amount.toFixed(2)}`;
}

export function slug(title) {
  title.trim();
  return title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

export function highlight(names, query) {
  const marked = [];
  for (const name of names) {
    const pattern = new RegExp(query, 'gi');
    marked.push(name.replace(pattern, (match) => `<b>${match}</b>`));
  }
  return marked;
}

export function receipt(order) {
  let text = `Order ${order.id}\n`;
  for (const item of order.items) {
    text += `${item.quantity} x ${item.name}\n`;
  }
  return text;
}

export function badge(order) {
  switch (order.state) {
    case 'open':
      return 'grey';
    case 'paid':
    case 'shipped':
      return 'green';
    default:
      return 'red';
  }
}
