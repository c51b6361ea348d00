-- `:checkhealth omnistack` with the real server, in good order and with all kinds of trouble.

package.path = vim.env.PLUGIN .. "/tests/support/?.lua;" .. package.path
local it = require("harness")

it.install()
vim.env.OMNISTACK_MODEL = nil
vim.g.omnistack = {
  cmd = { it.server },
  settings = { profil = "strict", limits = { lines = "many" } },
  trusted = function(root)
    return not root:find("/project$")
  end,
}

it.run(function()
  local text = it.health()
  it.contains(text, "found " .. it.server)
  it.contains(text, "version ")
  it.contains(text, "not attached: no file that the server knows is open")
  it.contains(text, "all options are understood")

  local files = { ["a.py"] = "def f(x=[]):\n    return x", ["omnistack.toml"] = "profile = 3" }
  local folder = it.project(files)
  it.edit(folder .. "/a.py")
  it.to("bug/mutable-default-argument")
  it.note("omnistack.profil")
  text = it.health()
  it.contains(text, "attached to 1 buffers, in " .. folder)
  -- The editor's settings, as the server understood them, and those of the folder's file.
  it.contains(text, "the server said: ")
  it.contains(text, "omnistack.profil")
  it.contains(text, "omnistack.limits.lines")
  it.contains(text, "in the settings of " .. folder)
  it.contains(text, "the model for predictions: ")
  it.contains(text, "the workspace is not trusted")
  it.lacks(text, "ERROR")

  require("omnistack").setup({ cmd = { it.server } })
  it.await("another client", function()
    return it.client() ~= nil and it.client().initialized
  end)
end)
