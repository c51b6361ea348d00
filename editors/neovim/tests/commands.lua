-- `:OmniStack` with the real server: every command, its completion, and what it says to mistakes.

package.path = vim.env.PLUGIN .. "/tests/support/?.lua;" .. package.path
local it = require("harness")

it.install()
vim.g.omnistack = {
  cmd = { it.server },
  settings = {
    telemetry = { ["metrics-port"] = 0, ["discovery-folder"] = it.folder .. "/metrics" },
  },
}

local FIRST = [[
def remember(item, seen=[]):
    seen.append(item)
    return seen


class Label:
    def __init__(self, customer, table):
        self.customer = customer
        self.table = table

    def is_empty(self):
        count = self.table.count("lines")
        return self == 0


def total_of_order(order, country, discount):
    total = 0
    for line in order.lines:
        price = line.price * line.quantity
        if line.is_reduced and country == "DE":
            price = price * 0.93
        total = total + price
    return total - discount


LIMIT = 3  # omnistack: ignore[bug/self-assignment]
]]

local SECOND = [[
def total_of_cart(cart, country, discount):
    total = 0
    for line in cart.lines:
        price = line.price * line.quantity
        if line.is_reduced and country == "DE":
            price = price * 0.93
        total = total + price
    return total - discount


def is_square(width, height):
    return width == width
]]

--- Waits for the page of a command, and gives its text.
local function page(name)
  it.await("the page " .. name, function()
    return vim.api.nvim_buf_get_name(0) == "omnistack://" .. name
  end)
  local text = it.text()
  vim.cmd.close()
  return text
end

local function places(title)
  local list
  it.await("the list " .. title, function()
    list = vim.fn.getqflist({ title = true, items = true })
    return list.title == title
  end)
  vim.cmd.cclose()
  return list.items
end

local function complete(line)
  return vim.fn.getcompletion("OmniStack " .. line, "cmdline")
end

it.run(function()
  it.equal(complete("re"), { "reload", "restart" })
  it.equal(complete("explain bug/self-comp"), { "bug/self-comparison" })
  it.equal(complete("explain self-comp"), { "bug/self-comparison" })
  it.equal(complete("status "), {})
  vim.cmd("OmniStack status")
  it.note("no server is running; open a file that it knows")

  local folder = it.project({ ["first.py"] = FIRST, ["second.py"] = SECOND })
  it.edit(folder .. "/first.py")
  it.to("practice/unused-suppression")
  it.await_state("ready")

  vim.cmd("OmniStack status")
  it.contains(page("status"), "# OmniStack")
  vim.cmd("OmniStack statsu")
  it.note("there is no command `statsu`; did you mean `status`?")

  vim.cmd("OmniStack explain bug/self-comparison")
  it.contains(page("explain/bug/self-comparison"), "bug/self-comparison")
  it.to("bug/mutable-default-argument")
  vim.cmd("OmniStack explain")
  it.contains(page("explain/bug/mutable-default-argument"), "bug/mutable-default-argument")
  vim.cmd("OmniStack explain bug/self-comparisn")
  it.note("There is no rule `bug/self-comparisn`; did you mean `bug/self-comparison`?")

  vim.cmd("OmniStack metrics")
  it.contains(it.note("metrics are served at"), "127.0.0.1:")

  vim.api.nvim_win_set_cursor(0, { 16, 6 })
  vim.cmd("OmniStack similar")
  local similar = places("OmniStack: similar code")
  it.equal(#similar, 1)
  it.contains(similar[1].text, "total_of_cart")
  it.equal(vim.fs.basename(vim.api.nvim_buf_get_name(similar[1].bufnr)), "second.py")

  vim.cmd("OmniStack search total_of_cart")
  it.contains(places("OmniStack: total_of_cart")[1].text, "total_of_cart")

  vim.cmd("OmniStack scan")
  local codes = vim.tbl_map(function(item)
    return item.text:match("%[(.-)%]")
  end, places("OmniStack"))
  it.equal(vim.list_contains(codes, "bug/self-comparison"), true)
  it.equal(vim.list_contains(codes, "bug/mutable-default-argument"), true)
  it.note("findings in the workspace")

  it.to("predict/variable-misuse")
  vim.cmd("OmniStack dismiss")
  it.await("the prediction to vanish", function()
    return #it.of("predict/variable-misuse") == 0
  end)
  it.equal(vim.fn.filereadable(folder .. "/.omnistack/dismissed.json"), 1)
  vim.cmd("OmniStack dismiss")
  it.note("there is no prediction here")

  vim.cmd("OmniStack fixall")
  it.await("the fix of all", function()
    return it.text():find("omnistack: ignore", 1, true) == nil
  end)

  local before = it.client().id
  vim.cmd("OmniStack reload")
  it.await("the findings after reloading", function()
    return #it.of("bug/mutable-default-argument") > 0
  end)
  it.equal(it.client().id, before)
  vim.cmd("OmniStack restart")
  it.await("another server", function()
    local client = it.client()
    return client ~= nil and client.id ~= before and client.initialized
  end)
  it.to("bug/mutable-default-argument")

  vim.cmd("OmniStack stop")
  it.await_state("off")
  it.await("the server to stop", function()
    return it.client() == nil
  end)
  it.edit(folder .. "/second.py")
  it.contains(require("omnistack").status().reason, "stopped by")
  vim.cmd("OmniStack status")
  it.note("no server is running: stopped by `:OmniStack stop`")
  vim.cmd("OmniStack restart")
  it.to("bug/self-comparison")

  vim.cmd("OmniStack log")
  it.contains(vim.api.nvim_buf_get_name(0), "lsp.log")
end)
