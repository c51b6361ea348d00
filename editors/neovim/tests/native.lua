-- Without the plug-in's own start: `vim.lsp.enable` with what the user sets by `vim.lsp.config`
-- since 0.11; before, the format of nvim-lspconfig, through a stand-in that does with a
-- configuration what nvim-lspconfig does.

package.path = vim.env.PLUGIN .. "/tests/support/?.lua;" .. package.path
local it = require("harness")

it.install()
local is_native = vim.fn.has("nvim-0.11") == 1

--- As nvim-lspconfig finds configurations and starts servers.
local function lspconfig()
  local function entry(name)
    local definition = require("lspconfig.configs." .. name).default_config
    local this = { manager = {} }
    function this.manager.try_add_wrapper(_, buffer)
      local config = vim.tbl_deep_extend("keep", this.overrides, definition, { name = name })
      local root = config.root_dir(vim.api.nvim_buf_get_name(buffer), buffer)
      config.on_new_config(config, root or vim.fs.dirname(vim.api.nvim_buf_get_name(buffer)))
      if config.enabled ~= false then
        config.root_dir = root
        vim.lsp.start(config, { bufnr = buffer })
      end
    end
    function this.setup(overrides)
      this.overrides = overrides
      vim.api.nvim_create_autocmd("FileType", {
        pattern = definition.filetypes,
        callback = function(event)
          this.manager:try_add_wrapper(event.buf)
        end,
      })
    end
    return this
  end
  return setmetatable({}, {
    __index = function(configs, name)
      configs[name] = entry(name)
      return configs[name]
    end,
  })
end

if is_native then
  vim.g.omnistack = false
  vim.lsp.config("omnistack", { cmd = { it.server } })
  vim.lsp.enable("omnistack")
else
  package.preload.lspconfig = lspconfig
  vim.g.omnistack = { cmd = { it.server } }
end

it.run(function()
  local folder = it.project({ ["a.py"] = "def f(x=[]):\n    return x", ["b.py"] = "b = 1" })
  it.edit(folder .. "/a.py")
  it.to("bug/mutable-default-argument")
  it.edit(folder .. "/b.py")
  it.await("both files to be attached", function()
    return vim.tbl_count(it.client().attached_buffers) == 2
  end)
  it.equal(#vim.lsp.get_clients({ name = "omnistack" }), 1)
  it.equal(it.client().config.root_dir, folder)
  local way = require("omnistack.server").way()
  it.equal(way, is_native and "vim.lsp.enable" or "nvim-lspconfig")
  it.await_state("ready")
  local id = it.client().id
  if not is_native then
    vim.cmd("OmniStack restart")
    it.await("another server", function()
      return it.client() ~= nil and it.client().id ~= id and it.client().initialized
    end)
    it.equal(vim.tbl_count(it.client().attached_buffers), 2)
  end
  it.contains(it.health(), "attached to 2 buffers")
  it.equal(it.notes, {})
end)
