-- Servers of other versions, and programs that are no such server.

package.path = vim.env.PLUGIN .. "/tests/support/?.lua;" .. package.path
local it = require("harness")

it.install()
vim.g.omnistack = { cmd = it.fake({ version = "0.0.9" }) }

--- Starts another server, and waits for what the user is told.
local function start(behaviour, note)
  it.notes = {}
  require("omnistack").setup({ cmd = it.fake(behaviour) })
  if note then
    return it.note(note)
  end
end

it.run(function()
  it.edit(it.project({ ["a.py"] = "a = 1" }) .. "/a.py")
  it.note("the server 0.0.9 is older than this plug-in needs (0.1.0); update it")
  it.await_state("degraded")
  it.contains(require("omnistack").status().reason, "is older")
  it.contains(it.health(), "the server 0.0.9 is older")

  start({ version = "1.0.0" }, "the server 1.0.0 is newer than this plug-in knows")
  it.await_state("degraded")
  start({}, "the server does not say which version it is")
  it.await_state("degraded")

  local told = start({ name = "other", version = "1.2.3" }, "is not the OmniStack server")
  it.contains(told, "it calls itself `other`")
  it.await("it to be gone", function()
    return it.client() == nil
  end)
  it.await_state("off")
  it.contains(it.health(), "is not the OmniStack server")

  start({ version = "0.1.7" })
  it.await_state("ready")
  it.equal(it.notes, {})
end)
