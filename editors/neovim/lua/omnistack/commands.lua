-- `:OmniStack`: what the user asks of the server.

local options = require("omnistack.options")
local view = require("omnistack.view")

local M = {}

local levels = vim.log.levels

--- The client that a command is for: the current buffer's, else any.
---@return vim.lsp.Client?
local function client_here()
  local server = require("omnistack.server")
  local client = server.clients(0)[1] or server.clients()[1]
  if client then
    return client
  end
  local status = require("omnistack.status").get(0)
  local reason = status and status.reason
  local why = reason and (": " .. reason) or "; open a file that it knows"
  options.tell("no server is running" .. why, levels.WARN)
end

--- Has the server carry out a command; what it refuses is told.
local function execute(client, command, arguments, done)
  local params = { command = command, arguments = arguments }
  local buffer = vim.api.nvim_get_current_buf()
  require("omnistack.server").ask(
    client,
    "workspace/executeCommand",
    params,
    function(problem, result)
      if problem then
        options.tell(problem.message, levels.ERROR)
      elseif done then
        done(result ~= vim.NIL and result or nil)
      end
    end,
    buffer
  )
end

---@return vim.lsp.Client?
local function client_of_buffer()
  local client = require("omnistack.server").clients(0)[1]
  if not client then
    options.tell("no server looks at this file", levels.WARN)
  end
  return client
end

local function position(client)
  return vim.lsp.util.make_position_params(0, client.offset_encoding).position
end

local function ours(diagnostics)
  return vim.tbl_filter(function(it)
    return it.source == "omnistack" and type(it.code) == "string"
  end, diagnostics)
end

--- Our diagnostics under the cursor, else those of its line.
local function diagnostics_here()
  local line, column = unpack(vim.api.nvim_win_get_cursor(0))
  local of_line = ours(vim.diagnostic.get(0, { lnum = line - 1 }))
  local under = vim.tbl_filter(function(it)
    local ends_later = it.end_lnum > line - 1 or it.end_col >= column
    return it.col <= column and ends_later
  end, of_line)
  return #under > 0 and under or of_line
end

--- Has the user choose, where there is a choice.
local function choose(items, prompt, show, done)
  if #items == 1 then
    done(items[1])
    return
  end
  vim.ui.select(items, { prompt = prompt, format_item = show }, function(item)
    if item then
      done(item)
    end
  end)
end

local commands = {}

function commands.status()
  local client = client_here()
  if client then
    execute(client, "omnistack.statusText", nil, function(text)
      view.page("status", text or "")
    end)
  end
end

function commands.restart()
  require("omnistack").restart()
end

function commands.stop()
  require("omnistack").stop()
end

--- Without a new process: the server forgets what it has read and found.
function commands.reload()
  local client = client_here()
  if client then
    execute(client, "omnistack.restart", nil, function()
      require("omnistack.status").ask(client.id)
    end)
  end
end

function commands.explain(rule)
  local client = client_here()
  if not client then
    return
  end
  local function explain(id)
    execute(client, "omnistack.explain", { id }, function(text)
      view.page("explain/" .. id, text or "")
    end)
  end
  if rule then
    explain(rule)
    return
  end
  local ids = {}
  for _, it in ipairs(diagnostics_here()) do
    if not vim.list_contains(ids, it.code) then
      table.insert(ids, it.code)
    end
  end
  if #ids == 0 then
    options.tell("there is no finding here; name a rule", levels.WARN)
    return
  end
  choose(ids, "Explain", tostring, explain)
end

function commands.fixall()
  local client = client_of_buffer()
  if client then
    execute(client, "omnistack.fixAll", { vim.uri_from_bufnr(0) })
  end
end

function commands.dismiss()
  local client = client_of_buffer()
  if not client then
    return
  end
  local at = position(client)
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(0),
    range = { start = at, ["end"] = at },
    context = { diagnostics = {}, triggerKind = 1 },
  }
  local buffer = vim.api.nvim_get_current_buf()
  local function take(problem, actions)
    if problem then
      options.tell(problem.message, levels.ERROR)
      return
    end
    local offers = vim.tbl_filter(function(it)
      return vim.tbl_get(it, "command", "command") == "omnistack.dismissPrediction"
    end, actions or {})
    if #offers == 0 then
      options.tell("there is no prediction here", levels.WARN)
      return
    end
    choose(offers, "Dismiss", function(it)
      return it.title
    end, function(it)
      execute(client, it.command.command, it.command.arguments)
    end)
  end
  require("omnistack.server").ask(client, "textDocument/codeAction", params, take, buffer)
end

function commands.metrics()
  local client = client_here()
  if not client then
    return
  end
  require("omnistack.status").ask(client.id, function(report)
    local address = vim.tbl_get(report or {}, "telemetry", "metrics")
    if type(address) == "string" then
      options.tell("metrics are served at " .. address, levels.INFO)
    else
      options.tell("no metrics are served; set `telemetry.metrics-port` to 0", levels.WARN)
    end
  end)
