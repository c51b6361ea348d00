function draw(width, height) { return fill(width, height); } // -> lib/shapes.js:fill
function fill(width, height) { return width * height; }
module.exports = { draw, paint: fill, outline(width) { return draw(width, 1); } }; // -> lib/shapes.js:draw
