-- A session with the real server, the plug-in installed as a package and configured by nothing but
-- `vim.g.omnistack`: diagnostics, hover, actions, code lens, inlay hints, predictions, statusline.

package.path = vim.env.PLUGIN .. "/tests/support/?.lua;" .. package.path
local it = require("harness")

it.install()
vim.g.omnistack = {
  cmd = { it.server },
  settings = { lens = { enabled = true }, hints = { enabled = true } },
}

local CODE = [[
class Label:
    def __init__(self, customer, table):
        self.customer = customer
        self.table = table

    def is_empty(self):
        count = self.table.count("lines")
        return self == 0


def remember(item, seen=[]):
    seen.append(item)
    return seen


def is_square(width, height):
    return width == width


def pairs(rows):
    found = 0
    for row in rows:
        for other in rows:
            found += row * other
    return found]]

local function floating_text()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      return it.text(vim.api.nvim_win_get_buf(window))
    end
  end
end

--- Texts that extmarks show beside the code.
local function virtual_texts()
  local texts = {}
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, -1, 0, -1, { details = true })) do
    local details = mark[4]
    local chunks = vim.list_extend(vim.deepcopy(details.virt_text or {}), {})
    for _, line in ipairs(details.virt_lines or {}) do
      vim.list_extend(chunks, line)
    end
    for _, chunk in ipairs(chunks) do
      table.insert(texts, chunk[1])
    end
  end
  return table.concat(texts, "\n")
end

it.run(function()
  local folder = it.project({ ["work.py"] = CODE })
  it.equal(require("omnistack").statusline(), "")
  it.edit(folder .. "/work.py")

  it.to("bug/mutable-default-argument")
  it.equal(it.client().config.root_dir, folder)
  vim.lsp.buf.hover()
  it.await("a hover", floating_text)
  it.contains(floating_text(), "bug/mutable-default-argument")
  it.contains(floating_text(), "every later call")

  -- Predictions come after the rules' findings, without an edit in between.
  it.to("predict/variable-misuse")
  it.await_state("ready")
  it.equal(require("omnistack").statusline(), "OmniStack")

  it.await("code lenses", function()
    return virtual_texts():find("quality", 1, true) ~= nil
  end)
  it.await("inlay hints", function()
    return virtual_texts():find("O(n²)", 1, true) ~= nil
  end)

  it.to("bug/mutable-default-argument")
  local tick = vim.api.nvim_buf_get_changedtick(0)
  local offered = {}
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      table.insert(offered, action.kind)
      return #offered == 1
    end,
  })
  it.await("the fix", function()
    return vim.api.nvim_buf_get_changedtick(0) > tick
  end)
  it.equal(offered[1], "quickfix")
  it.contains(it.text(), "def remember(item, seen=None):")
  it.await("the finding to vanish", function()
    return #it.of("bug/mutable-default-argument") == 0
  end)

  it.equal(it.notes, {})
  local client = it.client()
  if vim.fn.has("nvim-0.11") == 1 then
    client:stop()
  else
    client.stop()
  end
  it.await("the server to stop", function()
    return it.client() == nil
  end)
  it.await_state("off")
  it.equal(it.notes, {})
end)
