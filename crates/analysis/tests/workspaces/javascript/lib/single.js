class Pen {
  constructor(color) { this.color = color; }
  line(from, to) { return this.stroke(from, to); } // -> lib/single.js:Pen.stroke
  stroke(from, to) { return [from, to]; }
  static red() { return new Pen("red"); } // -> lib/single.js:Pen
}
module.exports = Pen;
