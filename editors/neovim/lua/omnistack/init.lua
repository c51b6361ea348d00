-- The plug-in's front: `setup`, and what others call: the statusline, the status.

local options = require("omnistack.options")

local M = {}

--- Whether the user has called `setup`, or the plug-in has by itself.
local is_set_up = false
--- Whether the servers' start was arranged.
local is_enabled = false
--- The program that was told to be missing.
local told_missing

--- Whether Neovim has `vim.lsp.config` and `vim.lsp.enable`.
local is_native = vim.fn.has("nvim-0.11") == 1

--- Says once that there is no program to start. Neovim itself only logs it.
local function look_for_program()
  local program = options.current.cmd[1]
  local server, supervisor = require("omnistack.server"), require("omnistack.supervisor")
  if server.find() then
    if told_missing then
      told_missing = nil
      supervisor.reset()
    end
    return true
  end
  if told_missing ~= program then
    told_missing = program
    local message = "cannot find `%s`. Install it, or name it by the option `cmd`; "
      .. "`:checkhealth omnistack` says more"
    options.tell(message:format(program), vim.log.levels.ERROR)
    supervisor.stop(("cannot find `%s`"):format(program))
  end
  return false
end

local function on_file_type(callback)
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup("omnistack.files", {}),
    callback = function(event)
      if require("omnistack.server").is_ours(event.buf) then
        callback(event.buf)
      end
    end,
  })
end

--- Hands the options to nvim-lspconfig.
local function set_up_lspconfig()
  local current = options.current
  require("lspconfig").omnistack.setup({
    cmd = current.cmd,
    cmd_env = current.cmd_env,
    filetypes = current.filetypes,
    settings = { omnistack = options.settings() },
  })
end

local function enable()
  local server = require("omnistack.server")
  local way = server.way()
  on_file_type(function(buffer)
    if look_for_program() and way == "autocommand" then
      server.start(buffer)
    end
  end)
  if way == "vim.lsp.enable" then
    vim.lsp.enable(server.NAME)
  elseif way == "nvim-lspconfig" then
    set_up_lspconfig()
  end
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    -- Files that were opened before; the others' turn comes with their type.
    if server.is_ours(buffer) and look_for_program() and way ~= "vim.lsp.enable" then
      server.start(buffer)
    end
  end
end

--- Shows what the settings want to see beside the code.
local function show_glances()
  local server = require("omnistack.server")
  local group = vim.api.nvim_create_augroup("omnistack.glances", {})
  vim.api.nvim_create_autocmd("LspAttach", {
    group = group,
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if not client or client.name ~= server.NAME then
        return
      end
      if vim.tbl_get(options.settings(), "hints", "enabled") then
        vim.lsp.inlay_hint.enable(true, { bufnr = event.buf })
      end
      server.show_lenses(event.buf)
    end,
  })
  if vim.lsp.codelens.enable then
    return
  end
  vim.api.nvim_create_autocmd({ "BufEnter", "InsertLeave", "TextChanged" }, {
    group = group,
    callback = function(event)
      if #server.clients(event.buf) > 0 then
        server.show_lenses(event.buf)
      end
    end,
  })
end

--- Hands new options to servers that run: settings at once, a new command by a new start.
local function reconfigure(before)
  local server = require("omnistack.server")
  local settings = { omnistack = options.settings() }
  if not vim.deep_equal(before.cmd, options.current.cmd) then
    if is_enabled and server.way() == "nvim-lspconfig" then
      set_up_lspconfig()
    end
    M.restart()
    return
  end
  for _, client in ipairs(server.clients()) do
    client.settings = settings
    client.config.settings = settings
    require("omnistack.status").forget_messages(client.id)
    server.tell(client, "workspace/didChangeConfiguration", { settings = settings })
  end
end

--- Configures the plug-in, and has the server started for the files that it knows. May be called
--- again; options that are left out get their defaults.
---@param given omnistack.Options|table|nil
function M.setup(given)
  local before = options.current
  local is_first = not is_set_up
  is_set_up = true
  options.set(given)
  require("omnistack.status").watch()
  if is_native then
    -- What `lsp/omnistack.lua` said before is out of date; what the user said of it is not.
    vim.lsp.config("omnistack", {})
  end
  if is_first then
    show_glances()
  end
  if options.current.autostart and not is_enabled then
    is_enabled = true
    enable()
  end
  if not is_first then
    reconfigure(before)
  end
end

--- What the plug-in does by itself if nobody has called `setup`: the options are in
--- `vim.g.omnistack`; `false` there leaves all to the user.
function M.autostart()
  if not is_set_up and vim.g.omnistack ~= false then
    M.setup(vim.g.omnistack)
  end
end

--- Starts the servers anew, as processes of their own.
---@param done fun()?
function M.restart(done)
  local server = require("omnistack.server")
  server.stop_clients(server.clients(), function()
    require("omnistack.supervisor").reset()
    told_missing = nil
    if look_for_program() then
      server.start_all(true)
    end
    if done then
      done()
    end
  end)
end

--- Stops the servers until `restart`.
---@param done fun()?
function M.stop(done)
  require("omnistack.supervisor").stop("stopped by `:OmniStack stop`")
  local server = require("omnistack.server")
  server.stop_clients(server.clients(), done or function() end)
end

--- What the statusline shows for a buffer.
---@param buffer integer? By default the one of the window whose statusline is drawn.
---@return string
function M.statusline(buffer)
  local window = vim.g.statusline_winid
  if not buffer and window and vim.api.nvim_win_is_valid(window) then
    buffer = vim.api.nvim_win_get_buf(window)
  end
  return require("omnistack.status").text(buffer)
end

--- How the server of a buffer does; nothing where there is nothing for a server.
---@param buffer integer? By default the current one.
---@return { state: omnistack.State, reason: string? }?
function M.status(buffer)
  return require("omnistack.status").get(buffer)
end

return M
