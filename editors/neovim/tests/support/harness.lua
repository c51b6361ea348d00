-- What the tests share. Each test is a configuration (`nvim -u tests/NAME.lua`) of a Neovim of its
-- own, whose settings, packages and state are in an empty folder; it waits for events, never for
-- time to pass, and ends with code 0 if all that was expected came true.
--
-- The environment names the plug-in's folder (PLUGIN), the real server (SERVER), a Neovim that runs
-- the server of `fake_server.lua` (INTERPRETER) and an empty folder (FOLDER).

local M = {}

M.plugin, M.server, M.folder = vim.env.PLUGIN, vim.env.SERVER, vim.env.FOLDER
--- What the user was told: texts, in order.
M.notes = {}

local PATIENCE = 20000 -- milliseconds; only a test that fails waits that long
local MOST = 80000 -- milliseconds that a whole test may take, whatever it does

vim.notify = function(message, level)
  table.insert(M.notes, message)
  M.levels = M.levels or {}
  M.levels[message] = level
end
-- Looking for a Python with Neovim's module takes seconds, and nothing here needs one.
vim.g.loaded_python3_provider = 0
-- Nobody presses Enter.
vim.o.more = false
vim.o.swapfile = false
vim.o.columns = 160

--- Puts the plug-in where Neovim looks for packages of its own package manager.
function M.install()
  local start = vim.fn.stdpath("data") .. "/site/pack/test/start"
  vim.fn.mkdir(start, "p")
  assert(vim.uv.fs_symlink(M.plugin, start .. "/omnistack"))
end

--- Makes a project of files by name, and gives its folder.
function M.project(files)
  local folder = M.folder .. "/project"
  for name, text in pairs(files) do
    local path = folder .. "/" .. name
    vim.fn.mkdir(vim.fs.dirname(path), "p")
    vim.fn.writefile(vim.split(text, "\n"), path)
  end
  vim.fn.mkdir(folder .. "/.git", "p")
  return folder
end

--- The command of a server that does as `behaviour` says.
function M.fake(behaviour)
  behaviour.folder = M.folder
  local script = M.plugin .. "/tests/support/fake_server.lua"
  return { vim.env.INTERPRETER, "--clean", "-l", script, vim.json.encode(behaviour) }
end

--- How often the server of `fake` was started.
function M.starts()
  local ok, lines = pcall(vim.fn.readfile, M.folder .. "/starts")
  return ok and #lines or 0
end

--- The methods of what the server of `fake` was sent.
function M.received()
  local ok, lines = pcall(vim.fn.readfile, M.folder .. "/received")
  return ok and lines or {}
end

function M.await(what, condition)
  if not vim.wait(PATIENCE, condition, 10) then
    error(("waited in vain for %s; notes: %s"):format(what, vim.inspect(M.notes)), 2)
  end
end

function M.equal(found, expected)
  if not vim.deep_equal(found, expected) then
    error(("%s is not %s"):format(vim.inspect(found), vim.inspect(expected)), 2)
  end
end

function M.contains(text, part)
  if not tostring(text):find(part, 1, true) then
    error(("no `%s` in: %s"):format(part, tostring(text)), 2)
  end
end

function M.lacks(text, part)
  if tostring(text):find(part, 1, true) then
    error(("there is `%s` in: %s"):format(part, tostring(text)), 2)
  end
end

--- Waits until the user is told something, and gives that.
function M.note(part)
  local found
  M.await("the note " .. part, function()
    for _, note in ipairs(M.notes) do
      if note:find(part, 1, true) then
        found = note
        return true
      end
    end
  end)
  return found
end

function M.edit(path)
  vim.cmd.edit(vim.fn.fnameescape(path))
end

function M.text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, false), "\n")
end

--- The rules of the diagnostics of a buffer, in their order.
function M.codes(buffer)
  local codes = vim.tbl_map(function(it)
    return it.code
  end, vim.diagnostic.get(buffer or 0))
  table.sort(codes)
  return codes
end

function M.of(code, buffer)
  return vim.tbl_filter(function(it)
    return it.code == code
  end, vim.diagnostic.get(buffer or 0))
end

--- Waits for a finding of a rule, puts the cursor on it, and gives it.
function M.to(code)
  M.await("a finding of " .. code, function()
    return #M.of(code) > 0
  end)
  local finding = M.of(code)[1]
  vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, finding.col })
  return finding
end

function M.client()
  return vim.lsp.get_clients({ name = "omnistack" })[1]
end

--- Waits until the statusline is this.
function M.await_state(state)
  M.await("the state " .. state, function()
    local status = require("omnistack").status()
    return status and status.state == state
  end)
end

--- The page of `:checkhealth omnistack`.
function M.health()
  vim.cmd("checkhealth omnistack")
  local text
  M.await("the health check", function()
    text = M.text()
    return vim.bo.filetype == "checkhealth" and text:find("Options", 1, true) ~= nil
  end)
  vim.cmd("bdelete!")
  return text
end

--- Runs the test once Neovim has started.
function M.run(test)
  vim.defer_fn(function()
    io.stderr:write("\nthe test takes too long\n")
    vim.cmd("cquit 1")
  end, MOST)
  vim.api.nvim_create_autocmd("VimEnter", {
    callback = function()
      -- After what the plug-in does at this event.
      vim.schedule(function()
        local ok, problem = xpcall(test, debug.traceback)
        if not ok then
          io.stderr:write("\n" .. tostring(problem) .. "\n")
          if vim.env.KEEP_LOG then
            io.stderr:write(table.concat(vim.fn.readfile(vim.lsp.log.get_filename()), "\n"))
          end
        end
        vim.cmd(ok and "qall!" or "cquit 1")
      end)
    end,
  })
end

return M
