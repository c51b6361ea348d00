-- A configuration file of the server, open in Neovim: what is misspelt shows, and a quick fix mends
-- it. Other TOML is left alone.

package.path = vim.env.PLUGIN .. "/tests/support/?.lua;" .. package.path
local it = require("harness")

it.install()
vim.g.omnistack = { cmd = { it.server } }

it.run(function()
  local files = { ["omnistack.toml"] = 'profil = "strict"', ["other.toml"] = 'profil = "strict"' }
  local folder = it.project(files)
  it.edit(folder .. "/other.toml")
  it.equal(require("omnistack").statusline(), "")
  it.edit(folder .. "/omnistack.toml")
  it.to("settings/unknown-setting")
  vim.lsp.buf.code_action({ apply = true })
  it.await("the fix", function()
    return it.text() == 'profile = "strict"'
  end)
  it.await("the problem to vanish", function()
    return #it.codes() == 0
  end)
  it.equal(vim.tbl_count(it.client().attached_buffers), 1)
  it.equal(it.notes, {})
end)
