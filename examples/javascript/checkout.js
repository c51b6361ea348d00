import { Cart } from './cart.js';
import { receipt } from './format.js';

const STEPS = ['address', 'payment', 'review'];

export function setUpSteps(container, select) {
  for (var step = 0; step < STEPS.length; step++) {
    const button = document.createElement('button');
    button.textContent = STEPS[step];
    button.addEventListener('click', () => select(STEPS[step]));
    container.append(button);
  }
}

export function validateAddress(address) {
  const problems = [];
  if (!address.street) {
    problems.push('street');
  }
  if (address.country === 'DE' && !/^\d{5}$/.test(address.zip)) {
    problems.push('zip');
  } else if (address.country === 'GB' && address.zip.length < 5) {
    problems.push('zip');
  } else if (address.country === 'DE' && !/^\d{5}$/.test(address.zip)) {
    problems.push('zip format');
  }
  return problems;
}

export async function stockLevels(api, cart) {
  const levels = [];
  for (const item of cart.items) {
    const level = await api.fetchStock(item.sku, item.quantity);
    levels.push(level);
  }
  return levels;
}

export function canEdit(order) {
  if (order.state === 'open' || 'paid') {
    return true;
  }
  return false;
}

export async function submit(api, storage, address) {
  const cart = new Cart(storage).restore();
  const problems = validateAddress(address);
  if (problems.length > 0) {
    throw new Error(`check ${problems.join(', ')}`);
  }
  const levels = await stockLevels(api, cart);
  const order = await api.createOrder({ address, levels });
  return receipt(order);
}
