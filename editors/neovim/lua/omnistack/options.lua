-- What the user can set, its defaults, and what is wrong with what they set. The server checks its
-- own settings (`settings`); here it is only looked at whether they are a table.

local M = {}

---@class omnistack.Restart
---@field most integer How often in a row a server that crashes is started again.
---@field delay integer Milliseconds before the first time; each further one takes twice as long.
---@field within integer Milliseconds after which a crash is forgotten.

---@class omnistack.Options
---@field cmd string[] The server's command.
---@field cmd_env table<string, string> Variables for it, besides Neovim's own.
---@field filetypes string[] Files that it looks at.
---@field settings table Its settings, as in the section `omnistack` of other editors.
---@field trusted boolean|fun(root: string?): boolean Whether the workspace's files may name paths.
---@field autostart boolean Whether it starts when a file is opened.
---@field restart omnistack.Restart
---@field labels table<omnistack.State, string> What the statusline shows.

---@return omnistack.Options
function M.defaults()
  return {
    cmd = { "omnistack-lsp" },
    cmd_env = {},
    filetypes = {
      "c",
      "cpp",
      "go",
      "java",
      "javascript",
      "javascriptreact",
      "python",
      "rust",
      "typescript",
      "typescriptreact",
    },
    settings = {},
    trusted = true,
    autostart = true,
    restart = { most = 5, delay = 500, within = 180000 },
    labels = {
      ready = "OmniStack",
      remote = "OmniStack: team server",
      indexing = "OmniStack: indexing",
      predicting = "OmniStack: predicting",
      degraded = "OmniStack: degraded",
      off = "OmniStack: off",
    },
  }
end

---@type omnistack.Options
M.current = M.defaults()
---@type string[] What was wrong with what the user set last, a sentence each.
M.problems = {}

local function is_list_of_texts(value)
  if type(value) ~= "table" or not vim.islist(value) then
    return false
  end
  return vim.iter(value):all(function(it)
    return type(it) == "string"
  end)
end

local function is_table_of_texts(value)
  return type(value) == "table"
    and vim.iter(pairs(value)):all(function(name, it)
      return type(name) == "string" and type(it) == "string"
    end)
end

local function is_count(value)
  return type(value) == "number" and value >= 0 and value % 1 == 0
end

local function of_type(name)
  return function(value)
    return type(value) == name
  end
end

--- What each option takes: a test, and its description.
local TAKES = {
  cmd = {
    function(value)
      return is_list_of_texts(value) and #value > 0
    end,
    "a list of texts, the program first",
  },
  cmd_env = { is_table_of_texts, "a table of texts" },
  filetypes = { is_list_of_texts, "a list of texts" },
  settings = { of_type("table"), "a table" },
  trusted = {
    function(value)
      return type(value) == "boolean" or type(value) == "function"
    end,
    "true, false or a function",
  },
  autostart = { of_type("boolean"), "true or false" },
  ["restart.most"] = { is_count, "a whole number" },
  ["restart.delay"] = { is_count, "a whole number of milliseconds" },
  ["restart.within"] = { is_count, "a whole number of milliseconds" },
}
for state in pairs(M.defaults().labels) do
  TAKES["labels." .. state] = { of_type("string"), "a text" }
end

--- How many letters must change to make one name of the other.
local function distance(one, other)
  local row = {}
  for column = 0, #other do
    row[column] = column
  end
  for line = 1, #one do
    local diagonal = row[0]
    row[0] = line
    for column = 1, #other do
      local kept = diagonal + (one:byte(line) == other:byte(column) and 0 or 1)
      diagonal = row[column]
      row[column] = math.min(kept, row[column] + 1, row[column - 1] + 1)
    end
  end
  return row[#other]
end

--- The known name that is like this one, if one is.
---@param name string
---@param known string[]
---@return string?
function M.nearest(name, known)
  local best, least = nil, math.max(2, math.floor(#name / 3)) + 1
  for _, it in ipairs(known) do
    local changes = distance(name:lower(), it:lower())
    if changes < least then
      best, least = it, changes
    end
  end
  return best
end

local function unknown(path, name, known)
  local near = M.nearest(name, known)
  local hint = near and ("; did you mean `%s`?"):format(path .. near) or ""
  table.insert(M.problems, ("there is no option `%s`%s"):format(path .. name, hint))
end

--- Takes over what is right of `given` into `into`, and notes what is not.
local function take(given, into, path)
  local known = vim.tbl_keys(into)
  table.sort(known)
  for name, value in pairs(given) do
    local full = path .. tostring(name)
    local takes = TAKES[full]
    if into[name] == nil then
      unknown(path, tostring(name), known)
    elseif takes and takes[1](value) then
      into[name] = value
    elseif takes then
      local problem = "the option `%s` takes %s, not %s"
      table.insert(M.problems, problem:format(full, takes[2], vim.inspect(value)))
    elseif type(value) == "table" then
      take(value, into[name], full .. ".")
    else
      local problem = "the option `%s` takes a table, not %s"
      table.insert(M.problems, problem:format(full, vim.inspect(value)))
    end
  end
end

--- Uses these options from now on; what is wrong is told, and its default holds.
---@param given any
---@return omnistack.Options
function M.set(given)
  M.current = M.defaults()
  M.problems = {}
  if type(given) == "table" then
    take(given, M.current, "")
  elseif given ~= nil then
    table.insert(M.problems, "the options are a table, not " .. vim.inspect(given))
  end
  table.sort(M.problems)
  for _, problem in ipairs(M.problems) do
    M.tell(problem, vim.log.levels.WARN)
  end
  return M.current
end

--- The server's settings, whether they were given with the name of their section or without.
---@return table
function M.settings()
  local settings = M.current.settings
  local section = settings.omnistack
  return type(section) == "table" and section or settings
end

--- Tells the user something.
---@param message string
---@param level integer
function M.tell(message, level)
  vim.schedule(function()
    vim.notify("OmniStack: " .. message, level, { title = "OmniStack" })
  end)
end

return M
