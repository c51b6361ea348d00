-- Options of wrong types and names: the plug-in says so and goes on with the defaults; what is
-- wrong with the server's settings, the server says.

package.path = vim.env.PLUGIN .. "/tests/support/?.lua;" .. package.path
local it = require("harness")

it.install()
vim.g.omnistack = false

it.run(function()
  it.edit(it.project({ ["a.py"] = "def f(x=[]):\n    return x" }) .. "/a.py")
  -- Nothing has started: what starts by itself does so with the options of `vim.g.omnistack`, and
  -- there the user said `false`.
  it.equal(it.client(), nil)

  require("omnistack").setup({
    cmd = { it.server },
    filetypes = "python",
    trusted = "yes",
    autostart = 1,
    cmd_env = { 1 },
    restart = { most = -1, delai = 3 },
    labels = { ready = true },
    setings = {},
    settings = { profile = "strictest" },
  })
  it.to("bug/mutable-default-argument")
  local expected = {
    "the option `autostart` takes true or false, not 1",
    "the option `cmd_env` takes a table of texts, not { 1 }",
    'the option `filetypes` takes a list of texts, not "python"',
    "the option `labels.ready` takes a text, not true",
    "the option `restart.most` takes a whole number, not -1",
    'the option `trusted` takes true, false or a function, not "yes"',
    "there is no option `restart.delai`; did you mean `restart.delay`?",
    "there is no option `setings`; did you mean `settings`?",
  }
  for _, problem in ipairs(expected) do
    it.note(problem)
  end
  it.equal(require("omnistack.options").problems, expected)
  it.note("omnistack.profile")
  local text = it.health()
  for _, problem in ipairs(expected) do
    it.contains(text, problem)
  end

  require("omnistack").setup(7)
  it.note("the options are a table, not 7")
  -- The default command is another one.
  it.await("the server to stop", function()
    return it.client() == nil
  end)

  -- Settings are live: no other process, and what they turn off is gone.
  require("omnistack").setup({ cmd = { it.server } })
  it.to("bug/mutable-default-argument")
  it.await("one server", function()
    return it.client() ~= nil and it.client().initialized
  end)
  local id = it.client().id
  require("omnistack").setup({
    cmd = { it.server },
    settings = { omnistack = { ignore = { "bug/mutable-default-argument" } } },
  })
  it.await("the finding to vanish", function()
    return #it.codes() == 0
  end)
  it.equal(it.client().id, id)
end)
