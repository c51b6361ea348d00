-- Installed by the package manager of Neovim 0.12 (`vim.pack`) from a repository that has the
-- plug-in in a folder, as ours has. Older ones have none; there, the same folder is put on the path
-- by hand.

package.path = vim.env.PLUGIN .. "/tests/support/?.lua;" .. package.path
local it = require("harness")

local repository = it.folder .. "/repository"

local function git(...)
  local identity = { "-c", "user.name=test", "-c", "user.email=test@example.org" }
  local command = vim.list_extend({ "git", "-C", repository }, identity)
  local result = vim.system(vim.list_extend(command, { ... }), { text = true }):wait()
  assert(result.code == 0, result.stderr)
end

local function make_repository()
  vim.fn.mkdir(repository .. "/editors", "p")
  local copied = vim.system({ "cp", "-R", it.plugin, repository .. "/editors/neovim" }):wait()
  assert(copied.code == 0, copied.stderr)
  git("init", "--quiet", "--initial-branch=main")
  git("add", "--all")
  git("commit", "--quiet", "--message=all")
end

make_repository()
local root = repository
if vim.pack then
  vim.pack.add({ { src = "file://" .. repository, name = "omnistack" } }, { confirm = false })
  root = vim.pack.get({ "omnistack" })[1].path
end
vim.opt.rtp:append(root .. "/editors/neovim")
require("omnistack").setup({ cmd = { it.server } })

it.run(function()
  vim.cmd.filetype("on")
  it.edit(it.project({ ["a.py"] = "def f(x=[]):\n    return x" }) .. "/a.py")
  it.to("bug/mutable-default-argument")
  it.equal(vim.fn.exists(":OmniStack"), 2)
end)
