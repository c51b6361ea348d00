export * from "./models/price";
export * from "./models/other";
