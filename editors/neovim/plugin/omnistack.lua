-- What Neovim sources at its start: the command, and the server's own start once the user's
-- configuration had its say. All else is loaded when it is needed.

if vim.g.loaded_omnistack then
  return
end
vim.g.loaded_omnistack = true

if vim.fn.has("nvim-0.10") == 0 then
  vim.notify("OmniStack needs Neovim 0.10 or newer", vim.log.levels.WARN)
  return
end

vim.api.nvim_create_user_command("OmniStack", function(arguments)
  require("omnistack.commands").run(arguments.fargs)
end, {
  nargs = "*",
  desc = "Talk to the OmniStack language server",
  complete = function(lead, line)
    return require("omnistack.commands").complete(lead, line)
  end,
})

local function start()
  require("omnistack").autostart()
end

-- Whoever configures the plug-in does so before Neovim has started, or, where a plug-in manager
-- loads it later, right after this file: both come first.
if vim.v.vim_did_enter == 1 then
  vim.schedule(start)
else
  vim.api.nvim_create_autocmd("VimEnter", {
    group = vim.api.nvim_create_augroup("omnistack.start", {}),
    once = true,
    callback = start,
  })
end
