-- The server crashes: it is started again after pauses that grow, a given number of times, and then
-- stays off and says so, until the user starts it.

package.path = vim.env.PLUGIN .. "/tests/support/?.lua;" .. package.path
local it = require("harness")

it.install()
vim.g.omnistack = {
  cmd = it.fake({ version = "0.1.0", crash = "start" }),
  restart = { most = 3, delay = 20 },
}

local function ours()
  return vim.tbl_filter(function(note)
    return note:find("^OmniStack: ") ~= nil
  end, it.notes)
end

it.run(function()
  local folder = it.project({ ["a.py"] = "a = 1", ["b.py"] = "b = 1" })
  it.edit(folder .. "/a.py")
  local last = it.note("It stays off")
  it.equal(it.levels[last], vim.log.levels.ERROR)
  it.equal(ours(), {
    "OmniStack: the server crashed with exit code 3; it starts again in 0.02 s (1 of 3)",
    "OmniStack: the server crashed with exit code 3; it starts again in 0.04 s (2 of 3)",
    "OmniStack: the server crashed with exit code 3; it starts again in 0.08 s (3 of 3)",
    last,
  })
  it.contains(last, "crashed 4 times, the last time with exit code 3")
  it.equal(it.starts(), 4)
  it.await_state("off")
  it.contains(it.health(), "not attached: the server crashed 4 times")

  -- Off means off, for further files, too.
  it.edit(folder .. "/b.py")
  vim.wait(300, function() -- to see that nothing starts
    return it.starts() > 4
  end, 20)
  it.equal(it.starts(), 4)

  -- Started by the user, and with a server that crashes in the middle of the session, but once.
  vim.fn.delete(it.folder .. "/starts")
  it.notes = {}
  require("omnistack").setup({
    cmd = it.fake({ version = "0.1.0", crash = "opened", crashes = 1 }),
    restart = { most = 3, delay = 20 },
  })
  it.note("starts again in 0.02 s (1 of 3)")
  it.await("the server to be there again", function()
    return it.starts() == 2 and it.client() ~= nil and it.client().initialized
  end)
  it.await_state("ready")
  it.await("both files to be attached", function()
    return vim.tbl_count(it.client() and it.client().attached_buffers or {}) == 2
  end)

  -- Killed from outside, as by a system that is short of memory.
  local id = it.client().id
  local lines = vim.fn.readfile(it.folder .. "/starts")
  vim.uv.kill(tonumber(lines[#lines]), "sigkill")
  it.await("the server after it was killed", function()
    return it.client() ~= nil and it.client().id ~= id and it.client().initialized
  end)
  it.note("crashed with signal 9; it starts again in 0.04 s (2 of 3)")
end)
