import { charge, convert as exchange } from './currency';

export interface Line {
  amount: number;
}

export function invoice(lines: Line[], rate: number): number {
  let sum = 0;
  for (const line of lines) {
    sum += exchange(line.amount, rate);
  }
  return sum;
}

export function remind(amount: number, customer: string): string {
  return charge(amount, customer);
}
