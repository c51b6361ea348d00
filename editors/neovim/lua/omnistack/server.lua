-- How the server is found, started and greeted, for each way in which Neovim starts servers:
-- `vim.lsp.enable` since 0.11, nvim-lspconfig or an autocommand of our own before.

local options = require("omnistack.options")
local status = require("omnistack.status")
local supervisor = require("omnistack.supervisor")

local M = {}

M.NAME = "omnistack"
--- The versions of the server that this plug-in knows: this one and later ones, up to the next
--- major one.
M.OLDEST = "0.1.0"

--- A file that the server reads its settings from; it mends what is misspelt in there.
local SETTINGS_FILE = "omnistack.toml"

--- Files that mark a project's root, the surest first.
local MARKERS = {
  { ".git", ".hg", ".jj" },
  { SETTINGS_FILE, ".omnistack" },
  {
    "Cargo.toml",
    "go.mod",
    "package.json",
    "pyproject.toml",
    "setup.py",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "compile_commands.json",
    "CMakeLists.txt",
  },
}

local is_native = vim.fn.has("nvim-0.11") == 1

--- How servers are started here: `vim.lsp.enable`, `nvim-lspconfig` or `autocommand`.
---@return string
function M.way()
  if is_native then
    return "vim.lsp.enable"
  end
  return pcall(require, "lspconfig") and "nvim-lspconfig" or "autocommand"
end

--- The root of the project that a file belongs to; nothing for a file that stands alone.
---@param buffer integer
---@return string?
function M.root(buffer)
  for _, markers in ipairs(MARKERS) do
    local root = vim.fs.root(buffer, markers)
    if root then
      return root
    end
  end
end

--- The program, if there is one.
---@return string?
function M.find()
  local path = vim.fn.exepath(options.current.cmd[1])
  return path ~= "" and path or nil
end

--- Asks a server of ours; answers to a callback.
---@param client vim.lsp.Client
---@param method string
---@param params table?
---@param answer fun(problem: lsp.ResponseError?, result: any)
---@param buffer integer?
function M.ask(client, method, params, answer, buffer)
  -- The buffer is only needed so that the client sends the buffer's changes first.
  if is_native then
    client:request(method, params, answer, buffer)
  else
    client.request(method, params, answer, buffer)
  end
end

---@param client vim.lsp.Client
---@param method string
---@param params table
function M.tell(client, method, params)
  if is_native then
    client:notify(method, params)
  else
    client.notify(method, params)
  end
end

---@param client vim.lsp.Client
---@param force boolean?
function M.stop(client, force)
  if is_native then
    client:stop(force)
  else
    client.stop(force)
  end
end

--- Our clients; with a buffer, those that look at it.
---@param buffer integer?
---@return vim.lsp.Client[]
function M.clients(buffer)
  return vim.lsp.get_clients({ name = M.NAME, bufnr = buffer })
end

---@param root string?
---@return boolean
function M.is_trusted(root)
  local trusted = options.current.trusted
  if type(trusted) == "boolean" then
    return trusted
  end
  local ok, answer = pcall(trusted, root)
  -- Who asks and gets no answer is careful.
  return ok and answer == true
end

--- What is wrong with the version that a server says it has; nothing if it will do.
---@param version string?
---@return string?
function M.version_problem(version)
  local has, oldest = vim.version.parse(version or ""), vim.version.parse(M.OLDEST)
  if not has then
    return "the server does not say which version it is; this plug-in needs " .. M.OLDEST
  end
  if vim.version.lt(has, oldest) then
    return ("the server %s is older than this plug-in needs (%s); update it"):format(
      version,
      M.OLDEST
    )
  end
  if has.major > oldest.major then
    return ("the server %s is newer than this plug-in knows (%s); update the plug-in"):format(
      version,
      M.OLDEST
    )
  end
end

local function greet(client, result)
  local info = result.serverInfo or {}
  local command = table.concat(options.current.cmd, " ")
  if info.name ~= M.NAME then
    local problem = ("`%s` is not the OmniStack server: it calls itself `%s`"):format(
      command,
      info.name or "nothing"
    )
    supervisor.halt(client.config.root_dir, problem)
    options.tell(problem, vim.log.levels.ERROR)
    M.stop_clients({ client }, function() end)
    return
  end
  local problem = M.version_problem(info.version)
  if problem then
    options.tell(problem, vim.log.levels.WARN)
  end
  status.began(client.id, info.version, problem)
end

local function show_message(_, params, context)
  -- It is kept for the health check. What is wrong with settings comes once for the settings that
  -- are sent and once for those that are asked for.
  if not status.heard(context.client_id, params) then
    return
  end
  local levels = { vim.log.levels.ERROR, vim.log.levels.WARN }
  options.tell(params.message, levels[params.type] or vim.log.levels.INFO)
end

--- Shows the lines above functions, where the settings want them.
---@param buffer integer
function M.show_lenses(buffer)
  if not vim.tbl_get(options.settings(), "lens", "enabled") then
    return
  end
  if vim.lsp.codelens.enable then
    vim.lsp.codelens.enable(true, { bufnr = buffer })
  else
    vim.lsp.codelens.refresh({ bufnr = buffer })
  end
end

local function refresh_lenses(_, _, context)
  for buffer in pairs(vim.lsp.get_client_by_id(context.client_id).attached_buffers) do
    M.show_lenses(buffer)
  end
  return vim.NIL
