// Formats Lua with StyLua's library, by the settings of `stylua.toml`, for machines without the
// program: `node format.cjs LIBRARY [--check] FILE…`. With `--check` it writes nothing, and ends with
// 1 when a file would change.

const fs = require("node:fs");
const path = require("node:path");

const [library, ...rest] = process.argv.slice(2);
const isCheck = rest[0] === "--check";
const files = isCheck ? rest.slice(1) : rest;
const { Config, IndentType, LuaVersion, OutputVerification, QuoteStyle, formatCode } =
  require(library);

const settings = fs.readFileSync(path.join(__dirname, "../../stylua.toml"), "utf8");
const setting = (name) => settings.match(new RegExp(`^${name} = "?(\\w+)"?$`, "m"))[1];

const config = () => {
  const config = Config.new();
  config.syntax = LuaVersion[setting("syntax")];
  config.column_width = Number(setting("column_width"));
  config.indent_type = IndentType[setting("indent_type")];
  config.indent_width = Number(setting("indent_width"));
  config.quote_style = QuoteStyle[setting("quote_style")];
  return config;
};

let changed = 0;
for (const file of files) {
  const before = fs.readFileSync(file, "utf8");
  const after = formatCode(before, config(), undefined, OutputVerification.Full);
  if (after === before) continue;
  changed += 1;
  console.log(isCheck ? `${file} is not formatted` : `formatted ${file}`);
  if (!isCheck) fs.writeFileSync(file, after);
}
process.exit(isCheck && changed > 0 ? 1 : 0);
