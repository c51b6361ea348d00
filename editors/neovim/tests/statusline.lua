-- The statusline with a server that says by itself how it does, one that is asked, and none: what
-- is shown, and that drawing it asks nobody.

package.path = vim.env.PLUGIN .. "/tests/support/?.lua;" .. package.path
local it = require("harness")

it.install()
local function report(state, waiting, problem)
  local predictions = { state = state, waiting = waiting, problem = problem }
  return { documents = { open = 1, current = 1 }, predictions = predictions }
end
local function progress(value)
  return { method = "$/progress", params = { token = "omnistack-workspace", value = value } }
end
vim.g.omnistack = {
  cmd = it.fake({
    version = "0.1.0",
    says = { progress({ kind = "begin", title = "Reading", message = "7 files" }) },
    reports = {
      report("ready", 1),
      report("ready", 0),
      report("failed", 0, "the file is damaged"),
    },
  }),
  labels = { ready = "fine" },
}

local states = {}

local function asked()
  local count = 0
  for _, method in ipairs(it.received()) do
    count = count + (method == "omnistack/status" and 1 or 0)
  end
  return count
end

local function handle(method, params)
  vim.lsp.handlers[method](nil, params, { client_id = it.client().id, method = method })
end

it.run(function()
  local folder = it.project({ ["a.py"] = "a = 1", ["a.txt"] = "a" })
  vim.api.nvim_create_autocmd("User", {
    pattern = "OmniStackStatus",
    callback = function()
      local status = require("omnistack").status()
      local state = status and status.state
      if state ~= states[#states] then
        table.insert(states, state)
      end
    end,
  })
  it.edit(folder .. "/a.txt")
  it.equal(require("omnistack").statusline(), "")
  it.edit(folder .. "/a.py")
  it.await_state("indexing")
  it.equal(require("omnistack").statusline(), "OmniStack: indexing 7 files")

  -- The end of its progress, as the handler of Neovim passes it on.
  handle("$/progress", { token = "omnistack-workspace", value = { kind = "end" } })
  it.await_state("predicting")
  it.await_state("ready")
  it.equal(require("omnistack").statusline(), "fine")

  local before = asked()
  vim.o.statusline = "%{v:lua.require'omnistack'.statusline()}"
  vim.o.laststatus = 2
  for _ = 1, 100 do
    vim.cmd.redrawstatus()
  end
  it.equal(vim.api.nvim_eval_statusline(vim.o.statusline, {}).str, "fine")
  vim.wait(400, function() -- longer than the pause before a question, to see that there is none
    return asked() > before
  end, 20)
  it.equal(asked(), before)

  -- Findings are news.
  vim.diagnostic.set(vim.api.nvim_create_namespace("test"), 0, {})
  it.await_state("degraded")
  it.contains(require("omnistack").status().reason, "the file is damaged")

  local changed = it.client().config.handlers["omnistack/didChangeStatus"]
  local context = { client_id = it.client().id }
  changed(nil, { kind = "degraded", message = "no network" }, context)
  it.equal(require("omnistack").status(), { state = "degraded", reason = "no network" })
  changed(nil, { kind = "ready", message = vim.NIL }, context)
  it.equal(require("omnistack").statusline(), "fine")
  before = asked()
  vim.diagnostic.set(vim.api.nvim_create_namespace("test"), 0, {})
  vim.wait(400, function() -- as above: who tells is not asked
    return asked() > before
  end, 20)
  it.equal(asked(), before)

  vim.cmd("OmniStack stop")
  it.await_state("off")
  it.equal(require("omnistack").statusline(), "OmniStack: off")
  for _, state in ipairs({ "off", "indexing", "predicting", "ready", "degraded" }) do
    it.equal(vim.list_contains(states, state), true)
  end
end)