end

--- What the server's client is told, but for where it starts.
---@return table
local function shared_config()
  local current = options.current
  local handlers = {
    ["window/showMessage"] = show_message,
    ["omnistack/didChangeStatus"] = function(_, params, context)
      status.changed(context.client_id, params)
    end,
  }
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  -- It wants to be told how the server does. One that does not tell is asked.
  capabilities.experimental = { omnistackStatus = true }
  if not vim.lsp.codelens.enable then
    -- Neovim does so itself since 0.12.
    handlers["workspace/codeLens/refresh"] = refresh_lenses
    capabilities.workspace.codeLens = { refreshSupport = true }
  end
  return {
    cmd = current.cmd,
    cmd_env = current.cmd_env,
    filetypes = current.filetypes,
    capabilities = capabilities,
    handlers = handlers,
    settings = { omnistack = options.settings() },
    before_init = function(params, config)
      -- A client that asks for diagnostics must be told when there are newer ones, such as
      -- predictions. Up to 0.11 Neovim cannot be told, and 0.12 does not ask for those of open
      -- files then. Without the ability, the server sends them.
      params.capabilities.textDocument.diagnostic = nil
      params.initializationOptions = vim.tbl_extend("force", params.initializationOptions or {}, {
        trusted = M.is_trusted(config.root_dir),
      })
    end,
    on_init = greet,
    on_exit = function(code, signal, id)
      local client = vim.lsp.get_client_by_id(id)
      vim.schedule(function()
        status.ended(id)
        supervisor.exited(client and client.config.root_dir, code, signal, id)
      end)
    end,
  }
end

--- The configuration for `vim.lsp.config`.
---@return vim.lsp.Config
function M.client_config()
  local config = shared_config()
  config.filetypes = vim.list_extend({ "toml" }, options.current.filetypes)
  config.root_dir = function(buffer, start)
    local root = M.root(buffer)
    -- Of TOML, settings only.
    if M.is_ours(buffer) and supervisor.may_start(root) then
      start(root)
    end
  end
  return config
end

--- The configuration for nvim-lspconfig.
---@return table
function M.lspconfig()
  local config = shared_config()
  local root
  config.single_file_support = true
  config.root_dir = function(_, buffer)
    root = M.root(buffer or 0)
    return root
  end
  -- What it calls the root of a file that stands alone is the file's folder; ours is none.
  config.on_new_config = function(new)
    new.enabled = supervisor.may_start(root)
  end
  return {
    default_config = config,
    docs = {
      description = "A language server that predicts bugs and finds slow code, for C, C++, Go, "
        .. "Java, JavaScript, Python, Rust and TypeScript.",
    },
  }
end

--- Whether this is a buffer for the server.
---@param buffer integer
---@return boolean
function M.is_ours(buffer)
  if not vim.api.nvim_buf_is_loaded(buffer) or vim.bo[buffer].buftype ~= "" then
    return false
  end
  return vim.list_contains(options.current.filetypes, vim.bo[buffer].filetype)
    or vim.fs.basename(vim.api.nvim_buf_get_name(buffer)) == SETTINGS_FILE
end

--- Starts the server for a buffer, or attaches one that runs to it.
---@param buffer integer
function M.start(buffer)
  if not M.is_ours(buffer) then
    return
  end
  if M.way() == "nvim-lspconfig" then
    -- It keeps account of its clients.
    require("lspconfig")[M.NAME].manager:try_add_wrapper(buffer)
    return
  end
  local config
  if is_native then
    config = vim.deepcopy(vim.lsp.config[M.NAME])
  else
    config = vim.tbl_extend("error", { name = M.NAME }, M.client_config())
  end
  local function start()
    vim.schedule(function()
      if vim.api.nvim_buf_is_valid(buffer) then
        vim.lsp.start(config, { bufnr = buffer, reuse_client = config.reuse_client })
      end
    end)
  end
  if type(config.root_dir) ~= "function" then
    start()
    return
  end
  config.root_dir(buffer, function(root)
    config.root_dir = root
    start()
  end)
end

--- Starts the server for all open files, of one root if it is named.
---@param root string|true|nil `true` for all roots.
function M.start_all(root)
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if M.is_ours(buffer) and (root == true or M.root(buffer) == root) then
      M.start(buffer)
    end
  end
end

--- Stops servers, and calls back when they are gone.
---@param clients vim.lsp.Client[]
---@param done fun()
function M.stop_clients(clients, done)
  for _, client in ipairs(clients) do
    supervisor.expect(client.id)
    M.stop(client)
  end
  if #clients == 0 then
    done()
    return
  end
  local timer = assert(vim.uv.new_timer())
  local waited = 0
  timer:start(20, 20, function()
    vim.schedule(function()
      if timer:is_closing() then
        return
      end
      local left = vim.iter(clients):filter(function(client)
        return vim.lsp.get_client_by_id(client.id) ~= nil
      end)
      left = left:totable()
      waited = waited + 20
      if #left == 0 then
        timer:close()
        done()
      elseif waited == 3000 then
        -- It was asked, and does not answer.
        for _, client in ipairs(left) do
          M.stop(client, true)
        end
      elseif waited >= 6000 then
        timer:close()
        done()
      end
    end)
  end)
end

return M
