-- How the servers do, and how the statusline says so. What is shown changes when something
-- happens: a server comes or goes, its progress, its diagnostics, or its own word; between these,
-- drawing the statusline reads a table.

local options = require("omnistack.options")

local M = {}

---@alias omnistack.State "ready"|"remote"|"indexing"|"predicting"|"degraded"|"off"

---@class omnistack.Told
---@field version string? The server's version.
---@field problem string? What is wrong with that.
---@field progress table<string|integer, string> Work in progress, by token.
---@field report table? The last answer to `omnistack/status`.
---@field pushed { state: omnistack.State, reason: string? }? What it said by itself, if it does.
---@field is_asking boolean Whether an answer is awaited.
---@field is_due boolean Whether it will be asked soon.
---@field messages { type: integer, message: string }[] What it told the user.

--- The server says what the user should know, once; the last few are kept.
local MOST_MESSAGES = 50
--- Milliseconds from an event to the question that follows, so that many events cost one.
local PAUSE = 150

---@type table<integer, omnistack.Told>
local told = {}
---@type table<integer, true> Clients that have ended; Neovim still lists them for a moment.
local gone = {}
---@type table<integer, string> What the statusline shows, by buffer.
local texts = {}
local is_watching = false

local function of(id)
  told[id] = told[id] or { progress = {}, messages = {}, is_asking = false, is_due = false }
  return told[id]
end

--- Something has changed: what is shown is made anew when it is next drawn.
function M.refresh()
  texts = {}
  vim.api.nvim_exec_autocmds("User", { pattern = "OmniStackStatus", modeline = false })
  vim.cmd.redrawstatus({ bang = true })
end

---@param report table
---@return omnistack.State, string?
local function state_of_report(report)
  local predictions, search = report.predictions or {}, report.search or {}
  local remote, disabled = report.remote or {}, report.disabled_rules or {}
  if vim.tbl_get(report, "workspace", "reading") then
    return "indexing"
  elseif predictions.state == "failed" then
    return "degraded", "no predictions: " .. tostring(predictions.problem)
  elseif search.state == "failed" then
    return "degraded", "no search by meaning: " .. tostring(search.problem)
  elseif #disabled > 0 then
    return "degraded", "rules that failed are off: " .. table.concat(disabled, ", ")
  elseif remote.state == "failing" or remote.state == "refused" then
    return "degraded", "predictions are made on this machine only: " .. tostring(remote.problem)
  elseif (predictions.waiting or 0) > 0 then
    return "predicting"
  elseif remote.state == "ready" and type(remote.model) == "string" then
    return "remote"
  end
  return "ready"
end

---@param it omnistack.Told
---@return omnistack.State, string?
local function state_of(it)
  local _, work = next(it.progress)
  if work then
    return "indexing", work ~= "" and work or nil
  end
  local state, reason = "ready", nil
  if it.pushed then
    state, reason = it.pushed.state, it.pushed.reason
  elseif it.report then
    state, reason = state_of_report(it.report)
  end
  if it.problem and state ~= "indexing" then
    return "degraded", it.problem
  end
  return state, reason
end

--- How the server of a buffer does.
---@param buffer integer? By default the current one.
---@return { state: omnistack.State, reason: string? }?  nothing where there is nothing for a server
function M.get(buffer)
  buffer = (buffer == nil or buffer == 0) and vim.api.nvim_get_current_buf() or buffer
  local server = require("omnistack.server")
  local client = vim.iter(server.clients(buffer)):find(function(it)
    return not gone[it.id]
  end)
  if client then
    local state, reason = state_of(of(client.id))
    return { state = state, reason = reason }
  end
  if server.is_ours(buffer) then
    return { state = "off", reason = require("omnistack.supervisor").reason(server.root(buffer)) }
  end
end

--- What the statusline shows for a buffer.
---@param buffer integer? By default the current one.
---@return string
function M.text(buffer)
  buffer = (buffer == nil or buffer == 0) and vim.api.nvim_get_current_buf() or buffer
  if texts[buffer] then
    return texts[buffer]
  end
  local now = M.get(buffer)
  local text = ""
  if now then
    text = options.current.labels[now.state] or tostring(now.state)
    if now.state == "indexing" and now.reason then
      text = text .. " " .. now.reason
    end
  end
  -- What the statusline would take for one of its own items.
  texts[buffer] = (text:gsub("%%", ""))
  return texts[buffer]
