import Pen from "./lib/single.js";
import { start as begin } from "./lib";
const shapes = require("./lib/shapes");
const { draw, paint: color } = require("./lib/shapes");
const { stop } = require("./lib/named");
const single = require("./lib/single");
const fs = require("fs");

draw(1, 2); // -> lib/shapes.js:draw
color(1, 2); // -> lib/shapes.js:fill
shapes.outline(1); // -> lib/shapes.js:module.exports.outline
shapes.ghost(1); // -> ?
begin("x"); // -> lib/named.js:exports.start
stop("x"); // -> lib/named.js:stop
fs.readFileSync("x"); // -> ?
require("./lib/shapes").draw(1, 2); // -> lib/shapes.js:draw

function sketch() {
  const pen = new Pen("red"); // -> lib/single.js:Pen
  pen.line(1, 2); // -> lib/single.js:Pen.line
  Pen.red(); // -> lib/single.js:Pen.red
  single.red(); // -> lib/single.js:Pen.red
  const late = require("./lib/shapes");
  late.draw(1, 2); // -> lib/shapes.js:draw
  let changing = new Pen("red"); // -> lib/single.js:Pen
  changing = other(); // -> ?
  changing.line(1, 2); // -> ?
}
