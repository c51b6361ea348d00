-- Loaded later, as lazy.nvim does: on a file's type, its `plugin` folder sourced and then `setup`
-- called with `opts`; and on a command, where the command that was typed comes last.

package.path = vim.env.PLUGIN .. "/tests/support/?.lua;" .. package.path
local it = require("harness")

vim.o.loadplugins = false
vim.g.omnistack = { cmd = { "never" } } -- `opts` hold instead

--- What lazy.nvim does with `{ dir = …, opts = opts }`: the path, the files below `plugin`, and
--- then `require(main).setup(opts)`, where `main` is the module that is called as the plug-in.
local function load(opts)
  vim.opt.rtp:append(it.plugin)
  for _, file in ipairs(vim.fn.glob(it.plugin .. "/plugin/**/*.lua", true, true)) do
    vim.cmd.source(file)
  end
  require("omnistack").setup(opts)
end

it.run(function()
  local folder = it.project({ ["a.py"] = "def f(x=[]):\n    return x" })
  vim.cmd.filetype("on")
  vim.api.nvim_create_autocmd("FileType", {
    pattern = "python",
    once = true,
    callback = function()
      load({ cmd = { it.server } })
    end,
  })
  it.equal(vim.fn.exists(":OmniStack"), 0)
  it.edit(folder .. "/a.py")
  it.to("bug/mutable-default-argument")
  it.equal(vim.fn.exists(":OmniStack"), 2)
  it.equal(#vim.lsp.get_clients({ name = "omnistack" }), 1)
  it.equal(it.notes, {})
  vim.cmd("OmniStack status")
  it.await("the page", function()
    return vim.bo.filetype == "markdown"
  end)
end)
