export { Cart, type Line } from "./cart";
export * from "./price";
export { default as banner } from "./banner";
export * as wallet from "./wallet";
