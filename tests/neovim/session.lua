-- One editing session in a real Neovim, as a user would have it: open a file, read the diagnostics,
-- hover, take a quick fix, suppress a finding, have the rest fixed, stop the server. It judges nothing: it writes what it saw, as JSON, and
-- the test that started it compares.
--
-- The environment names the server (SERVER), the file (FILE), the rule to look at (RULE) and where
-- the report goes (REPORT).

local PATIENCE = 30000 -- milliseconds; only a broken session waits that long

local rule = vim.env.RULE
local report = {}

local function finish()
  local out = assert(io.open(vim.env.REPORT, "w"))
  out:write(vim.json.encode(report))
  out:close()
  vim.cmd("qall!")
end

-- Waits for `condition`, serving events meanwhile; a wait in vain ends the session.
local function await(what, condition)
  if not vim.wait(PATIENCE, condition, 10) then
    report.gave_up = "waited in vain for " .. what
    finish()
  end
end

local function diagnostics()
  local list = {}
  for _, it in ipairs(vim.diagnostic.get(0)) do
    list[#list + 1] = {
      code = it.code,
      message = it.message,
      severity = vim.diagnostic.severity[it.severity],
      source = it.source,
      line = it.lnum,
      column = it.col,
      end_line = it.end_lnum,
      end_column = it.end_col,
    }
  end
  return list
end

local function of_rule()
  return vim.tbl_filter(function(it) return it.code == rule end, vim.diagnostic.get(0))
end

local function floating_text()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      local buffer = vim.api.nvim_win_get_buf(window)
      return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
    end
  end
end

local function text()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

local function of(code)
  return vim.tbl_filter(function(it) return it.code == code end, vim.diagnostic.get(0))
end

-- Takes the one code action that `fits`, and waits until the text has changed.
local function take(what, options, fits)
  local before = vim.api.nvim_buf_get_changedtick(0)
  vim.lsp.buf.code_action(vim.tbl_extend("force", options, { apply = true, filter = fits }))
  await(what, function() return vim.api.nvim_buf_get_changedtick(0) > before end)
end

local function session()
  vim.lsp.config("omnistack", {
    cmd = { vim.env.SERVER },
    filetypes = { "python" },
    root_markers = { "omnistack.toml", ".git" },
    on_exit = function(code, signal) report.exit = { code = code, signal = signal } end,
  })
  vim.lsp.enable("omnistack")
  vim.cmd.edit(vim.fn.fnameescape(vim.env.FILE))

  await("diagnostics", function() return #of_rule() > 0 end)
  report.before = diagnostics()
  local client = vim.lsp.get_clients({ bufnr = 0 })[1]
  report.server = client.server_info
  report.encoding = client.offset_encoding

  local finding = of_rule()[1]
  vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, finding.col })
  vim.lsp.buf.hover()
  await("a hover", floating_text)
  report.hover = floating_text()

  local before = vim.api.nvim_buf_get_changedtick(0)
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      report.actions = report.actions or {}
      table.insert(report.actions, { title = action.title, kind = action.kind })
      return #report.actions == 1
    end,
  })
  await("the fix", function() return vim.api.nvim_buf_get_changedtick(0) > before end)
  report.text = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  await("the finding to vanish", function() return #of_rule() == 0 end)
  report.after = diagnostics()

  local silenced = of("bug/self-comparison")[1]
  vim.api.nvim_win_set_cursor(0, { silenced.lnum + 1, silenced.col })
  take("the suppression", {}, function(action)
    return action.title == "Suppress `bug/self-comparison` on this line"
  end)
  report.suppressed = text()
  await("the suppressed finding to vanish", function() return #of("bug/self-comparison") == 0 end)

  take("the fix of all", { context = { only = { "source.fixAll" }, diagnostics = {} } }, function(action)
    report.fix_all = action.kind
    return true
  end)
  report.fixed = text()
  await("all findings to vanish", function() return #vim.diagnostic.get(0) == 0 end)

  client:stop()
  await("the server to stop", function() return #vim.lsp.get_clients() == 0 and report.exit end)
  report.clients_left = #vim.lsp.get_clients()
end

vim.api.nvim_create_autocmd("VimEnter", {
  callback = function()
    vim.schedule(function()
      local ok, problem = pcall(session)
      if not ok then report.problem = tostring(problem) end
      finish()
    end)
  end,
})
