function greet(name: string) { return farewell(name); } // -> ?
export function farewell(name: string): string;
export function farewell(name: number): string;
export function farewell(name: any) { return String(name); } // -> ?
export default greet;
