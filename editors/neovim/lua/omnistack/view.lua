-- How the commands show what they found: a page to read, or a list of places.

local M = {}

--- Shows a page of Markdown in a window of its own; `q` closes it.
---@param name string The buffer's name.
---@param text string
function M.page(name, text)
  name = "omnistack://" .. name
  local buffer = vim.fn.bufnr("^" .. vim.fn.escape(name, "[]*?{}\\") .. "$")
  if buffer == -1 then
    buffer = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(buffer, name)
    vim.keymap.set("n", "q", "<Cmd>close<CR>", { buffer = buffer, nowait = true })
  end
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(vim.trim(text), "\r?\n"))
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].filetype = "markdown"
  local window = vim.fn.bufwinid(buffer)
  if window == -1 then
    vim.cmd.split()
    window = vim.api.nvim_get_current_win()
    vim.api.nvim_win_set_buf(window, buffer)
  else
    vim.api.nvim_set_current_win(window)
  end
  vim.wo[window][0].wrap = true
  vim.api.nvim_win_set_cursor(window, { 1, 0 })
end

--- Shows places in the quickfix list.
---@param title string
---@param items table[]
function M.places(title, items)
  vim.fn.setqflist({}, " ", { title = title, items = items })
  if #items > 0 then
    vim.cmd("botright copen")
  else
    vim.cmd.cclose()
  end
end

--- A place as the quickfix list takes it.
---@param location lsp.Location
---@param encoding string
---@param text string
---@return table
function M.place(location, encoding, text)
  local item = vim.lsp.util.locations_to_items({ location }, encoding)[1] or {}
  item.text = text
  item.user_data = nil
  return item
end

return M
