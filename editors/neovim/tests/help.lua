-- `:help omnistack`: every tag leads somewhere, and every command, option and function has one.

package.path = vim.env.PLUGIN .. "/tests/support/?.lua;" .. package.path
local it = require("harness")

it.install()
vim.g.omnistack = false

it.run(function()
  -- Into a copy: the plug-in's folder is not written to.
  local copy = it.folder .. "/copy"
  vim.fn.mkdir(copy .. "/doc", "p")
  assert(vim.uv.fs_copyfile(it.plugin .. "/doc/omnistack.txt", copy .. "/doc/omnistack.txt"))
  vim.opt.rtp:prepend(copy)
  vim.cmd.helptags(copy .. "/doc")
  local text = table.concat(vim.fn.readfile(copy .. "/doc/omnistack.txt"), "\n")

  local wanted = { "omnistack", "omnistack.txt", ":OmniStack", "omnistack-options" }
  for _, name in ipairs(vim.fn.getcompletion("OmniStack ", "cmdline")) do
    table.insert(wanted, ":OmniStack-" .. name)
  end
  for name in pairs(require("omnistack.options").defaults()) do
    table.insert(wanted, "omnistack-option-" .. name)
  end
  for name in pairs(require("omnistack")) do
    if name ~= "autostart" then
      table.insert(wanted, "omnistack." .. name .. "()")
    end
  end
  for _, tag in ipairs(wanted) do
    vim.cmd.help(tag)
    it.equal(vim.bo.buftype, "help")
    it.equal(vim.fs.basename(vim.api.nvim_buf_get_name(0)), "omnistack.txt")
    it.contains(text, "*" .. tag .. "*")
  end
  -- Of Neovim's own tags, the newest one has all.
  for tag in
    text:gmatch(vim.fn.has("nvim-0.12") == 1 and "|([^|%s]+)|" or "|([:%a]*[Oo]mni[^|%s]+)|")
  do
    vim.cmd.help(tag)
  end
  for number, line in ipairs(vim.split(text, "\n")) do
    if vim.fn.strdisplaywidth(line) > 78 then
      error(("line %d is longer than 78"):format(number))
    end
  end
end)
