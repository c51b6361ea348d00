export { start } from "./named";
export default function () { return 1; }