end

--- What a server has told so far.
---@param id integer
---@return omnistack.Told
function M.told(id)
  return of(id)
end

---@param id integer
---@param version string?
---@param problem string?
function M.began(id, version, problem)
  local it = of(id)
  it.version, it.problem = version, problem
  M.refresh()
end

---@param id integer
function M.ended(id)
  told[id], gone[id] = nil, true
  M.refresh()
end

--- The server told the user something.
---@param id integer
---@param params { type: integer, message: string }
---@return boolean # Whether it is news.
function M.heard(id, params)
  local messages = of(id).messages
  for _, it in ipairs(messages) do
    if it.message == params.message then
      return false
    end
  end
  table.insert(messages, { type = params.type, message = params.message })
  if #messages > MOST_MESSAGES then
    table.remove(messages, 1)
  end
  return true
end

--- What the server said before is out of date: its settings are others.
---@param id integer
function M.forget_messages(id)
  of(id).messages = {}
end

--- The server said by itself how it does (`omnistack/didChangeStatus`). From then on it is not
--- asked.
---@param id integer
---@param params any
function M.changed(id, params)
  if type(params) == "table" and type(params.kind) == "string" then
    local message = params.message
    local reason = type(message) == "string" and message or nil
    of(id).pushed = { state = params.kind, reason = reason }
    M.refresh()
  end
end

---@param id integer
local function ask_soon(id, pause)
  local it = told[id]
  if not it or it.pushed or it.is_due then
    return
  end
  it.is_due = true
  vim.defer_fn(function()
    it.is_due = false
    if told[id] == it then
      M.ask(id)
    end
  end, pause or PAUSE)
end

--- Asks a server how it does; answers to a callback, too, if there is one.
---@param id integer
---@param done? fun(report: table?)
function M.ask(id, done)
  local client = vim.lsp.get_client_by_id(id)
  local it = of(id)
  if not client or (it.is_asking and not done) then
    return done and done(nil)
  end
  it.is_asking = true
  require("omnistack.server").ask(client, "omnistack/status", vim.empty_dict(), function(_, report)
    it.is_asking = false
    if type(report) == "table" and told[id] == it then
      local before, why = state_of(it)
      it.report = report
      local state, reason = state_of(it)
      if state ~= before or reason ~= why then
        M.refresh()
      end
      local documents = report.documents or {}
      local is_busy = state == "predicting" or documents.current ~= documents.open
      -- There is no event for the end of predictions that find nothing.
      if is_busy then
        ask_soon(id, 2 * PAUSE)
      end
    end
    if done then
      done(report)
    end
  end)
end

local function is_ours(id)
  local client = vim.lsp.get_client_by_id(id)
  return client ~= nil and client.name == require("omnistack.server").NAME
end

local function progressed(id, params)
  local value, progress = params.value, of(id).progress
  local before = progress[params.token]
  if type(value) ~= "table" then
    return
  elseif value.kind == "end" then
    progress[params.token] = nil
  else
    progress[params.token] = value.message or before or ""
  end
  if progress[params.token] ~= before then
    M.refresh()
  end
  if value.kind == "end" then
    ask_soon(id)
  end
end

--- Listens to what changes the status.
function M.watch()
  if is_watching then
    return
  end
  is_watching = true
  local group = vim.api.nvim_create_augroup("omnistack.status", {})
  local function on(event, callback)
    vim.api.nvim_create_autocmd(event, { group = group, callback = callback })
  end
  on("LspAttach", function(event)
    if is_ours(event.data.client_id) then
      of(event.data.client_id)
      M.refresh()
      ask_soon(event.data.client_id)
    end
  end)
  on("LspDetach", function(event)
    texts[event.buf] = nil
  end)
  on("LspProgress", function(event)
    if is_ours(event.data.client_id) then
      progressed(event.data.client_id, event.data.params)
    end
  end)
  on("DiagnosticChanged", function(event)
    for _, client in ipairs(require("omnistack.server").clients(event.buf)) do
      ask_soon(client.id)
    end
  end)
  -- A buffer's kind, and with it whether there is anything to show.
  on({ "FileType", "BufDelete" }, function(event)
    texts[event.buf] = nil
  end)
end

return M
