-- Starts a server again that crashed: after a pause that doubles each time, and not for ever. Each
-- root has a server of its own, and so an account of its own here.

local options = require("omnistack.options")

local M = {}

---@class omnistack.Account
---@field crashes integer[] When it crashed lately, in milliseconds.
---@field reason string? Why there is no server now.
---@field is_halted boolean Whether it stays away until the user says otherwise.
---@field timer uv.uv_timer_t? Runs until the next start.

---@type table<string, omnistack.Account>
local accounts = {}
---@type table<integer, true> Clients that are stopped on purpose.
local expected = {}
--- Why no server at all may start.
---@type string?
local stopped

---@param root string?
---@return omnistack.Account
local function account(root)
  root = root or ""
  accounts[root] = accounts[root] or { crashes = {}, is_halted = false }
  return accounts[root]
end

local function changed()
  require("omnistack.status").refresh()
end

--- Whether a server may be started for a root now.
---@param root string?
---@return boolean
function M.may_start(root)
  local it = account(root)
  return not stopped and not it.is_halted and not it.timer
end

--- Why there is no server for a root, if there is a reason.
---@param root string?
---@return string?
function M.reason(root)
  return stopped or account(root).reason
end

--- A client is about to be stopped on purpose.
---@param id integer
function M.expect(id)
  expected[id] = true
end

--- No server for this root until the user says otherwise.
---@param root string?
---@param reason string
function M.halt(root, reason)
  local it = account(root)
  it.is_halted, it.reason = true, reason
  changed()
end

--- No server at all until `reset`.
---@param reason string
function M.stop(reason)
  stopped = reason
  changed()
end

--- The user wants servers: all is forgiven.
function M.reset()
  stopped = nil
  for _, it in pairs(accounts) do
    if it.timer then
      it.timer:close()
    end
  end
  accounts = {}
  changed()
end

local function describe(code, signal)
  return signal ~= 0 and ("signal %d"):format(signal) or ("exit code %d"):format(code)
end

--- A client is gone.
---@param root string?
---@param code integer
---@param signal integer
---@param id integer
function M.exited(root, code, signal, id)
  local was_expected = expected[id]
  expected[id] = nil
  -- Whoever terminates it (15) means it.
  local is_crash = code ~= 0 or (signal ~= 0 and signal ~= 15)
  if was_expected or not is_crash or vim.v.exiting ~= vim.NIL or not M.may_start(root) then
    changed()
    return
  end
  local it, limits = account(root), options.current.restart
  local now = vim.uv.now()
  it.crashes = vim.tbl_filter(function(at)
    return now - at < limits.within
  end, it.crashes)
  table.insert(it.crashes, now)
  local how = describe(code, signal)
  if #it.crashes > limits.most then
    M.halt(root, ("the server crashed %d times, the last time with %s"):format(#it.crashes, how))
    local message = "%s. It stays off; see `:OmniStack log`, and start it with `:OmniStack restart`"
    options.tell(message:format(it.reason), vim.log.levels.ERROR)
    return
  end
  local delay = math.min(limits.delay * 2 ^ (#it.crashes - 1), 30000)
  it.reason = ("the server crashed with %s, and starts again"):format(how)
  local message = "the server crashed with %s; it starts again in %g s (%d of %d)"
  options.tell(message:format(how, delay / 1000, #it.crashes, limits.most), vim.log.levels.WARN)
  local timer = assert(vim.uv.new_timer())
  it.timer = timer
  timer:start(delay, 0, function()
    vim.schedule(function()
      if it.timer ~= timer then
        return
      end
      timer:close()
      it.timer, it.reason = nil, nil
      require("omnistack.server").start_all(root)
    end)
  end)
  changed()
end

return M
