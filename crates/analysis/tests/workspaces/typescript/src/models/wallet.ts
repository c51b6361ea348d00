export async function pay(amount: number) { return amount; }
