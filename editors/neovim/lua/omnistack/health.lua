-- `:checkhealth omnistack`.

local M = {}

local health = vim.health
--- Milliseconds that a program or a server may take to answer.
local PATIENCE = 3000

local function check_editor()
  health.start("Neovim")
  local version = vim.version()
  local way = require("omnistack.server").way()
  health.ok(("Neovim %d.%d.%d"):format(version.major, version.minor, version.patch))
  local descriptions = {
    ["vim.lsp.enable"] = "the server is started by `vim.lsp.enable`",
    ["nvim-lspconfig"] = "the server is started by nvim-lspconfig",
    ["autocommand"] = "the server is started by an autocommand of this plug-in",
  }
  health.info(descriptions[way])
end

local function check_options()
  local options = require("omnistack.options")
  health.start("Options")
  for _, problem in ipairs(options.problems) do
    health.warn(problem, "the default holds; see `:help omnistack-options`")
  end
  if #options.problems == 0 then
    health.ok("all options are understood")
  end
end

local function run(command)
  local ok, result = pcall(function()
    return vim.system(command, { text = true }):wait(PATIENCE)
  end)
  -- Problems in settings make its code another one than 0; what it prints is there all the same.
  return ok and result.stdout or nil
end

---@return string? program
local function check_program()
  local options, server = require("omnistack.options"), require("omnistack.server")
  health.start("Server")
  local name, program = options.current.cmd[1], server.find()
  if not program then
    health.error(("cannot find `%s`"):format(name), {
      "install it: `pip install omnistack-lsp`, or see docs/install.md",
      'or name it: `require("omnistack").setup({ cmd = { "/path/to/omnistack-lsp" } })`',
    })
    return
  end
  health.ok("found " .. program)
  local said = run({ program, "--version" })
  local version = said and said:match("omnistack%-lsp%s+(%S+)")
  if not version then
    health.error(("`%s --version` does not answer as the OmniStack server does"):format(program))
    return program
  end
  local problem = server.version_problem(version)
  if problem then
    health.warn(problem)
  else
    health.ok("version " .. version)
  end
  return program
end

local function check_attached()
  local server, supervisor = require("omnistack.server"), require("omnistack.supervisor")
  local clients = server.clients()
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_count(client.attached_buffers)
    local root = client.config.root_dir or "no folder"
    health.ok(("attached to %d buffers, in %s"):format(buffers, root))
    local problem = require("omnistack.status").told(client.id).problem
    if problem then
      health.warn(problem)
    end
  end
  if #clients > 0 then
    return clients
  end
  local reasons = {}
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    local reason = server.is_ours(buffer) and supervisor.reason(server.root(buffer))
    if reason then
      reasons[reason] = true
    end
  end
  for reason in vim.spairs(reasons) do
    health.error("not attached: " .. reason, "`:OmniStack restart` starts it anew")
  end
  if not next(reasons) then
    health.info("not attached: no file that the server knows is open")
  end
  return clients
end

--- What is wrong with the settings of a workspace, as the program says.
local function check_settings_files(program, root)
  local said = run({ program, "config", "show", root, "--format", "json" })
  local ok, shown = pcall(vim.json.decode, said or "")
  if not ok or type(shown) ~= "table" then
    health.warn("cannot tell what the settings of " .. root .. " are")
    return
  end
  for _, file in ipairs(shown.files or {}) do
    health.info("read " .. (type(file) == "table" and (file.path or "") or tostring(file)))
  end
  for _, problem in ipairs(shown.problems or {}) do
    local text = type(problem) == "table" and problem.message or problem
    health.warn(tostring(text), "in the settings of " .. root)
  end
  if #(shown.problems or {}) == 0 then
    health.ok("the settings in the files of " .. root .. " are understood")
  end
end

local function check_settings(program, clients)
  health.start("Settings")
  local warnings = 0
  for _, client in ipairs(clients) do
    for _, it in ipairs(require("omnistack.status").told(client.id).messages) do
      if it.type <= 2 then
        warnings = warnings + 1
        health.warn("the server said: " .. it.message)
      end
    end
    if program and client.config.root_dir then
      check_settings_files(program, client.config.root_dir)
    end
  end
  if #clients == 0 then
    health.info("they are checked once the server is attached")
  elseif warnings == 0 then
    health.ok("the server understands the settings of this editor")
  end
end

---@param client vim.lsp.Client
---@return table?
local function report_of(client)
  local method, params = "omnistack/status", vim.empty_dict()
  local answer
  if vim.fn.has("nvim-0.11") == 1 then
    answer = client:request_sync(method, params, PATIENCE)
  else
    answer = client.request_sync(method, params, PATIENCE, 0)
  end
  return answer and answer.result
end

local function check_model(report)
  local predictions, search = report.predictions or {}, report.search or {}
  local states = {
    ready = "loaded",
    idle = "not loaded until it is needed",
    off = "off",
  }
  if predictions.state == "failed" then
    health.error("no predictions: " .. tostring(predictions.problem))
  else
    local name = type(predictions.model) == "string" and predictions.model .. ", " or ""
    local state = states[predictions.state] or tostring(predictions.state)
    health.ok(("the model for predictions: %s%s"):format(name, state))
  end
  if search.state == "failed" then
    health.warn("no search by meaning: " .. tostring(search.problem))
  else
    local state = states[search.state] or tostring(search.state)
    health.info("the encoder for the search by meaning: " .. state)
  end
  local remote = report.remote or {}
  if remote.state == "failing" or remote.state == "refused" then
    health.warn(("the team server is %s: %s"):format(remote.state, tostring(remote.problem)))
  elseif remote.state == "ready" then
    health.ok("the team server: " .. tostring(remote.endpoint))
  end
  for _, rule in ipairs(report.disabled_rules or {}) do
    health.warn(("the rule `%s` failed repeatedly and is off"):format(rule))
  end
  for _, problem in ipairs(vim.tbl_get(report, "telemetry", "problems") or {}) do
    health.warn(problem)
  end
  local address = vim.tbl_get(report, "telemetry", "metrics")
  if type(address) == "string" then
    health.info("metrics are served at " .. address)
  end
end

local function check_servers(clients)
  local server = require("omnistack.server")
  for _, client in ipairs(clients) do
    local root = client.config.root_dir
    health.start("Model" .. (root and (" in " .. root) or ""))
    local report = report_of(client)
    if report then
      check_model(report)
    else
      health.error("the server does not say how it does", "see `:OmniStack log`")
    end
    health.start("Trust" .. (root and (" in " .. root) or ""))
    if server.is_trusted(root) then
      health.ok("the workspace is trusted: its files may name paths and hosts")
    else
      health.info("the workspace is not trusted: paths and hosts in its files are left out")
    end
  end
end

function M.check()
  check_editor()
  check_options()
  local program = check_program()
  local clients = check_attached()
  check_settings(program, clients)
  check_servers(clients)
end

return M
