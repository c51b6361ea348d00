-- The server is not installed: the user is told once, and it starts once it is there.

package.path = vim.env.PLUGIN .. "/tests/support/?.lua;" .. package.path
local it = require("harness")

it.install()
local program = it.folder .. "/bin/omnistack-lsp"
vim.g.omnistack = { cmd = { program } }

it.run(function()
  local folder = it.project({ ["a.py"] = "def f(x=[]):\n    return x", ["b.py"] = "b = 1" })
  it.equal(it.notes, {})
  it.edit(folder .. "/a.py")
  it.note("cannot find `" .. program .. "`")
  it.edit(folder .. "/b.py")
  it.await_state("off")
  it.equal(#it.notes, 1)
  it.contains(require("omnistack").status().reason, "cannot find")
  local text = it.health()
  it.contains(text, "cannot find `" .. program .. "`")
  it.contains(text, "not attached: cannot find")
  it.contains(text, "install it")
  it.equal(vim.fn.getcompletion("OmniStack explain bug", "cmdline"), {})

  -- Installed meanwhile.
  vim.fn.mkdir(vim.fs.dirname(program), "p")
  assert(vim.uv.fs_symlink(it.server, program))
  vim.cmd("OmniStack restart")
  vim.cmd.buffer("a.py")
  it.to("bug/mutable-default-argument")
  it.equal(#it.notes, 1)
end)
