export default function banner(text: string) { return text; }