end

local SEVERITY = { "E", "W", "I", "N" }

--- All findings of the workspace, those of files that are not open, too.
function commands.scan()
  local client = client_here()
  if not client then
    return
  end
  local server = require("omnistack.server")
  local settings = vim.tbl_deep_extend("force", client.settings or {}, {
    omnistack = { workspace = { diagnostics = true } },
  })
  -- Answers to the server's own question are taken from here.
  client.settings, client.config.settings = settings, settings
  server.tell(client, "workspace/didChangeConfiguration", { settings = settings })
  options.tell("looking at the whole workspace", levels.INFO)
  local params = { identifier = "omnistack", previousResultIds = {} }
  server.ask(client, "workspace/diagnostic", params, function(problem, result)
    if problem then
      options.tell(problem.message, levels.ERROR)
      return
    end
    local items, open = {}, {}
    -- Of open files, the editor knows; the server leaves those out that it is just looking at.
    for buffer in pairs(client.attached_buffers) do
      open[vim.uri_from_bufnr(buffer)] = true
      for _, it in ipairs(ours(vim.diagnostic.get(buffer))) do
        local item = vim.diagnostic.toqflist({ it })[1]
        item.text = ("[%s] %s"):format(it.code, it.message)
        table.insert(items, item)
      end
    end
    for _, report in ipairs(result.items or {}) do
      for _, it in ipairs(open[report.uri] and {} or report.items or {}) do
        local text = ("[%s] %s"):format(it.code, it.message)
        local location = { uri = report.uri, range = it.range }
        local item = view.place(location, client.offset_encoding, text)
        item.type = SEVERITY[it.severity]
        table.insert(items, item)
      end
    end
    view.places("OmniStack", items)
    options.tell(("%d findings in the workspace"):format(#items), levels.INFO)
  end)
end

--- The functions that are like the one under the cursor.
function commands.similar()
  local client = client_of_buffer()
  if not client then
    return
  end
  local arguments = { vim.uri_from_bufnr(0), position(client) }
  execute(client, "omnistack.similarCode", arguments, function(found)
    local items = vim.tbl_map(function(it)
      local text = ("%s (%d %% alike)"):format(it.name, it.similarity * 100)
      return view.place(it.location, client.offset_encoding, text)
    end, found or {})
    if #items == 0 then
      options.tell("no function is like this one", levels.INFO)
    end
    view.places("OmniStack: similar code", items)
  end)
end

--- The functions that do what the words say.
function commands.search(...)
  local client = client_here()
  local question = table.concat({ ... }, " ")
  if not client then
    return
  elseif question == "" then
    options.tell("say what the function does: `:OmniStack search read a file`", levels.WARN)
    return
  end
  execute(client, "omnistack.searchByMeaning", { question }, function(found)
    local items = vim.tbl_map(function(it)
      local alike = type(it.likeness) == "number" and (" (%.2f)"):format(it.likeness) or ""
      return view.place(it.location, client.offset_encoding, it.name .. alike)
    end, found or {})
    if #items == 0 then
      options.tell("nothing was found", levels.INFO)
    end
    view.places("OmniStack: " .. question, items)
  end)
end

--- What the server wrote to its log.
function commands.log()
  vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
  vim.cmd("normal! G")
end

local names = vim.tbl_keys(commands)
table.sort(names)

--- Runs `:OmniStack` with these words.
---@param words string[]
function M.run(words)
  local name = words[1] or "status"
  local command = commands[name]
  if command then
    command(unpack(words, 2))
    return
  end
  local near = options.nearest(name, names)
  local hint = near and ("; did you mean `%s`?"):format(near)
    or (" among " .. table.concat(names, ", "))
  options.tell(("there is no command `%s`%s"):format(name, hint), levels.ERROR)
end

---@type string[]?
local rules

--- The ids of all rules, as the program lists them.
local function rule_ids()
  if rules then
    return rules
  end
  local program = require("omnistack.server").find()
  if not program then
    return {}
  end
  local ok, listed = pcall(function()
    local result = vim.system({ program, "rules", "--format", "json" }):wait(5000)
    return vim.json.decode(result.stdout or "")
  end)
  if not ok then
    return {}
  end
  rules = vim.tbl_map(function(it)
    return it.id
  end, listed)
  return rules
end

--- What may follow on the command line.
---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local words = vim.split(vim.trim(line), "%s+")
  local before = #words - (lead == "" and 0 or 1)
  local candidates = {}
  if before == 1 then
    candidates = names
  elseif before == 2 and words[2] == "explain" then
    candidates = rule_ids()
  end
  -- A rule is found by its name without the category, too.
  return vim.tbl_filter(function(it)
    return vim.startswith(it, lead) or it:find("/" .. lead, 1, true) ~= nil
  end, candidates)
end

return M
