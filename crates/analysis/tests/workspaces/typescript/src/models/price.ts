export const total = (lines: number[]) => lines.reduce(add, 0); // -> ?
export function round(value: number) { return Math.round(value); } // -> ?
function add(one: number, other: number) { return one + other; }
export { add as plus };
